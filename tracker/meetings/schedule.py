"""The days of a round. Pure arithmetic on calendar days; see DESIGN §3.6 in ``docs/adr/0006``."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

#: The due date stands this many days before the meeting's first day.
DAYS_DUE_BEFORE_MEETING: Final = 21
#: A round opens this many days before it is due.
DAYS_OPEN_BEFORE_DUE: Final = 42
#: A meeting that moves back by more than this gives its round a new edition.
DAYS_MOVED_FOR_NEW_EDITION: Final = 14
#: From opening to the close.
LONGEST_ROUND_DAYS: Final = 731


class RoundPhase(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class RoundDates:
    """The four days of a round. ``share_on`` is None while no share date is set."""

    opens_on: date
    due_on: date
    closes_on: date
    share_on: date | None


class DayProblem(StrEnum):
    """Why days do not fit together."""

    DUE_BEFORE_OPENING = "due_before_opening"
    CLOSE_BEFORE_DUE = "close_before_due"
    SHARED_BEFORE_OPENING = "shared_before_opening"
    TOO_LONG = "too_long"

    @property
    def field(self) -> str:
        """The day that is to be corrected."""
        return {
            DayProblem.DUE_BEFORE_OPENING: "due_on",
            DayProblem.CLOSE_BEFORE_DUE: "closes_on",
            DayProblem.SHARED_BEFORE_OPENING: "share_on",
            DayProblem.TOO_LONG: "closes_on",
        }[self]


def problems(dates: RoundDates) -> list[DayProblem]:
    """Return what is wrong with the days of a round; nothing where they fit together."""
    found = {
        DayProblem.DUE_BEFORE_OPENING: dates.due_on < dates.opens_on,
        DayProblem.CLOSE_BEFORE_DUE: dates.closes_on < dates.due_on,
        DayProblem.SHARED_BEFORE_OPENING: dates.share_on is not None and dates.share_on < dates.opens_on,
        DayProblem.TOO_LONG: (dates.closes_on - dates.opens_on).days > LONGEST_ROUND_DAYS,
    }
    return [problem for problem, is_there in found.items() if is_there]


def proposed(meeting_starts_on: date) -> RoundDates:
    """Return the days that a round has unless somebody sets others."""
    due_on = meeting_starts_on - timedelta(days=DAYS_DUE_BEFORE_MEETING)
    return RoundDates(
        opens_on=due_on - timedelta(days=DAYS_OPEN_BEFORE_DUE),
        due_on=due_on,
        closes_on=meeting_starts_on - timedelta(days=1),
        share_on=meeting_starts_on,
    )


def moved(dates: RoundDates, *, meeting_was_on: date, meeting_is_on: date, today: date) -> RoundDates:
    """Return the days of a round whose meeting moved: each keeps its distance, what has come to pass stays.

    The opening and the share date come to pass when their day begins; the due date and the close, when it ends.
    """
    shift = meeting_is_on - meeting_was_on
    opens_on = dates.opens_on if dates.opens_on <= today else dates.opens_on + shift
    due_on = dates.due_on if dates.due_on < today else dates.due_on + shift
    closes_on = dates.closes_on if dates.closes_on < today else dates.closes_on + shift
    share_on = dates.share_on
    if share_on is not None and share_on > today:
        share_on += shift
    # A meeting that comes nearer may pull a day before one that stays because it is past.
    due_on = max(due_on, opens_on)
    return RoundDates(opens_on=opens_on, due_on=due_on, closes_on=max(closes_on, due_on), share_on=share_on)


def puts_due_in_past(before: RoundDates, after: RoundDates, today: date) -> bool:
    """Tell whether a change takes the whole time for reporting away: somebody has to be asked first."""
    return before.due_on >= today > after.due_on


def needs_new_edition(*, meeting_was_on: date, meeting_is_on: date) -> bool:
    """Tell whether a move is so far back that everybody is reminded anew."""
    return (meeting_is_on - meeting_was_on).days > DAYS_MOVED_FOR_NEW_EDITION


def phase(
    dates: RoundDates, day: date, *, opened_by_hand: bool = False, closed_by_hand: bool = False, cancelled: bool = False
) -> RoundPhase:
    """Return where a round stands on a day."""
    if cancelled:
        return RoundPhase.CANCELLED
    if closed_by_hand or day > dates.closes_on:
        return RoundPhase.CLOSED
    if opened_by_hand or day >= dates.opens_on:
        return RoundPhase.OPEN
    return RoundPhase.PLANNED
