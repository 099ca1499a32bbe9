"""Queueing digests, changing a round's ladder, trying a mail out."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.mail.models import DeliveryState, Notification
from tracker.mail.rendering import register, register_batch, speaking
from tracker.mail.services import Recipient, enqueue
from tracker.meetings.models import Round
from tracker.reminders.carried import Carried
from tracker.reminders.mails import TEST, render_digests, render_test
from tracker.reminders.models import ReminderRule, ReminderStep
from tracker.reminders.planning import Duty, Errand
from tracker.reminders.queries import DIGEST, rules_of
from tracker.reminders.schedule import DEFAULT_LADDER, Rung

register_batch(DIGEST, render_digests, is_reminder=True, can_preview=True)
register(TEST, render_test, can_preview=True)


class RungTaken(DomainError):
    """A ladder has at most one rung on a day."""


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


def send_test(person: User, *, at: datetime, carried: Sequence[Carried] = (), instead_of: int | None = None) -> None:
    """Send a person of the Secretariat a mail to see how it arrives.

    Args:
        person: who asks, and gets it.
        at: now (UTC).
        carried: the steps of the digest to try out; empty for a plain test of the delivery.
        instead_of: the person whose digest it is.
    """
    steps = [[each.round_id, each.edition, each.kind.value, each.key, each.person_id] for each in carried]
    enqueue(
        TEST,
        unique_key=f"{TEST}/{person.id}/{at.isoformat()}",
        to=Recipient(person_id=person.id, address=person.email, name=person.name, language=person.language),
        at=at,
        parameters={"steps": steps, "instead_of": instead_of},
    )


def ladder_of(round_: Round) -> list[Rung]:
    """Return a round's rungs in order: its own, or the usual ones where it has none."""
    own = db.session.scalars(rules_of([round_.id])).all()
    return [rule.rung for rule in own] or list(DEFAULT_LADDER)


def set_rung(round_: Round, rung: Rung, *, instead_of: int | None, by: User, at: datetime) -> None:
    """Add a rung to a round's ladder, or put it in the place of another; the usual ladder becomes the round's own.

    Args:
        round_: whose ladder.
        rung: what it is from now on.
        instead_of: the offset of the rung that is changed; None adds one.
        by: who does it.
        at: when (UTC).

    Raises:
        RungTaken: another rung stands on that day.
    """
    rules = {rule.offset_days: rule for rule in _own_rules(round_)}
    if rung.offset_days != instead_of and rung.offset_days in rules:
        raise RungTaken(_("The ladder has a step on that day already. Change that one instead."))
    rule = rules.get(instead_of) if instead_of is not None else None
    before = _as_changes(rule.rung) if rule is not None else {}
    if rule is None:
        rule = ReminderRule(round_id=round_.id, offset_days=rung.offset_days)
        db.session.add(rule)
    rule.offset_days, rule.audience, rule.is_enabled = rung.offset_days, rung.audience, rung.is_enabled
    rule.subject, rule.body = rung.subject, rung.body
    db.session.flush()
    after = _as_changes(rung)
    changes = {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
    audit.record("reminders.ladder_changed", round_, at=at, by=by, changes=changes)


def _own_rules(round_: Round) -> list[ReminderRule]:
    """Return the round's rules; the usual ladder is written down first where it has none."""
    own = list(db.session.scalars(rules_of([round_.id])))
    if not own:
        own = [
            ReminderRule(round_id=round_.id, offset_days=rung.offset_days, audience=rung.audience)
            for rung in DEFAULT_LADDER
        ]
        db.session.add_all(own)
        db.session.flush()
    return own


def _as_changes(rung: Rung) -> dict[str, object]:
    return {
        "offset_days": rung.offset_days,
        "audience": rung.audience.value,
        "is_enabled": rung.is_enabled,
        "subject": rung.subject,
        "body": rung.body,
    }
