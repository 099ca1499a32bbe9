"""The archive: a ZIP file of parts, a manifest with the hash of each, and a seal over the whole.

It holds ``tables/<table>.jsonl.gz`` (one row a line), ``files/<name>`` (the evidence) and ``manifest.json``. The
hashes are of the bytes as they lie in the archive. The seal is the SHA-256 of every byte before it; it stands at the
very end, in the file's comment. It tells of damage, not of forgery: whoever can write the file can seal it again.
"""

import gzip
import hashlib
import json
import os
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from tracker.core.errors import DomainError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_SEAL_NAME: Final = b"commitment-tracker sha256:"
_SEAL_LENGTH: Final = 64
_CHUNK: Final = 1 << 20
#: Nothing that the tracker stores makes a longer line.
_LONGEST_LINE: Final = 64 << 20
_LARGEST_MANIFEST: Final = 64 << 20
_NO_END: Final = (
    "the table of contents at the end is damaged or missing. "
    "The file is not a backup of the tracker, or was cut off on its way."
)
_FILE_NAME: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}"
_NAMES: Final = re.compile(rf"manifest\.json|tables/[a-z][a-z0-9_]{{0,62}}\.jsonl\.gz|files(/{_FILE_NAME}){{1,8}}")
#: What Python's reader raises at bytes that are not what they should be.
_DAMAGE: Final = (
    zipfile.BadZipFile, OSError, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error,
    OverflowError,
)  # fmt: skip


class ArchiveRefused(DomainError):
    """An archive cannot be used. The text names the part and what is wrong with it."""


