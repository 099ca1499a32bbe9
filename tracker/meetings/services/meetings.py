"""Planning, changing, moving, cancelling and reinstating meetings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.instruments.models import Instrument
from tracker.mail.services import cancel_unsent
from tracker.meetings.models import DatePrecision, Meeting, MeetingKind, MeetingState, Round
from tracker.meetings.queries import codes_beginning
from tracker.meetings.schedule import RoundDates, moved, needs_new_edition, puts_due_in_past
from tracker.meetings.services import notices

Changes = Mapping[str, list[Any]]


class MeetingStands(DomainError):
    """The meeting is in a state in which this cannot be done; the text says what can."""


class DueWouldPass(DomainError):
    """The move takes away the whole time for reporting, and nobody said that this is meant."""


@dataclass(frozen=True, kw_only=True)
class MeetingValues:
    """What the Secretariat enters about a meeting. The names are those of the columns, but for the instruments."""

    title: str
    kind: MeetingKind = MeetingKind.NETWORK
    #: Local dates; the first of the month where only the month is known.
    starts_on: date
    ends_on: date | None = None
    date_precision: DatePrecision = DatePrecision.DAY
    starts_at: time | None = None
    timezone: str = "Europe/Vienna"
    city: str = ""
    country_code: str | None = None
    is_online: bool | None = None
    host: str = ""
    #: Theme codes.
    topics: tuple[str, ...] = ()
    summary: str = ""
    agenda: str = ""
    instrument_ids: frozenset[int] = frozenset()

    @property
    def last_day(self) -> date:
        return self.ends_on or self.starts_on


_COLUMNS: Final = tuple(field.name for field in fields(MeetingValues) if field.name != "instrument_ids")


def plan_meeting(values: MeetingValues, *, by: User, at: datetime) -> Meeting:
    """Enter a meeting: a planned one, or one that was held where its days have passed."""
    is_over = values.last_day < local_day(at, values.timezone)
    meeting = Meeting(
        code=_new_code(values.starts_on), state=MeetingState.HELD if is_over else MeetingState.PLANNED, instruments=[]
    )
    changes = _write(meeting, values)
    db.session.add(meeting)
    db.session.flush()
    record("meeting.planned", meeting, at=at, by=by, changes=changes | {"code": [None, meeting.code]})
    return meeting


def change_meeting(
    meeting: Meeting, values: MeetingValues, *, by: User, at: datetime, accept_past: bool = False
) -> int:
    """Correct what is entered of a meeting; return how many people will hear of a move.

    A new first day moves the round of a meeting that was not held, its extensions and all unsent mail with it, and
    people are told once. A round gets a new edition where the meeting moves back by more than 14 days.

    Args:
        meeting: the meeting, with its round and extensions.
        values: everything about it, changed or not.
        by: the officer.
        at: now (UTC).
        accept_past: a due date that lies in the past is meant.

    Raises:
        DueWouldPass: the due date would lie in the past, and that was not said to be meant.
    """
    was_on = meeting.starts_on
    round_ = meeting.round
    moves = round_ is not None and meeting.state is not MeetingState.HELD and values.starts_on != was_on
    if moves and not accept_past and (plan := preview(meeting, values.starts_on, at=at)) and plan.due_passes:
        raise DueWouldPass(
            _("Reports would have been due in the past. Go back, and say that this is meant, or choose another day.")
        )
    changes = _write(meeting, values)
    if not changes:
        return 0
    meeting.updated_at = at
    record("meeting.changed", meeting, at=at, by=by, changes=changes)
    if not moves or round_ is None:
        return 0
    _move_round(round_, was_on=was_on, by=by, at=at)
    if meeting.state is not MeetingState.PLANNED:
        return 0
    return notices.tell_moved(round_, was_on=was_on, by=by, at=at)


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a new first day would make of a round."""

    before: RoundDates
    after: RoundDates
    due_passes: bool
    #: Reminders count anew.
    new_edition: bool


def preview(meeting: Meeting, starts_on: date, *, at: datetime) -> Move | None:
    """Return what a new first day would make of the meeting's round; None where nothing would move."""
    round_ = meeting.round
    if round_ is None or meeting.state is MeetingState.HELD or starts_on == meeting.starts_on:
        return None
    today = local_day(at, round_.timezone)
    after = moved(round_.dates, meeting_was_on=meeting.starts_on, meeting_is_on=starts_on, today=today)
    return Move(
        before=round_.dates,
        after=after,
        due_passes=puts_due_in_past(round_.dates, after, today),
        new_edition=needs_new_edition(meeting_was_on=meeting.starts_on, meeting_is_on=starts_on),
    )


