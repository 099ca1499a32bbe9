"""What ``make run`` does: it starts both processes, stops both, and says in words why it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.smtp import free_port

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.processes
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path: Path, port: int, new_database: Callable[[], str]) -> Iterator[Run]:
    """Starts ``make run`` on a free port with a folder of its own; stops what is left at the end."""
    started: list[subprocess.Popen[str]] = []
    own = {"TRACKER_INSTANCE": str(tmp_path / "instance"), "PORT": str(port)}
    if request.config.getoption("--database") == "postgresql":
        own["DATABASE_URL"] = new_database()

    def start(**settings: str) -> "subprocess.Popen[str]":
        ours = ("TRACKER_", "MAIL_", "DATABASE_", "STORAGE_", "REDIS_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.run"],
            cwd=ROOT,
            env=inherited | own | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def words_of(process: "subprocess.Popen[str]") -> str:
    """Wait for the end, which must be a refusal without a traceback, and return what was printed."""
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in printed
    return printed


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Return the lines up to the one with these words."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    pytest.fail("".join(lines))


def children_of(process: "subprocess.Popen[str]") -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_with_the_demo_and_stops_both_processes(run: Run, port: int, sent: signal.Signals) -> None:
    process = run(TRACKER_DEMO_PASSWORD="sample-of-make-run")
    printed = read_until(process, "Ctrl-C stops it.")
    children = children_of(process)

    with urlopen(f"http://localhost:{port}/login", timeout=10) as response:
        assert response.status == 200
    process.send_signal(sent)
    process.wait(20)

    assert process.returncode == 0
    assert f"http://localhost:{port}/dev/mailbox" in printed
    assert "coordinator.al@demo.example" in printed
    assert "sample-of-make-run" in printed
    assert len(children) == 2
    assert not any(map(is_running, children))


def test_when_one_process_ends_the_other_is_stopped(run: Run) -> None:
    process = run()
    read_until(process, "Ctrl-C stops it.")
    children = children_of(process)

    os.kill(children[-1], signal.SIGKILL)
    printed = words_of(process)

    assert "The scheduler ended (exit code -9), so the tracker stops." in printed
    assert not any(map(is_running, children))


def test_a_port_in_use_is_said_and_another_is_named(run: Run, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        printed = words_of(run())

    assert re.fullmatch(rf"Port {port} is in use. Stop what uses it, or try: make run PORT=\d+\n", printed)


@pytest.mark.parametrize("typed", ["http", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_said(run: Run, typed: str) -> None:
    assert words_of(run(PORT=typed)).startswith(f"PORT is {typed!r}. Give a number from 1 to 65535")


def test_it_is_not_for_production(run: Run) -> None:
    assert words_of(run(TRACKER_ENV="production")).startswith("make run is for trying out")


def test_a_folder_that_cannot_be_used_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("a file where the folder should be")

    assert words_of(run()).startswith(f"The instance folder {tmp_path / 'instance'} cannot be used")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no database at all, " * 50, "file is not a database"), (None, "unable to open database file")],
)
def test_a_database_that_cannot_be_used_is_said(run: Run, tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "other.db"
    path.mkdir() if content is None else path.write_bytes(content)

    printed = words_of(run(DATABASE_URL=f"sqlite:///{path}"))

    assert words in printed
    assert "Check DATABASE_URL" in printed


def test_a_second_start_keeps_what_is_there(run: Run) -> None:
    first = run()
    printed = read_until(first, "Ctrl-C stops it.")
    first.terminate()
    first.wait(20)
    began = time.monotonic()

    again = read_until(run(), "Ctrl-C stops it.")

    password = re.search(r"sample-\S+", printed)
    assert password is not None
    assert password.group() in again
    assert time.monotonic() - began < 60
