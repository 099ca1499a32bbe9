"""Telling people that a meeting moves, is cancelled, or takes place after all: each act once to each person."""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.zones import city, local_day
from tracker.mail import rendering
from tracker.mail.models import DeliveryState, Notification
from tracker.mail.services import Recipient, cancel_unsent, enqueue
from tracker.meetings.models import MeetingState, Round
from tracker.meetings.queries import people_told
from tracker.meetings.rules import effective_due_on

MOVED: Final = "meeting_moved"
CANCELLED: Final = "meeting_cancelled"
REINSTATED: Final = "meeting_reinstated"


def tell_moved(round_: Round, *, was_on: date, by: User, at: datetime) -> int:
    """Queue the news of a move; return how many people get it.

    Whoever has not been sent the last move yet hears of both at once, counted from the day they know.
    """
    is_on = round_.meeting.starts_on
    known = _days_known(round_.id)
    cancel_unsent("The meeting moved again.", at=at, round_id=round_.id, kinds=(MOVED,))
    told = 0
    for person in _people(round_, by, at):
        from_day = known.get(person.id, was_on)
        if from_day != is_on:
            told += _enqueue(MOVED, round_, person, at=at, was_on=from_day.isoformat(), is_on=is_on.isoformat())
    return told


def tell_cancelled(round_: Round, *, by: User, at: datetime) -> int:
    """Queue the one notice of a cancellation; return how many people get it."""
    return sum(_enqueue(CANCELLED, round_, person, at=at) for person in _people(round_, by, at))


def tell_reinstated(round_: Round, *, by: User, at: datetime) -> int:
    """Queue the news that a cancelled meeting is planned again; return how many people get it."""
    return sum(_enqueue(REINSTATED, round_, person, at=at) for person in _people(round_, by, at))


def _people(round_: Round, by: User, at: datetime) -> list[User]:
    """Return who is told; whoever did it knows."""
    people = db.session.scalars(people_told(round_.id, local_day(at, round_.timezone)))
    return [person for person in people if person.id != by.id]


def _enqueue(kind: str, round_: Round, person: User, *, at: datetime, **parameters: Any) -> int:
    """Queue one notice; the moment of the act is part of its key, so that a move there and back is told both times."""
    queued = enqueue(
        kind,
        unique_key=f"{kind}/{round_.id}/{round_.meeting.starts_on}/{person.id}/{at:%Y%m%dT%H%M%S.%f}",
        to=Recipient(person_id=person.id, address=person.email, name=person.name, language=person.language),
        at=at,
        round_id=round_.id,
        parameters=parameters,
    )
    return int(queued is not None)


def _days_known(round_id: int) -> dict[int, date]:
    """Return the day that people have in mind whose news of an earlier move is still in the outbox."""
    rows = db.session.execute(
        sa.select(Notification.person_id, Notification.parameters).where(
            Notification.round_id == round_id,
            Notification.kind == MOVED,
            Notification.state == DeliveryState.QUEUED,
            Notification.person_id.is_not(None),
        )
    )
    return {row.person_id: date.fromisoformat(row.parameters["was_on"]) for row in rows if row.person_id is not None}


def _render(notification: Notification, _now: datetime) -> rendering.Rendered:
    """Write the news as it stands now; news that is no longer true is not sent."""
    round_ = db.session.get(Round, notification.round_id)
    if round_ is None:
        return rendering.Cancel("There is no such round any more.")
    meeting = round_.meeting
    wanted = MeetingState.CANCELLED if notification.kind == CANCELLED else MeetingState.PLANNED
    if meeting.state is not wanted:
        return rendering.Cancel("The meeting was changed since; the news is no longer true.")
    was_on = None
    if notification.kind == MOVED:
        was_on = date.fromisoformat(notification.parameters["was_on"])
        if meeting.starts_on != date.fromisoformat(notification.parameters["is_on"]):
            return rendering.Cancel("The meeting moved again since.")
    return rendering.render_mail(
        notification.kind,
        is_sample=meeting.is_sample,
        meeting=meeting,
        round=round_,
        was_on=was_on,
        due_on=_due_on(round_, notification.person_id),
        due_city=city(round_.timezone),
        meeting_url=rendering.absolute_url("meetings.show_meeting", meeting_id=meeting.id),
    )


def _due_on(round_: Round, person_id: int | None) -> date:
    """Return the due date that counts for a person: the latest of their parties', else the round's."""
    person = db.session.get(User, person_id) if person_id is not None else None
    parties = person.parties if person is not None else []
    return max((effective_due_on(round_, party.id) for party in parties), default=round_.due_on)


for _kind in (MOVED, CANCELLED, REINSTATED):
    rendering.register(_kind, _render, can_preview=True)
