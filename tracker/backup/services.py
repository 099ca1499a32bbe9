"""Making a backup while people work, and restoring one into an empty instance."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tracker.audit.services import record
from tracker.backup import files, schema, tables
from tracker.backup.archive import ArchiveRefused, ArchiveWriter, is_storable
from tracker.core.database import db, reading_only
from tracker.core.schema import schema_state
from tracker.core.storage import FileMissing

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class BackupReport:
    """What a backup holds."""

    seal: str
    tables: int
    rows: int
    files: int
    audit_head: tuple[int, str] | None
    #: Files that a row names and the storage does not hold; the backup cannot hold them either.
    missing: tuple[str, ...]
    #: Files whose bytes are not those that a row tells of; the backup holds them as they are.
    altered: tuple[str, ...]


def back_up(path: Path, *, at: datetime, started: Callable[[int], None], progress: Progress) -> BackupReport:
    """Write the database as it stands at one moment, and the files that it names, into one archive.

    Writers go on meanwhile. Does not commit; leaves an entry in the log.

    Args:
        path: where the archive is put; nothing may stand there.
        at: now (UTC).
        started: told how many rows there are to copy, once.
        progress: told how many more were copied.

    Raises:
        ArchiveRefused: something stands at ``path``, or the database is not the tracker's.
    """
    with ArchiveWriter(path) as archive:
        with _snapshot() as connection:
            revision = schema.revision(connection)
            if revision is None:
                raise ArchiveRefused("There is nothing to back up: the database has no tables of the tracker.")
            found = tables.shapes(connection)
            started(sum(tables.count(connection, shape) for shape in found))
            rows = 0
            for shape in found:
                rows += archive.add_table(shape.name, _counted(tables.dump(connection, shape), progress))
            head = connection.execute(
                sa.text("SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1")
            ).one_or_none()
            named = _named_files(connection, found)
            engine = connection.dialect.name
        kept = dict(_copy_files(archive))
        audit_head = (int(head[0]), str(head[1])) if head else None
        seal = archive.finish(made_at=at.isoformat(), schema=revision, engine=engine, audit_head=audit_head)
    with reading_only():
        is_current = schema_state().is_current
        db.session.rollback()  # the entry needs a transaction that writes
    if is_current:
        record("backup.made", None, at=at, changes={"seal": seal, "rows": rows, "files": len(kept)})
    return BackupReport(
        seal=seal,
        tables=len(found),
        rows=rows,
        files=len(kept),
        audit_head=audit_head,
        missing=tuple(sorted(named.keys() - kept.keys())),
        altered=tuple(sorted(name for name in named.keys() & kept.keys() if named[name] not in ("", kept[name]))),
    )


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """Give a connection that sees the database as it is now, however long the reading takes."""
    with reading_only(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _named_files(connection: Connection, found: list[tables.Shape]) -> dict[str, str]:
    """Return the storage names that rows hold, with the SHA-256 beside each ("" where there is none).

    By convention they stand in columns called ``storage_name`` and ``sha256``.
    """
    names: dict[str, str] = {}
    for shape in found:
        if "storage_name" in shape.kinds:
            column = sa.column("storage_name", sa.String())
            digest = sa.column("sha256", sa.String()) if "sha256" in shape.kinds else sa.literal("")
            query = sa.select(column, digest).select_from(sa.table(shape.name)).where(column.is_not(None))
            names.update({name: sha256 or "" for name, sha256 in connection.execute(query)})
    return names


def _copy_files(archive: ArchiveWriter) -> Iterator[tuple[str, str]]:
    """Copy the files, name and SHA-256. Each lies there before its row is committed, so none is missed."""
    for name in files.stored_names():
        if not is_storable(name):
            raise ArchiveRefused(f"The file {name} is none of the tracker's. Take it out of the storage.")
        try:
            source = files.open_stored(name)
        except (FileNotFoundError, FileMissing):  # swept away since the storage was listed: no row named it
            continue
        with source as file:
            yield name, archive.add_file(name, file)


def _counted(lines: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    for line in lines:
        yield line
        progress(1)
