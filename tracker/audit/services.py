"""Recording acts, and checking that the record is whole.

``record`` collects; the events are written as the last thing before the commit of the same transaction,
because whoever holds the chain's lock and goes on writing makes everybody else wait.
Source: measured in ``docs/adr/0007``.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import sqlalchemy as sa
from flask import g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from tracker.audit.models import AuditEvent, Means
from tracker.core.database import db
from tracker.core.logs import security_event

_PENDING: Final = "pending_audit_events"
_WRITTEN: Final = "written_audit_events"
#: Acts that whoever guards the installation watches; what parties work on is not among them.
_WATCHED: Final = ("account.", "audit.", "backup.", "redaction.")
#: Number of PostgreSQL's advisory lock under which the chain grows.
_CHAIN_LOCK: Final = 4_711_001
GENESIS: Final = "0" * 64


@dataclass(frozen=True, kw_only=True)
class _Pending:
    at: datetime
    means: Means
    actor_id: int | None
    on_behalf_of_id: int | None
    act: str
    subject: object
    party_id: int | None
    origin: str
    request_id: str
    content: str
    #: The savepoints it was noted behind; it goes if one of them is rolled back.
    savepoints: tuple[SessionTransaction, ...]


def record(
    act: str,
    subject: object,
    *,
    at: datetime,
    by: Any = None,
    on_behalf_of: Any = None,
    party_id: int | None = None,
    job: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Note an act; it is written with the transaction that does it, or not at all.

    Args:
        act: feature word and what happened: ``update.submitted``.
        subject: the row it was done to; its id is read when the transaction is flushed.
        at: when (UTC).
        by: the person (anything with an ``id``); None for jobs, commands, and who is not signed in.
        on_behalf_of: the person in whose name ``by`` acted; None: the one for whom ``by.acting_for`` says so.
        party_id: the party that the act concerns, for the filter of the log.
        job: name of the job or command, when no person acted.
        changes: what changed, field by field: ``{"due_on": [old, new]}`` or plain values.
    """
    in_request = has_request_context()
    means = Means.ANONYMOUS if in_request else Means.COMMAND
    if by is not None or job:
        means = Means.SESSION if by is not None else Means.JOB
    session = db.session()
    if not session.in_transaction():
        session.begin()  # so that a rollback, even of nothing else, is heard of
    pending: list[_Pending] = session.info.setdefault(_PENDING, [])
    pending.append(
        _Pending(
            at=at,
            means=g.get("audit_means", means) if in_request else means,
            actor_id=by.id if by is not None else None,
            on_behalf_of_id=on_behalf_of.id if on_behalf_of is not None else _acting_for(by, party_id),
            act=act,
            subject=subject,
            party_id=party_id,
            origin=(request.remote_addr or "") if in_request else (job or "command"),
            request_id=str(g.get("request_id", "")) if in_request else "",
            content=canonical(changes or {}),
            savepoints=_open_savepoints(session),
        )
    )


def _acting_for(by: Any, party_id: int | None) -> int | None:
    acting_for: Mapping[int, int] = getattr(by, "acting_for", {})
    return acting_for.get(party_id) if party_id is not None else None


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value: keys ordered, no spaces, text as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no canonical form")


def content_digest(salt: str, content: str) -> str:
    """Return the salted SHA-256 of an event's content."""
    return hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()


