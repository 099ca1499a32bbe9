"""Files are stored whole or not at all, under names that say nothing."""

import hashlib
import io
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.objectstore import object_store
from tracker.core.database import db
from tracker.core.storage import (
    RANDOM_NAME,
    FileMissing,
    Storage,
    StorageFailed,
    StorageFull,
    delete_on_commit,
    storage,
)

DATA = os.urandom(700_000)


@pytest.fixture
def folder(tmp_path: Path) -> Storage:
    """A storage in a folder that does not exist yet."""
    return Storage(f"file://{tmp_path / 'not there' / 'files'}")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of a storage in a bucket."""
    with object_store() as url:
        yield url


@pytest.fixture(params=["folder", "bucket"])
def either(request: pytest.FixtureRequest, folder: Storage) -> Storage:
    """A storage in a folder, then one in an S3-compatible store; empty."""
    if request.param == "folder":
        return folder
    found = Storage(request.getfixturevalue("bucket"))
    for each in found.stored():
        found.delete(each.name)
    return found


def names_in(stored: Storage) -> list[str]:
    assert stored.folder is not None
    return sorted(path.name for path in stored.folder.iterdir())


class Breaking(io.RawIOBase):
    """A stream that ends in an error after some bytes."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces

    def read(self, _size: int = -1) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise ConnectionResetError
        return b"x" * 250_000


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse files that grow larger, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 10, 700_000, 20_000_000], ids=["empty", "tiny", "middle", "in parts"])
def test_what_is_put_comes_back(either: Storage, size: int) -> None:
    data = (DATA * 30)[:size]

    blob = either.put(io.BytesIO(data))

    assert RANDOM_NAME.fullmatch(blob.name)
    assert (blob.size_bytes, blob.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert b"".join(either.pieces(blob.name)) == data
    assert either.exists(blob.name)
    found = list(either.stored())
    assert [(each.name, each.size_bytes) for each in found] == [(blob.name, size)]
    assert found[0].stored_at.utcoffset() is not None


def test_nobody_else_on_the_machine_reads_it(folder: Storage) -> None:
    blob = folder.put(io.BytesIO(DATA))

    assert folder.folder is not None
    assert (folder.folder / blob.name).stat().st_mode & 0o077 == 0
    assert folder.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("pieces", [2, 60])
def test_a_stream_that_breaks_leaves_nothing(either: Storage, pieces: int) -> None:
    with pytest.raises(StorageFailed):
        either.put(Breaking(pieces))  # type: ignore[arg-type]  # reads are all that is asked of it

    assert list(either.stored()) == []
    assert either.folder is None or names_in(either) == []


def test_a_full_disk_is_said_and_leaves_nothing(folder: Storage) -> None:
    with files_of_at_most(100_000), pytest.raises(StorageFull, match="no room left"):
        folder.put(io.BytesIO(DATA))

    assert names_in(folder) == []


def test_a_file_that_is_gone_is_missing_and_deleting_it_again_is_no_mistake(either: Storage) -> None:
    blob = either.put(io.BytesIO(DATA))
    either.delete(blob.name)
    either.delete(blob.name)

    assert not either.exists(blob.name)
    with pytest.raises(FileMissing):
        either.open(blob.name)


def test_a_bucket_that_is_not_there_is_said_without_its_name(bucket: str) -> None:
    with pytest.raises(StorageFailed, match="does not answer") as refused:
        Storage("s3://no-such-bucket/x").put(io.BytesIO(DATA))

    assert "bucket" not in str(refused.value)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", ".unfinished-1", "", "a/b", "a\0b"])
def test_a_name_leads_nowhere_else(folder: Storage, name: str) -> None:
    folder.put(io.BytesIO(DATA))

    assert not folder.exists(name)
    with pytest.raises(FileMissing):
        folder.open(name)


def test_what_a_killed_process_left_is_removed_when_it_is_old(folder: Storage) -> None:
    folder.put(io.BytesIO(DATA))
    assert folder.folder is not None
    for name, age in (("new", 0), ("old", 90_000)):
        path = folder.folder / f".unfinished-{name}"
        path.touch()
        os.utime(path, (time.time() - age,) * 2)

    assert folder.remove_unfinished(before=datetime.now(UTC) - timedelta(days=1)) == 1
    assert [name for name in names_in(folder) if name.startswith(".")] == [".unfinished-new"]
    assert len(list(folder.stored())) == 1


def test_a_file_goes_with_the_commit_and_stays_with_a_rollback(app: Flask) -> None:
    kept, gone = storage().put(io.BytesIO(b"kept")), storage().put(io.BytesIO(b"gone"))

    delete_on_commit(kept.name)
    db.session.rollback()
    delete_on_commit(gone.name)
    with db.session.begin_nested():
        pass
    assert storage().exists(gone.name)
    db.session.commit()

    assert storage().exists(kept.name)
    assert not storage().exists(gone.name)


@pytest.mark.parametrize("url", ["", "files", "file://host/x", "https://example.org", "s3:///x", "file:relative"])
def test_an_address_that_names_no_storage_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="STORAGE_URL"):
        Storage(url)
