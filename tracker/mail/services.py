"""Putting mail into the outbox, taking it out again, and sending a failed one once more."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.audit import services as audit
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.mail import rendering
from tracker.mail.models import DeliveryState, MailPause, Notification


class Person(Protocol):
    """Whoever acts; an account."""

    @property
    def id(self) -> int: ...


class CannotSendAgain(DomainError):
    """Only a mail that failed can be sent again."""


class NotWaiting(DomainError):
    """Only a mail that waits in the outbox can be cancelled or hurried."""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom a mail goes to."""

    person_id: int | None
    address: str
    name: str
    language: str = "en"


def enqueue(
    kind: str,
    *,
    unique_key: str,
    to: Recipient,
    at: datetime,
    parameters: Mapping[str, Any] | None = None,
    round_id: int | None = None,
    party_id: int | None = None,
    local_day: date | None = None,
    not_before: datetime | None = None,
) -> Notification | None:
    """Put a mail into the outbox, once; return None where this key was queued before. Safe to run again.

    Args:
        kind: what a renderer was registered for.
        unique_key: says what the mail is: ``returned/17/3/12``. At most 190 characters.
        to: one person.
        at: now (UTC).
        parameters: ids and dates that the renderer needs; never text of an answer.
        round_id: a pause of this round holds it back, if it is a reminder.
        party_id: for the Secretariat's filter.
        local_day: the recipient's day that a digest is for: one per person, kind and day.
        not_before: the earliest moment to send it (UTC); empty means at once.

    Raises:
        LookupError: no renderer is registered for the kind.
    """
    if kind not in rendering.kinds():
        raise LookupError(f"no renderer is registered for mail of kind {kind!r}")
    if db.session.scalar(sa.select(Notification.id).where(Notification.unique_key == unique_key)) is not None:
        return None
    notification = Notification(
        unique_key=unique_key,
        kind=kind,
        person_id=to.person_id,
        to_address=to.address,
        to_name=to.name,
        local_day=local_day,
        round_id=round_id,
        party_id=party_id,
        parameters={rendering.LANGUAGE: to.language} | dict(parameters or {}),
        next_attempt_at=not_before or at,
        message_id=message_id_for(unique_key),
        created_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(notification)
    except IntegrityError:  # another process was quicker, or the person has a digest of that day
        return None
    return notification


def message_id_for(unique_key: str) -> str:
    """Return the Message-ID of a mail: the same whenever it is sent, so that a second copy is known as one."""
    base_url = str(current_app.config["TRACKER_BASE_URL"])
    host = urlsplit(base_url).hostname or "localhost"
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, f'{base_url}/mail/{unique_key}')}@{host}>"


def cancel_unsent(
    reason: str,
    *,
    at: datetime,
    round_id: int | None = None,
    person_id: int | None = None,
    kinds: tuple[str, ...] = (),
    key_begins: str = "",
) -> int:
    """Cancel the mail in the outbox that fits all that is named; return how many. What is being sent stays.

    Raises:
        ValueError: nothing was named; that would cancel everything.
    """
    conditions: list[sa.ColumnElement[bool]] = []
    if round_id is not None:
        conditions.append(Notification.round_id == round_id)
    if person_id is not None:
        conditions.append(Notification.person_id == person_id)
    if kinds:
        conditions.append(Notification.kind.in_(kinds))
    if key_begins:
        conditions.append(Notification.unique_key.startswith(key_begins, autoescape=True))
    if not conditions:
        raise ValueError("name the mail that is cancelled")
    waits = sa.or_(
        Notification.state == DeliveryState.QUEUED,
        sa.and_(Notification.state == DeliveryState.SENDING, Notification.leased_until <= at),
    )
    done = db.session.execute(
        sa.update(Notification)
        .where(waits, *conditions)
        .values(state=DeliveryState.CANCELLED, lease=None, leased_until=None, note=reason, updated_at=at)
        .execution_options(synchronize_session="fetch")
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def send_again(notification: Notification, *, by: Person, at: datetime) -> None:
    """Put a mail that failed back into the outbox; it is written anew, under the same Message-ID.

    Raises:
        CannotSendAgain: it did not fail.
    """
    if notification.state is not DeliveryState.FAILED:
        raise CannotSendAgain(_("This mail is not marked as failed. Only a mail that failed can be sent again."))
    notification.state = DeliveryState.QUEUED
    notification.next_attempt_at = at
    notification.attempts = 0
    notification.first_attempt_at = None
    notification.parameters = notification.parameters | {"sent_again_at": at.isoformat()}
    audit.record("mail.sent_again", notification, at=at, by=by, party_id=notification.party_id)


def send_now(notification: Notification, *, by: Person, at: datetime) -> None:
    """Let a mail that waits for its moment, or for another try, leave at once.

    Raises:
        NotWaiting: it does not wait.
    """
    _require_waiting(notification)
    notification.next_attempt_at = at
    audit.record("mail.sent_now", notification, at=at, by=by, party_id=notification.party_id)


def cancel(notification: Notification, *, by: Person, at: datetime) -> None:
    """Take a mail that waits out of the outbox.

    Raises:
        NotWaiting: it does not wait.
    """
    _require_waiting(notification)
    notification.state = DeliveryState.CANCELLED
    notification.note = str(_("Cancelled by hand."))
    audit.record("mail.cancelled", notification, at=at, by=by, party_id=notification.party_id)


def _require_waiting(notification: Notification) -> None:
    if notification.state is not DeliveryState.QUEUED:
        raise NotWaiting(_("This mail does not wait any more. Load the page again to see what became of it."))


def pause(*, by: Person, at: datetime, round_id: int | None = None) -> None:
    """Hold back all reminders of a round, or all reminders. Safe to repeat."""
    if db.session.scalar(sa.select(MailPause.id).where(MailPause.round_id.is_not_distinct_from(round_id))) is not None:
        return
    row = MailPause(round_id=round_id, paused_by_id=by.id, paused_at=at)
    db.session.add(row)
    audit.record("reminders.paused", row, at=at, by=by, changes={"round_id": round_id})


def resume(*, by: Person, at: datetime, round_id: int | None = None) -> None:
    """Let reminders leave again. Safe to repeat."""
    for row in db.session.scalars(sa.select(MailPause).where(MailPause.round_id.is_not_distinct_from(round_id))).all():
        audit.record("reminders.resumed", row, at=at, by=by, changes={"round_id": round_id})
        db.session.delete(row)
