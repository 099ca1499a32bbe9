"""When a reminder falls due: calendar days and hours, no Flask, no SQLAlchemy. Source: DESIGN §4, in ``docs/adr/0006``.

A step's day is counted in calendar days from the due date; its hour is the recipient's own, in the recipient's zone.
Nothing here remembers: what was sent is remembered by the rows of ``reminder_step``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from tracker.core.zones import instant, local_day

#: The hour at which people are written to unless they chose another.
USUAL_HOUR: Final = 8
#: A step that was missed is caught up for so many days.
CATCH_UP_DAYS: Final = 3
#: Steps of an assignment that has a due date of its own.
ASSIGNMENT_OFFSETS: Final = (-3, 0, 1)
#: What the key of the step begins with that tells of a new assignment.
GIVEN: Final = "given-"
#: Submissions that wait longer are named to the Secretariat; returned updates, to their party.
SUBMISSION_WAITS: Final = timedelta(days=5)
RETURNED_WAITS: Final = timedelta(days=3)
#: A scheduler that has not been heard of for so long is taken to be gone.
SCHEDULER_IS_LATE_AFTER: Final = timedelta(minutes=5)


class Audience(StrEnum):
    """Who a rule reminds: the people who still have something to do, and whom beside them."""

    PARTY = "party"
    PARTY_AND_DEPUTY = "party_and_deputy"
    PARTY_DEPUTY_AND_SECRETARIAT = "party_deputy_and_secretariat"


@dataclass(frozen=True)
class Rung:
    """One rung of a ladder: so many days before (negative) or after the due date."""

    offset_days: int
    audience: Audience
    is_enabled: bool = True
    #: The Secretariat's own words; empty for ours.
    subject: str = ""
    body: str = ""

    @property
    def key(self) -> str:
        """``D-21``, ``D+3``: the name of the rule in a step's unique key."""
        return f"D{self.offset_days:+d}"

    @property
    def name(self) -> str:
        """The key with a real minus sign, for people."""
        return rule_name(self.key)

    @property
    def tells_deputy(self) -> bool:
        return self.audience is not Audience.PARTY

    @property
    def tells_secretariat(self) -> bool:
        return self.audience is Audience.PARTY_DEPUTY_AND_SECRETARIAT


DEFAULT_LADDER: Final = (
    Rung(-42, Audience.PARTY),
    Rung(-21, Audience.PARTY),
    Rung(-7, Audience.PARTY),
    Rung(-1, Audience.PARTY_AND_DEPUTY),
    Rung(3, Audience.PARTY_DEPUTY_AND_SECRETARIAT),
    Rung(10, Audience.PARTY_DEPUTY_AND_SECRETARIAT),
)


def rule_name(key: str) -> str:
    """Return a rule's key as people write it: ``D−21``; ``D`` on the day itself."""
    return "D" if key == "D+0" else key.replace("-", "−")


@dataclass(frozen=True)
class Rhythm:
    """When a person is written to: at which hour of which zone."""

    zone_name: str
    hour: int = USUAL_HOUR

    def at(self, day: date) -> datetime:
        """Return the instant (UTC) at which a step of that day falls due."""
        return instant(day, time(self.hour), self.zone_name)

    def day_of(self, moment: datetime) -> date:
        """Return the person's calendar day."""
        return local_day(moment, self.zone_name)

    def first_after(self, moment: datetime) -> date:
        """Return the day of the first writing hour that is not before the moment."""
        day = self.day_of(moment)
        return day if self.at(day) >= moment else day + timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Season:
    """The days of a round that count for one party."""

    #: The day on which the round opened, or will.
    opens_on: date
    #: How the opening was planned, in days from the round's due date: the rung there goes with the opening.
    opening_offset: int
    #: The party's extension, else the round's due date.
    due_on: date
    #: The meeting's start: what would be later is not sent.
    ends_at: datetime

    def day_of(self, offset_days: int) -> date:
        """Return the calendar day of a rung; none comes before the opening."""
        if offset_days == self.opening_offset:
            return self.opens_on
        return max(self.due_on + timedelta(days=offset_days), self.opens_on)


@dataclass(frozen=True)
class Step:
    """A step for one person: what it is called, its day there, and the instant at which it falls due."""

    key: str
    day: date
    at: datetime


AnyStep = TypeVar("AnyStep", bound=Step)


def ladder_steps(
    rungs: Iterable[Rung],
    season: Season,
    rhythm: Rhythm,
    *,
    is_deputy: bool = False,
    prefix: str = "",
    suffix: str = "",
) -> list[Step]:
    """Return a person's steps of a ladder, in order; none after the meeting's start, none that is switched off."""
    steps: list[Step] = []
    for rung in sorted(rungs, key=lambda each: each.offset_days):
        if not rung.is_enabled or (is_deputy and not rung.tells_deputy):
            continue
        day = season.day_of(rung.offset_days)
        at = rhythm.at(day)
        if at < season.ends_at:
            steps.append(Step(f"{prefix}{rung.key}{suffix}", day, at))
    return steps


def given_step(assignment_id: int, given_at: datetime, season: Season, rhythm: Rhythm) -> Step | None:
    """Return the step at which a person hears that an item was put into their hands; given anew, they hear it anew."""
    day = rhythm.first_after(given_at)
    at = rhythm.at(day)
    key = f"assignment/{assignment_id}/{GIVEN}{given_at:%Y%m%d}"
    return Step(key, day, at) if at < season.ends_at else None


def assignment_steps(assignment_id: int, due_on: date, season: Season, rhythm: Rhythm) -> list[Step]:
    """Return the steps of an assignment that has a due date of its own."""
    steps: list[Step] = []
    for offset in ASSIGNMENT_OFFSETS:
        day = max(due_on + timedelta(days=offset), season.opens_on)
        at = rhythm.at(day)
        if at < season.ends_at:
            steps.append(Step(f"assignment/{assignment_id}/{offset:+d}", day, at))
    return steps


def waiting_step(key: str, since: datetime, patience: timedelta, rhythm: Rhythm, ends_at: datetime) -> Step | None:
    """Return the step at which a person hears of something that waits too long; None if the meeting comes first."""
    day = rhythm.first_after(since + patience)
    at = rhythm.at(day)
    return Step(key, day, at) if at < ends_at else None


def is_due(step: Step, now: datetime, rhythm: Rhythm) -> bool:
    """Tell whether a step is to be taken now: its hour has come, and it was not missed for too long."""
    return step.at <= now and (rhythm.day_of(now) - step.day).days <= CATCH_UP_DAYS


def latest_and_earlier(steps: Sequence[AnyStep]) -> tuple[AnyStep, list[AnyStep]]:
    """Divide steps that are due together: the latest is told, the others went along with it."""
    ordered = sorted(steps, key=lambda step: (step.at, step.day))
    return ordered[-1], ordered[:-1]
