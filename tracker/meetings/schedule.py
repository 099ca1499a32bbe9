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
    """Return the days of a round whose meeting moved: each keeps its distance, days in the past stay."""
    shift = meeting_is_on - meeting_was_on

    def shifted(day: date) -> date:
        return day if day < today else day + shift

    opens_on, due_on, closes_on = shifted(dates.opens_on), shifted(dates.due_on), shifted(dates.closes_on)
    # A meeting that comes nearer may pull a day before one that stays because it is past.
    due_on = max(due_on, opens_on)
    return RoundDates(
        opens_on=opens_on,
        due_on=due_on,
        closes_on=max(closes_on, due_on),
        share_on=None if dates.share_on is None else shifted(dates.share_on),
    )


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