def _move_round(round_: Round, *, was_on: date, by: User, at: datetime) -> None:
    """Let the round's days and extensions follow its meeting."""
    is_on = round_.meeting.starts_on
    today = local_day(at, round_.timezone)
    before, edition = round_.dates, round_.edition
    after = moved(before, meeting_was_on=was_on, meeting_is_on=is_on, today=today)
    round_.opens_on, round_.due_on, round_.closes_on, round_.share_on = (
        after.opens_on,
        after.due_on,
        after.closes_on,
        after.share_on,
    )
    if needs_new_edition(meeting_was_on=was_on, meeting_is_on=is_on):
        round_.edition += 1
    round_.updated_at = at
    changes = difference(before, after)
    if round_.edition != edition:
        changes["edition"] = [edition, round_.edition]
    record("round.moved", round_, at=at, by=by, changes=changes)
    for extension in round_.extensions:
        old = extension.due_on
        kept = old if old < today else old + (is_on - was_on)
        extension.due_on = max(kept, round_.due_on)
        if extension.due_on != old:
            record(
                "extension.moved",
                extension,
                at=at,
                by=by,
                party_id=extension.party_id,
                changes={"due_on": [old, extension.due_on]},
            )
    db.session.flush()


def difference(before: RoundDates, after: RoundDates) -> dict[str, list[Any]]:
    """Return which days differ: name → [old, new]."""
    names = [field.name for field in fields(RoundDates)]
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def cancel_meeting(meeting: Meeting, *, by: User, at: datetime, reason: str) -> int:
    """Cancel a planned meeting and its round; return how many people get the one notice of it.

    Unsent mail about the round is cancelled and the share date emptied.

    Raises:
        MeetingStands: it was held, or is cancelled already.
    """
    if meeting.state is not MeetingState.PLANNED:
        raise MeetingStands(_("Only a planned meeting can be cancelled. Load the page again to see how it stands."))
    meeting.state, meeting.cancelled_at, meeting.state_reason = MeetingState.CANCELLED, at, reason
    meeting.updated_at = at
    record("meeting.cancelled", meeting, at=at, by=by, changes={"reason": reason})
    round_ = meeting.round
    if round_ is None:
        return 0
    share_on = round_.share_on
    round_.cancelled_at, round_.share_on = at, None
    round_.updated_at = at
    db.session.flush()
    stopped = cancel_unsent("The meeting was cancelled.", at=at, round_id=round_.id)
    record("round.cancelled", round_, at=at, by=by, changes={"share_on": [share_on, None], "mail_cancelled": stopped})
    return notices.tell_cancelled(round_, by=by, at=at)


def reinstate_meeting(meeting: Meeting, *, by: User, at: datetime) -> int:
    """Plan a cancelled meeting again, with its round; return how many people are told.

    Reminders count anew. The share date stays empty until the Secretariat sets one.

    Raises:
        MeetingStands: it is not cancelled.
    """
    if meeting.state is not MeetingState.CANCELLED:
        raise MeetingStands(_("This meeting is not cancelled. Load the page again to see how it stands."))
    meeting.state, meeting.cancelled_at, meeting.state_reason = MeetingState.PLANNED, None, ""
    meeting.updated_at = at
    record("meeting.reinstated", meeting, at=at, by=by)
    round_ = meeting.round
    if round_ is None:
        return 0
    round_.cancelled_at = None
    round_.edition += 1
    round_.updated_at = at
    db.session.flush()
    cancel_unsent("The meeting is planned again.", at=at, round_id=round_.id, kinds=(notices.CANCELLED,))
    record("round.reinstated", round_, at=at, by=by, changes={"edition": [round_.edition - 1, round_.edition]})
    return notices.tell_reinstated(round_, by=by, at=at)


def hold_meeting(meeting: Meeting, *, by: User, at: datetime) -> None:
    """Note that a planned meeting was held.

    Raises:
        MeetingStands: it is not planned, or its first day is still ahead.
    """
    if meeting.state is not MeetingState.PLANNED:
        raise MeetingStands(_("Only a planned meeting can be marked as held. Load the page again."))
    if local_day(at, meeting.timezone) < meeting.starts_on:
        raise MeetingStands(_("The meeting is still ahead. Mark it as held on its first day or later."))
    meeting.state = MeetingState.HELD
    meeting.updated_at = at
    record("meeting.held", meeting, at=at, by=by)


def _write(meeting: Meeting, values: MeetingValues) -> dict[str, list[Any]]:
    """Put the values into the row; return what changed: field → [old, new]."""
    changes: dict[str, list[Any]] = {}
    for name in _COLUMNS:
        new = getattr(values, name)
        new = list(new) if name == "topics" else new
        old = getattr(meeting, name)
        if old != new:
            changes[name] = [_plain(old), _plain(new)]
            setattr(meeting, name, new)
    wanted = values.instrument_ids
    if {instrument.id for instrument in meeting.instruments} != wanted:
        before = sorted(instrument.code for instrument in meeting.instruments)
        meeting.instruments = list(
            db.session.scalars(
                sa.select(Instrument).where(Instrument.id.in_(wanted)).order_by(Instrument.adopted_on, Instrument.id)
            )
        )
        changes["instruments"] = [before, sorted(instrument.code for instrument in meeting.instruments)]
    return changes


def _plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _new_code(starts_on: date) -> str:
    """Return a code for a meeting planned here: ``M-<year>-<month>-<number>``, the next that is free."""
    prefix = f"M-{starts_on:%Y-%m}-"
    taken = db.session.scalars(codes_beginning(prefix)).all()
    numbers = [int(tail) for code in taken if re.fullmatch(r"[0-9]{1,4}", tail := code.removeprefix(prefix))]
    return f"{prefix}{max(numbers, default=0) + 1}"
