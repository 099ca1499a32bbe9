"""A virus scanner that is set is asked about each file; without its clear answer nothing is taken."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clamd import EICAR, Scanner, scanner
from tracker.uploads import scanner as client
from tracker.uploads.checking import checked
from tracker.uploads.kinds import UploadRefused
from tracker.uploads.scanner import ScannerSilent, greet, scan


@pytest.fixture
def clamd() -> Iterator[Scanner]:
    with scanner() as server:
        yield server


def test_a_clean_file_is_read_whole_and_passes(clamd: Scanner) -> None:
    data = b"clean" * 100_000

    scan(io.BytesIO(data), clamd.address)
    greet(clamd.address)

    assert clamd.seen == [data]


def test_what_it_finds_is_refused(clamd: Scanner) -> None:
    with (
        pytest.raises(UploadRefused, match="virus scanner found something"),
        checked(io.BytesIO(EICAR), "notes.txt", scanner=clamd.address),
    ):
        pass


@pytest.mark.parametrize("behaviour", ["hangs", "rambles", "small", "gone"])
def test_without_a_clear_answer_nothing_is_taken(
    clamd: Scanner, behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PATIENCE", 0.3)
    clamd.behaviour = behaviour
    address = clamd.address
    if behaviour == "small":
        clamd.most = 1000
    if behaviour == "gone":
        with socket.create_server(("127.0.0.1", 0)) as closed:
            address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"

    with pytest.raises(ScannerSilent, match="does not answer"):
        scan(io.BytesIO(b"a" * 500_000), address)


def test_a_socket_file_that_is_not_there_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ScannerSilent):
        scan(io.BytesIO(b"a"), f"unix://{tmp_path}/clamd.ctl")
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system says
        greet(f"unix://{tmp_path}/clamd.ctl")


def test_without_a_scanner_nobody_is_asked() -> None:
    scan(io.BytesIO(EICAR), "")
