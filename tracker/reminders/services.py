"""Queueing digests."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.core.database import db
from tracker.mail.models import DeliveryState, Notification
from tracker.mail.rendering import register_batch, speaking
from tracker.mail.services import Recipient, enqueue
from tracker.reminders.mails import render_digests
from tracker.reminders.models import ReminderStep
from tracker.reminders.planning import Duty, Errand
from tracker.reminders.queries import DIGEST

register_batch(DIGEST, render_digests, is_reminder=True, can_preview=True)


def run_errand(errand: Errand, *, at: datetime) -> bool:
    """Note a person's steps, and queue the digest that carries them; tell whether there is a new one. Safe to repeat.

    The unique keys of steps and digests decide: of several schedulers, one queues it. A person who has had the
    digest of the day already is told the next day.
    """
    _note_all([(duty, reason) for duty, reason in errand.noted], at=at)
    if not errand.told:
        return False
    try:
        with db.session.begin_nested():
            waiting = _waiting_digest(errand)
            digest = waiting or _new_digest(errand, at=at)
            if digest is None:
                return False
            db.session.add_all(_step(duty, at=at, notification_id=digest.id) for duty in errand.told)
    except IntegrityError:  # another scheduler was quicker; what is left is seen to at the next tick
        return False
    return waiting is None


def _note_all(noted: list[tuple[Duty, str]], *, at: datetime) -> None:
    for duty, reason in noted:
        try:
            with db.session.begin_nested():
                db.session.add(_step(duty, at=at, note=reason))
        except IntegrityError:
            continue


def _step(duty: Duty, *, at: datetime, notification_id: int | None = None, note: str = "") -> ReminderStep:
    return ReminderStep(
        round_id=duty.round_id,
        edition=duty.edition,
        kind=duty.kind,
        rule_key=duty.key,
        person_id=duty.person_id,
        planned_on=duty.day,
        taken_at=at,
        notification_id=notification_id,
        note=note,
    )


def _waiting_digest(errand: Errand) -> Notification | None:
    """Return the person's digest of the day if steps can still be put into it: nobody has tried to send it."""
    return db.session.scalar(
        sa.select(Notification)
        .where(
            Notification.kind == DIGEST,
            Notification.person_id == errand.recipient.id,
            Notification.local_day == errand.local_day,
            Notification.state == DeliveryState.QUEUED,
            Notification.attempts == 0,
        )
        .with_for_update()
    )


def _new_digest(errand: Errand, *, at: datetime) -> Notification | None:
    person = errand.recipient
    rounds = {duty.round_id for duty in errand.told}
    parties = {duty.party_id for duty in errand.told}
    digest = enqueue(
        DIGEST,
        unique_key=f"{DIGEST}/{person.id}/{errand.local_day}",
        to=Recipient(person_id=person.id, address=person.email, name=person.name, language=person.language),
        at=at,
        local_day=errand.local_day,
        # With several rounds in one digest, its renderer leaves out those that are held back or cancelled.
        round_id=rounds.pop() if len(rounds) == 1 else None,
        party_id=parties.pop() if len(parties) == 1 else None,
    )
    if digest is not None and errand.away:
        with speaking(None):
            digest.note = _(
                "Goes to %(stand_in)s for %(names)s, who is away.",
                stand_in=person.name,
                names=", ".join(sorted(errand.away)),
            )
        db.session.flush()
    return digest
