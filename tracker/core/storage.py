"""Where files lie: named blobs in a folder, or in an S3-compatible store. Which one, ``STORAGE_URL`` says.

Whoever keeps a file puts it here first and then commits the row that names it: never a row without its file. What no
row names is swept away a day later (``tracker.oversight.jobs``); the sweep knows the rows by a column called
``storage_name``, and so does the backup. Names are random and say nothing of what a file is called or holds::

    with upload.stream as source:
        blob = storage().put(source)             # blob.name, blob.size_bytes, blob.sha256
    db.session.add(Paper(storage_name=blob.name, size_bytes=blob.size_bytes, sha256=blob.sha256))

    with storage().open(paper.storage_name) as file:
        ...
"""

import errno
import hashlib
import io
import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, cast
from urllib.parse import unquote, urlsplit

import fsspec
from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import event
from sqlalchemy.orm import Session

from tracker.core.database import db
from tracker.core.errors import DomainError

logger = logging.getLogger(__name__)

#: A stored name of ours. The sweep deletes no other.
RANDOM_NAME: Final = re.compile(r"[0-9a-f]{32}")
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}")
_UNFINISHED: Final = ".unfinished-"
_CHUNK: Final = 1 << 18
#: S3: so much is held in memory before a part of a large file is sent; 5 MB is the least that S3 takes.
_PART: Final = 8 << 20
_READ_AHEAD: Final = 1 << 20
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_TO_DELETE: Final = "blobs_to_delete"


class StorageFailed(DomainError):
    """The storage could not do it; its log entry says why."""

    http_status = 503


class StorageFull(StorageFailed):
    """No room is left."""


class FileMissing(StorageFailed):
    """There is no file of that name."""


@dataclass(frozen=True, kw_only=True)
class Blob:
    """A file that was put into the storage."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file that lies in the storage."""

    name: str
    size_bytes: int
    #: When it was put there, by the storage's clock (UTC).
    stored_at: datetime


