"""The folder that holds the files of the evidence."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from tracker.backup.archive import ArchiveReader, ArchiveRefused, Part, sync_folder


def storage_folder() -> Path | None:
    """Return the folder of the files; None where they lie elsewhere and are not ours to copy."""
    url = urlsplit(current_app.config["STORAGE_URL"])
    return Path(unquote(url.path)) if url.scheme == "file" else None


def stored_names(folder: Path) -> Iterator[str]:
    """Yield the names of the stored files below a folder, in order; links and hidden files are passed over."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if not name.startswith(".") and stat.S_ISREG(path.lstat().st_mode):
                yield path.relative_to(folder).as_posix()


def put_back(reader: ArchiveReader, part: Part, folder: Path, name: str) -> None:
    """Write a file of the archive into the storage, so that it outlives a power cut."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        for piece in reader.pieces(part):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    sync_folder(path.parent)


def require_empty(folder: Path) -> None:
    """Refuse to mix the files of a backup with others."""
    if folder.is_dir() and any(folder.iterdir()):
        raise ArchiveRefused(f"The folder {folder} is not empty. Restore where STORAGE_URL names an empty folder.")