def chain_hash(row: AuditEvent) -> str:
    """Return the hash of an event: over the hash before it and everything but its readable content."""
    fields = [
        row.previous_hash, row.seq, row.at.astimezone(UTC).isoformat(), row.means.value, row.actor_id,
        row.on_behalf_of_id, row.act, row.subject_type, row.subject_id, row.party_id, row.origin, row.request_id,
        row.content_digest,
    ]  # fmt: skip
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    pending: list[_Pending] = session.info.get(_PENDING, [])
    if not pending or session.in_nested_transaction():
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    # The head is read in a statement of its own, after the lock: under READ COMMITTED it sees what others committed.
    head = session.execute(
        sa.select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (head.seq, head.hash) if head else (0, GENESIS)
    for waiting in pending:
        seq += 1
        salt = secrets.token_hex(32)
        row = AuditEvent(
            seq=seq,
            at=waiting.at,
            means=waiting.means,
            actor_id=waiting.actor_id,
            on_behalf_of_id=waiting.on_behalf_of_id,
            act=waiting.act,
            subject_type=getattr(waiting.subject, "__tablename__", "none"),
            subject_id=getattr(waiting.subject, "id", None),
            party_id=waiting.party_id,
            origin=waiting.origin,
            request_id=waiting.request_id,
            content=waiting.content,
            salt=salt,
            content_digest=content_digest(salt, waiting.content),
            previous_hash=previous,
        )
        row.hash = previous = chain_hash(row)
        session.add(row)
    session.info.pop(_PENDING, None)
    session.info[_WRITTEN] = [waiting for waiting in pending if waiting.act.startswith(_WATCHED)]
    session.flush()


@event.listens_for(Session, "after_commit")
def _tell_of_written(session: Session) -> None:
    """Say in the log of the processes, without content, what now stands for good in this one."""
    if session.in_nested_transaction():
        return
    for written in session.info.pop(_WRITTEN, ()):
        security_event(
            written.act,
            refused=written.act.endswith(("_failed", "_locked")),
            by=written.actor_id,
            subject=getattr(written.subject, "__tablename__", "none"),
            subject_id=_known_id(written.subject),
            means=written.means.value,
            origin=written.origin,
        )


def _known_id(subject: object) -> object:
    """Return the id of a row without asking the database for it."""
    state = sa.inspect(subject, raiseerr=False)
    identity = getattr(state, "identity", None)
    return identity[0] if identity else None


@event.listens_for(Session, "after_soft_rollback")
def _forget_pending(session: Session, ended: SessionTransaction) -> None:
    """Forget what was noted in a transaction, or behind a savepoint, that was rolled back."""
    pending: list[_Pending] = session.info.get(_PENDING, [])
    if not ended.nested:
        session.info.pop(_PENDING, None)
        session.info.pop(_WRITTEN, None)
    else:
        pending[:] = [waiting for waiting in pending if ended not in waiting.savepoints]


def _open_savepoints(session: Session) -> tuple[SessionTransaction, ...]:
    found = []
    transaction = session.get_nested_transaction()
    while transaction is not None and transaction.nested:
        found.append(transaction)
        transaction = transaction.parent
    return tuple(found)


@dataclass(frozen=True)
class ChainReport:
    """What a check of the log found: how many events, and what is wrong with which."""

    events: int
    faults: tuple[str, ...]


def head() -> AuditEvent | None:
    """Return the last event of the log, if there is one."""
    return db.session.scalar(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1))


def verify_chain(kept_head: tuple[int, str] | None = None) -> ChainReport:
    """Check every event of the log in order: content, order, gaps and hashes.

    Args:
        kept_head: number and hash of a head kept elsewhere, which the log must still hold: without one, a log whose
            end was cut off looks whole.
    """
    rows = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=1000))
    return check_chain(rows, kept_head)


def check_chain(rows: Iterable[AuditEvent], kept_head: tuple[int, str] | None = None) -> ChainReport:
    """Check events in the order of their numbers, wherever they were read from; as :func:`verify_chain`."""
    faults: list[str] = []
    expected, previous, count, holds_head = 1, GENESIS, 0, kept_head is None
    for row in rows:
        count += 1
        if row.seq != expected:
            faults.append(f"event {expected} is missing: event {row.seq} follows event {expected - 1}")
        if row.previous_hash != previous:
            faults.append(f"event {row.seq} does not continue the event before it")
        if row.hash != chain_hash(row):
            faults.append(f"event {row.seq} was changed")
        is_whole = row.content is not None and content_digest(row.salt, row.content) == row.content_digest
        if row.redacted_at is None and not is_whole:
            faults.append(f"the content of event {row.seq} was changed")
        holds_head = holds_head or (row.seq, row.hash) == kept_head
        expected, previous = row.seq + 1, row.hash
    if not holds_head and kept_head is not None:
        faults.append(f"the head {kept_head[0]} that was kept is not in the log: its end was cut off or rewritten")
    return ChainReport(count, tuple(faults))
