"""Restoring: everything is checked before the first row is written, and written in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from tracker.accounts.models import SignIn
from tracker.audit.models import AuditEvent, Means
from tracker.audit.services import check_chain, record, verify_chain
from tracker.backup import files, schema, tables
from tracker.backup.archive import ArchiveReader, ArchiveRefused
from tracker.backup.integrity import loading
from tracker.core.database import db

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class RestoreReport:
    """What came back."""

    rows: int
    files: int
    events: int


def examine(reader: ArchiveReader, progress: Progress) -> str:
    """Check an archive without a database: every part, the seal, its version, the chain of its log; return the seal.

    Raises:
        ArchiveRefused: with the first thing that is wrong.
    """
    seal = reader.verify(progress)
    schema.require_known(reader.manifest.schema)
    part = reader.manifest.tables.get("audit_event")
    if part is None:
        raise ArchiveRefused(f"{reader.path}: tables/audit_event.jsonl.gz is missing.")
    try:
        report = check_chain((_event(line) for line in reader.lines(part)), reader.manifest.audit_head)
    except (ValueError, TypeError, KeyError) as error:
        raise ArchiveRefused(f"{reader.path}: {part.name} is damaged: {error}.") from error
    if report.faults:
        raise ArchiveRefused(f"{reader.path}: {part.name}: {report.faults[0]}.")
    return seal


def restore(reader: ArchiveReader, *, at: datetime, seal: str, progress: Progress) -> RestoreReport:
    """Load an archive that was examined into an empty database and an empty storage. Commits, as one whole.

    Everybody has to sign in again afterwards.

    Args:
        reader: the archive.
        at: now (UTC).
        seal: what :func:`examine` returned; goes into the log.
        progress: told how many more rows were loaded.

    Raises:
        ArchiveRefused: the database or the storage is not empty, or the rows do not fit together.
    """
    manifest = reader.manifest
    db.session.remove()
    files.require_empty()
    present = schema.require_empty()
    schema.bring_empty_tables_to(manifest.schema, present)
    rows = _load_everything(reader, progress)
    upgrade()
    report = verify_chain(manifest.audit_head)
    if report.faults:
        raise ArchiveRefused(f"The log did not come back whole: {report.faults[0]}.")
    db.session.execute(sa.update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=at))
    record("backup.restored", None, at=at, changes={"seal": seal, "made_at": manifest.made_at})
    db.session.commit()
    return RestoreReport(rows=rows, files=len(manifest.files), events=report.events)


def _event(line: bytes) -> AuditEvent:
    fields = tables.fields_of(line)
    at, redacted_at = fields.pop("at"), fields.pop("redacted_at")
    return AuditEvent(
        **fields | {"means": Means(fields["means"])},
        at=datetime.fromisoformat(at),
        redacted_at=datetime.fromisoformat(redacted_at) if redacted_at else None,
    )


def _load_everything(reader: ArchiveReader, progress: Progress) -> int:
    """Load tables and files; leave neither behind where something goes wrong."""
    written: list[str] = []
    try:
        with loading() as connection:
            rows = _load_tables(connection, reader, progress)
            for name, part in reader.manifest.files.items():
                written.append(name)
                files.put_back(reader, part, name)
    except BaseException:
        for name in written:
            files.take_away(name)
        raise
    return rows


def _load_tables(connection: Connection, reader: ArchiveReader, progress: Progress) -> int:
    shapes = {shape.name: shape for shape in tables.shapes(connection)}
    parts = reader.manifest.tables
    _require_same(reader.path, set(parts), set(shapes))
    rows = 0
    for name, part in parts.items():
        try:
            rows += tables.load(connection, shapes[name], reader.lines(part), progress)
        except (ValueError, TypeError, DBAPIError) as error:
            words = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())[:300]
            raise ArchiveRefused(f"{reader.path}: {part.name} does not fit its table: {words}.") from error
    return rows


def _require_same(path: Path, held: set[str], wanted: set[str]) -> None:
    for name in sorted(wanted - held):
        raise ArchiveRefused(f"{path}: tables/{name}.jsonl.gz is missing.")
    for name in sorted(held - wanted):
        raise ArchiveRefused(f"{path}: tables/{name}.jsonl.gz belongs to no table of that version.")
