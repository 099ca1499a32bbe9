"""The files of the storage, as they go into an archive and come back."""

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, cast

from tracker.backup.archive import ArchiveReader, ArchiveRefused, Part, sync_folder
from tracker.core.storage import storage


def stored_names() -> Iterator[str]:
    """Yield the names of the stored files, in order; links and hidden files are passed over."""
    folder = storage().folder
    if folder is None:
        yield from sorted(each.name for each in storage().stored())
        return
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if not name.startswith(".") and stat.S_ISREG(path.lstat().st_mode):
                yield path.relative_to(folder).as_posix()


def open_stored(name: str) -> AbstractContextManager[IO[bytes]]:
    """Open a stored file.

    Raises:
        FileNotFoundError: it is gone (in a folder).
        FileMissing: it is gone (elsewhere).
    """
    folder = storage().folder
    return (folder / name).open("rb") if folder is not None else storage().open(name)


def put_back(reader: ArchiveReader, part: Part, name: str) -> None:
    """Write a file of the archive into the storage, so that it outlives a power cut."""
    folder = storage().folder
    if folder is None:
        storage().put(cast(IO[bytes], _Pieces(reader.pieces(part))), name=name)
        return
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        for piece in reader.pieces(part):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    sync_folder(path.parent)


def take_away(name: str) -> None:
    """Remove a file that came back in vain."""
    folder = storage().folder
    if folder is None:
        storage().delete(name)
    else:
        (folder / name).unlink(missing_ok=True)


def require_empty() -> None:
    """Refuse to mix the files of a backup with others."""
    folder = storage().folder
    if folder is None:
        if next(storage().stored(), None) is not None:
            raise ArchiveRefused("The storage is not empty. Restore where STORAGE_URL names an empty one.")
    elif folder.is_dir() and any(folder.iterdir()):
        raise ArchiveRefused(f"The folder {folder} is not empty. Restore where STORAGE_URL names an empty folder.")


class _Pieces:
    """Pieces of a file as something to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int) -> bytes:
        return next(self._pieces, b"")