class Storage:
    """A folder, or a bucket and prefix. Safe to share between threads and to carry over a fork."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
            self.folder: Path | None = Path(unquote(parts.path))
            self._root = str(self.folder)
        elif parts.scheme == "s3" and parts.netloc:
            self.folder = None
            self._root = f"{parts.netloc}/{parts.path.strip('/')}".rstrip("/")
        else:
            raise ValueError("STORAGE_URL must be file:///a/folder or s3://bucket/prefix.")
        self._scheme = parts.scheme

    def put(self, source: IO[bytes], *, name: str = "") -> Blob:
        """Copy a stream under a new random name; when this returns, the file outlives a power cut.

        Args:
            source: read from where it stands to its end.
            name: for a file that comes back from a backup, the name that it had.

        Raises:
            StorageFailed: it could not be kept, and nothing is left of it.
        """
        name = name or secrets.token_hex(16)
        target = self._writing_locally if self.folder is not None else self._writing_remotely
        digest, size = hashlib.sha256(), 0
        with self._telling(f"put {name}", is_there=False), target(name) as file:
            while piece := source.read(_CHUNK):
                digest.update(piece)
                size += len(piece)
                file.write(piece)
        return Blob(name=name, size_bytes=size, sha256=digest.hexdigest())

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file for reading piece by piece.

        Raises:
            FileMissing: there is none of that name.
            StorageFailed: the storage does not answer.
        """
        how = {} if self.folder is not None else {"block_size": _READ_AHEAD, "cache_type": "readahead"}
        with self._telling(f"open {name}"):
            return cast("AbstractContextManager[IO[bytes]]", self._fs.open(self._path(name), "rb", **how))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a file piece by piece; errors as in :meth:`open`."""
        with self.open(name) as file:
            while piece := file.read(_CHUNK):
                yield piece

    def exists(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        with self._telling(f"look for {name}"):
            return bool(_NAME.fullmatch(name)) and bool(self._fs.isfile(self._path(name)))

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no mistake."""
        try:
            with self._telling(f"delete {name}"):
                self._fs.rm_file(self._path(name))
        except FileMissing:
            return

    def try_out(self) -> None:
        """Write, read and remove a small file.

        Raises:
            StorageFailed: one of them cannot be done; its cause says why.
        """
        words = b"written to see whether it can be"
        blob = self.put(io.BytesIO(words))
        try:
            if b"".join(self.pieces(blob.name)) != words:
                raise _failed()
        finally:
            self.delete(blob.name)

    def stored(self) -> Iterator[Listed]:
        """Yield what lies in the storage; hidden and unfinished files are passed over."""
        with self._telling("list"):
            found = self._fs.find(self._root, maxdepth=1, detail=True) if self._fs.exists(self._root) else {}
        for path, facts in found.items():
            name = path.rpartition("/")[2]
            if not name.startswith("."):
                yield Listed(name=name, size_bytes=int(facts["size"]), stored_at=_moment_of(facts))

    def remove_unfinished(self, *, before: datetime) -> int:
        """Remove what a killed process left half written before a moment; return how many. S3 keeps no such files."""
        if self.folder is None or not self.folder.is_dir():
            return 0
        count = 0
        for path in self.folder.glob(f"{_UNFINISHED}*"):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                path.unlink(missing_ok=True)
                count += 1
        return count

    @property
    def _fs(self) -> Any:
        # fsspec keeps one per process and settings; after a fork it makes another.
        return fsspec.filesystem(self._scheme, **({} if self.folder is not None else {"use_listings_cache": False}))

    def _path(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(errno.ENOENT, "no name of a stored file", name)
        return f"{self._root}/{name}"

    @contextmanager
    def _writing_locally(self, name: str) -> Iterator[IO[bytes]]:
        """Give a file under another name; put it in its place when it is whole and on the disk."""
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.folder / f"{_UNFINISHED}{name}"
        try:
            with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / name)
            _sync_folder(self.folder)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    @contextmanager
    def _writing_remotely(self, name: str) -> Iterator[IO[bytes]]:
        """Give a file that comes to be with the last byte, or not at all."""
        file = self._fs.open(self._path(name), "wb", block_size=_PART, autocommit=False)
        try:
            yield file
            file.close()
            file.commit()
        except BaseException:
            file.discard()
            raise

    @contextmanager
    def _telling(self, what: str, *, is_there: bool = True) -> Iterator[None]:
        """Turn what the storage says into an error of ours, and log it; the person sees no path and no host.

        Args:
            what: what was tried, for the log.
            is_there: whether the file should be there; else "not found" speaks of the bucket or the folder.
        """
        try:
            yield
        except DomainError:
            raise
        except OSError as error:
            if is_there and isinstance(error, FileNotFoundError):
                raise FileMissing(_("The file is not there. Tell the Secretariat which one you looked for.")) from error
            logger.exception("the storage could not %s", what)
            if error.errno in _NO_ROOM:
                raise StorageFull(
                    _("There is no room left for files. Nothing was stored. Tell the Secretariat, and try again later.")
                ) from error
            raise _failed() from error
        except Exception as error:
            if self.folder is not None:
                raise
            logger.exception("the storage could not %s", what)  # S3 clients raise many kinds, most of them their own
            raise _failed() from error


def _failed() -> StorageFailed:
    return StorageFailed(
        _("The place where files lie does not answer. Nothing was stored. Try again in a few minutes.")
    )


def _moment_of(facts: dict[str, Any]) -> datetime:
    moment = facts.get("LastModified", facts.get("mtime"))
    return moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment or 0, UTC)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage() -> Storage:
    """Return the storage of this application."""
    return cast(Storage, current_app.extensions["storage"])


def delete_on_commit(name: str) -> None:
    """Remove a file once the transaction that forgets it is committed; a rollback keeps it."""
    session = db.session()
    if not session.in_transaction():
        session.begin()  # so that a rollback, even of nothing else, is heard of
    session.info.setdefault(_TO_DELETE, []).append(name)


@event.listens_for(Session, "after_commit")
def _delete_forgotten(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for name in session.info.pop(_TO_DELETE, []):
        try:
            storage().delete(name)
        except StorageFailed:
            continue  # logged; no row names it, so the sweep tries again


@event.listens_for(Session, "after_soft_rollback")
def _keep(session: Session, _ended: Any) -> None:
    # After a savepoint too, whichever it was: a file too many is swept away later, one too few is lost.
    session.info.pop(_TO_DELETE, None)


def init_app(app: Flask) -> None:
    """Find the storage that the settings name; in tests and scripts without one, a folder in the instance folder."""
    url = app.config["STORAGE_URL"] or f"file://{Path(app.config['TRACKER_INSTANCE']) / 'files'}"
    app.config["STORAGE_URL"] = url
    app.extensions["storage"] = Storage(url)
