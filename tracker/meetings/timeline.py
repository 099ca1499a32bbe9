"""The days of a round as a ladder: what happens when, from the opening to the meeting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.core.zones import city
from tracker.meetings.models import DatePrecision, Meeting, Round
from tracker.meetings.schedule import RoundDates


@dataclass(frozen=True)
class Reminder:
    """A reminder of the round's ladder, as the time line shows it."""

    #: Days from the due date; negative before it.
    offset_days: int
    words: Any


#: What people get unless the Secretariat set another ladder. Source: DESIGN §4.
USUAL: Final = (
    Reminder(-42, _l("Digest of what is asked")),
    Reminder(-21, _l("Digest of what is open")),
    Reminder(-7, _l("Digest of what is open")),
    Reminder(-1, _l("Also to the deputy")),
    Reminder(3, _l("Also to the Secretariat: who is missing")),
    Reminder(10, _l("Last reminder")),
)
_ladders: list[Callable[[Round], Sequence[Reminder]]] = [lambda _round: USUAL]


def use_ladder(of_round: Callable[[Round], Sequence[Reminder]]) -> None:
    """Let a higher feature say which reminders a round has; until then the usual ones are shown."""
    _ladders[0] = of_round


class Mark(StrEnum):
    """How a rung is drawn."""

    DONE = "is-done"
    NEXT = "is-next"
    DUE = "is-due"
    NONE = ""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One point of the time line."""

    name: str
    day: date
    #: Last day, where it lasts longer.
    until: date | None = None
    precision: DatePrecision = DatePrecision.DAY
    words: tuple[str, ...]
    mark: Mark = Mark.NONE


def ladder(meeting: Meeting, dates: RoundDates, *, zone_name: str, today: date, round_: Round | None) -> list[Rung]:
    """Return the time line of a round, planned or proposed, by day.

    Args:
        meeting: the meeting that it leads up to.
        dates: the days of the round.
        zone_name: the zone in which they end.
        today: the day there.
        round_: the round, if it is planned already: its own ladder is shown.
    """
    is_off = round_ is not None and round_.cancelled_at is not None
    points: dict[date, list[tuple[int, str, str]]] = {}

    def add(day: date, rank: int, name: str, words: object) -> None:
        points.setdefault(day, []).append((rank, name, str(words)))

    add(dates.opens_on, 0, _("Opens"), _("Parties can report"))
    for day, reminder in _reminders(dates, _ladders[0](round_) if round_ is not None else USUAL).items():
        if day < meeting.starts_on:
            add(day, 1, f"D{reminder.offset_days:+d}".replace("-", "−"), reminder.words)
    add(dates.due_on, 2, _("Due"), _("End of day, %(city)s time", city=city(zone_name)))
    add(dates.closes_on, 3, _("Closes"), _("No more reports"))
    if dates.share_on is not None and dates.share_on != meeting.starts_on:
        add(dates.share_on, 4, _("Shared"), _("Accepted answers are shared"))
    is_shared_then = dates.share_on == meeting.starts_on
    add(meeting.starts_on, 5, _("Meeting"), _("Answers are shared") if is_shared_then else "")
    return _marked(_merged(points, meeting, dates), today=today, is_off=is_off)


def _reminders(dates: RoundDates, of_round: Sequence[Reminder]) -> dict[date, Reminder]:
    """Return the reminders by day: none comes before the opening, and of several on one day the last counts."""
    return {
        max(dates.due_on + timedelta(days=reminder.offset_days), dates.opens_on): reminder
        for reminder in sorted(of_round, key=lambda each: each.offset_days)
    }


def _merged(points: dict[date, list[tuple[int, str, str]]], meeting: Meeting, dates: RoundDates) -> list[Rung]:
    """Return one rung to a day, named for what weighs most on it."""
    rungs = []
    for day, entries in sorted(points.items()):
        by_weight = sorted(entries, key=lambda entry: (-_weight(entry[0]), entry[0]))
        is_meeting = by_weight[0][0] == _MEETING
        rungs.append(
            Rung(
                name=by_weight[0][1],
                day=day,
                until=meeting.ends_on if is_meeting else None,
                precision=meeting.date_precision if is_meeting else DatePrecision.DAY,
                words=tuple(dict.fromkeys(words for _rank, _name, words in sorted(entries) if words)),
                mark=Mark.DUE if day == dates.due_on else Mark.NONE,
            )
        )
    return rungs


_MEETING: Final = 5


def _weight(rank: int) -> int:
    """Return what names a day on which several things happen: the meeting, the due date, a reminder, the rest."""
    return {_MEETING: 4, 2: 3, 1: 2}.get(rank, 1)


def _marked(rungs: list[Rung], *, today: date, is_off: bool) -> list[Rung]:
    if is_off:
        return rungs
    following = next((rung.day for rung in rungs if rung.day >= today), None)
    return [
        Rung(
            name=rung.name,
            day=rung.day,
            until=rung.until,
            precision=rung.precision,
            words=rung.words,
            mark=_mark(rung, today, following),
        )
        for rung in rungs
    ]


def _mark(rung: Rung, today: date, following: date | None) -> Mark:
    if rung.day < today:
        return Mark.DONE
    if rung.mark is Mark.DUE:
        return Mark.DUE
    return Mark.NEXT if rung.day == following else Mark.NONE