@dataclass(frozen=True)
class Part:
    """One member of the archive as the manifest describes it."""

    name: str
    size: int
    sha256: str
    #: Lines of a table; None for a file.
    rows: int | None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive holds, and of what it is a copy."""

    made_at: str
    #: Revision of the tables.
    schema: str
    engine: str
    #: Number and hash of the last entry of the log; None where it is empty.
    audit_head: tuple[int, str] | None
    parts: tuple[Part, ...]

    @property
    def tables(self) -> dict[str, Part]:
        """The parts that are tables, by table."""
        return {each.name.removeprefix("tables/").removesuffix(".jsonl.gz"): each for each in self._below("tables/")}

    @property
    def files(self) -> dict[str, Part]:
        """The parts that are files, by the name they have in the storage."""
        return {each.name.removeprefix("files/"): each for each in self._below("files/")}

    def _below(self, folder: str) -> list[Part]:
        return [each for each in self.parts if each.name.startswith(folder)]


def is_storable(name: str) -> bool:
    """Tell whether a file of the storage has a name that an archive may carry."""
    return _NAMES.fullmatch(f"files/{name}") is not None


class _Counted:
    """Passes bytes on into the archive, and counts and hashes them."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._target.write(data)

    def flush(self) -> None:
        """Do nothing: the archive is flushed as a whole."""

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class ArchiveWriter:
    """Writes an archive under another name beside its place, and puts it there when it is whole.

    Raises:
        ArchiveRefused: something stands at that place already.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise ArchiveRefused(f"{path} exists. Name a file that does not.")
        if not path.parent.is_dir():
            raise ArchiveRefused(f"The folder {path.parent} does not exist. Make it first.")
        self._path = path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".partial")
        self._partial = Path(name)
        self._file = os.fdopen(handle, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w")
        self._parts: list[Part] = []

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            self._file.close()
            self._partial.unlink(missing_ok=True)

    def add_table(self, name: str, lines: Iterable[bytes]) -> int:
        """Write the rows of a table, one a line; return how many."""
        rows = 0
        with self._open(f"tables/{name}.jsonl.gz") as target:
            counted = _Counted(target)
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=counted, mtime=0) as packed:
                for line in lines:
                    packed.write(line)
                    rows += 1
        self._parts.append(Part(f"tables/{name}.jsonl.gz", counted.size, counted.sha256, rows))
        return rows

    def add_file(self, name: str, source: IO[bytes]) -> str:
        """Write a file of the storage; return its SHA-256."""
        with self._open(f"files/{name}") as target:
            counted = _Counted(target)
            while piece := source.read(_CHUNK):
                counted.write(piece)
        self._parts.append(Part(f"files/{name}", counted.size, counted.sha256, None))
        return counted.sha256

    def finish(self, **about: Any) -> str:
        """Write the manifest, seal the archive, put it in its place and return its seal."""
        manifest = Manifest(parts=tuple(self._parts), **about)
        with self._open(MANIFEST) as target:
            target.write(json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1).encode())
        self._zip.comment = _SEAL_NAME + b"0" * _SEAL_LENGTH
        self._zip.close()
        seal = _digest_before_seal(self._file)
        self._file.seek(-_SEAL_LENGTH, os.SEEK_END)
        self._file.write(seal.encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.rename(self._path)
        sync_folder(self._path.parent)
        return seal

    def _open(self, name: str) -> IO[bytes]:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o600 << 16
        return self._zip.open(entry, "w", force_zip64=True)


@contextmanager
def open_archive(path: Path) -> Iterator["ArchiveReader"]:
    """Open an archive for reading.

    Raises:
        ArchiveRefused: it is not an archive of ours, or its manifest cannot be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise ArchiveRefused(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        try:
            opened = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise ArchiveRefused(f"{path}: {_NO_END}") from error
        with opened:
            if len(opened.comment) != len(_SEAL_NAME) + _SEAL_LENGTH:
                raise ArchiveRefused(f"{path}: {_NO_END}")
            yield ArchiveReader(path, file, opened)


class ArchiveReader:
    """Reads an archive. Nothing of it is believed before :meth:`verify` has returned."""

    def __init__(self, path: Path, file: IO[bytes], opened: zipfile.ZipFile) -> None:
        self.path = path
        self._file = file
        self._zip = opened
        self._names: set[str] = set()
        for entry in opened.infolist():
            name = entry.orig_filename  # as it was written: the other one was made harmless for this machine
            if not _NAMES.fullmatch(name):
                raise ArchiveRefused(f"{path}: the part {name!r} has a name that no part of a backup has.")
            if name in self._names:
                raise ArchiveRefused(f"{path}: {name} is there twice.")
            self._names.add(name)
        if MANIFEST not in self._names:
            raise ArchiveRefused(f"{path}: {MANIFEST} is missing.")
        self.manifest = self._read_manifest()

    def verify(self, progress: Callable[[int], None]) -> str:
        """Check every part against the manifest and the seal over the whole; return the seal.

        Args:
            progress: told how many more bytes were read.

        Raises:
            ArchiveRefused: with the first part that is missing, damaged, or not in the manifest.
        """
        named = {part.name for part in self.manifest.parts} | {MANIFEST}
        for name in sorted(named - self._names):
            raise ArchiveRefused(f"{self.path}: {name} is missing.")
        for name in sorted(self._names - named):
            raise ArchiveRefused(f"{self.path}: {name} is not in the manifest.")
        for part in self.manifest.parts:
            self._verify_part(part, progress)
        seal = _digest_before_seal(self._file)
        if self._zip.comment != _SEAL_NAME + seal.encode():
            raise ArchiveRefused(
                f"{self.path}: the parts are whole, but the headers between them or the seal at the end are damaged."
            )
        return seal

    def lines(self, part: Part) -> Iterator[bytes]:
        """Read a table's part line by line."""
        rows = 0
        with self._reading(part.name) as source, gzip.GzipFile(fileobj=source, mode="rb") as unpacked:
            while line := unpacked.readline(_LONGEST_LINE):
                rows += 1
                yield line
        if rows != part.rows:
            raise ArchiveRefused(f"{self.path}: {part.name} has {rows} rows, not the {part.rows} of the manifest.")

    def pieces(self, part: Part) -> Iterator[bytes]:
        """Read a part piece by piece, as it lies in the archive."""
        with self._reading(part.name) as source:
            while piece := source.read(_CHUNK):
                yield piece

    def _verify_part(self, part: Part, progress: Callable[[int], None]) -> None:
        digest, size = hashlib.sha256(), 0
        for piece in self.pieces(part):
            digest.update(piece)
            size += len(piece)
            progress(len(piece))
        if digest.hexdigest() != part.sha256 or size != part.size:
            raise ArchiveRefused(f"{self.path}: {part.name} is damaged: it is not what was written.")

    @contextmanager
    def _reading(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(name) as source:
                yield source
        except _DAMAGE as error:
            raise ArchiveRefused(f"{self.path}: {name} is damaged ({error}).") from error

    def _read_manifest(self) -> Manifest:
        with self._reading(MANIFEST) as source:
            text = source.read(_LARGEST_MANIFEST)
        try:
            fields = json.loads(text)
            found = int(fields.pop("format"))
            if found != FORMAT:
                raise ArchiveRefused(
                    f"{self.path}: the backup was made by a newer version of the tracker (format {found}). "
                    "Install that version, then restore."
                )
            head = fields["audit_head"]
            return Manifest(
                made_at=str(fields["made_at"]),
                schema=str(fields["schema"]),
                engine=str(fields["engine"]),
                audit_head=(int(head[0]), str(head[1])) if head else None,
                parts=tuple(Part(**part) for part in fields["parts"]),
            )
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise ArchiveRefused(f"{self.path}: {MANIFEST} is damaged.") from error


def sync_folder(folder: Path) -> None:
    """Make sure that names given in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest_before_seal(file: IO[bytes]) -> str:
    file.seek(0, os.SEEK_END)
    left = file.tell() - _SEAL_LENGTH
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (piece := file.read(min(_CHUNK, left))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()
