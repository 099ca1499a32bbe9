"""The sample meetings: three that were held, and one ahead whose round is open."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.demo.texts import LABEL
from tracker.instruments.models import Instrument
from tracker.meetings.models import Meeting, MeetingKind, MeetingState, Round
from tracker.meetings.schedule import proposed
from tracker.meetings.services.decisions import MinutedDecision, mark_of, minute
from tracker.meetings.services.rounds import grant_extension
from tracker.parties.models import Party

#: Days from today to the first day of each sample meeting. The last one's rung D−21 fell due yesterday, so that
#: the first tick finds reminders to send whatever the hour.
OFFSETS: Final = (-620, -420, -215, 41)
_PLACES: Final = (
    ("Budva", "ME", "Europe/Podgorica"),
    ("Skopje", "MK", "Europe/Skopje"),
    ("Chișinău", "MD", "Europe/Chisinau"),
    ("Brdo pri Kranju", "SI", "Europe/Ljubljana"),
)


@dataclass(frozen=True)
class SampleRounds:
    """The rounds, the oldest first."""

    past: list[Round]
    open: Round


def make_rounds(instruments: list[Instrument], *, today: date, timezone: str) -> SampleRounds:
    """Make the meetings and their rounds, with the instruments of the time in scope."""
    rounds = []
    for offset, (city, country, zone) in zip(OFFSETS, _PLACES, strict=True):
        starts_on = today + timedelta(days=offset)
        is_past = offset < 0
        meeting = Meeting(
            code=f"M-{starts_on:%Y-%m}-sample",
            kind=MeetingKind.NETWORK,
            title=f"Network meeting, {city} {LABEL}",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=1),
            timezone=zone,
            city=city,
            country_code=country,
            is_online=False,
            host=f"National coordinator {LABEL}",
            summary=f"A made-up meeting, to show how rounds work {LABEL}.",
            agenda="" if is_past else _agenda(),
            state=MeetingState.HELD if is_past else MeetingState.PLANNED,
            is_sample=True,
        )
        dates = proposed(starts_on)
        round_ = Round(
            meeting=meeting,
            opens_on=dates.opens_on,
            due_on=dates.due_on,
            closes_on=dates.closes_on,
            share_on=dates.share_on,
            timezone=timezone,
            instruments=[instrument for instrument in instruments if instrument.adopted_on < dates.opens_on],
        )
        db.session.add(round_)
        rounds.append(round_)
    db.session.flush()
    return SampleRounds(past=rounds[:-1], open=rounds[-1])


def write_decisions(meeting: Meeting, *, by: User, at: datetime) -> None:
    """Let a meeting that was held have decided something: one thing is settled, two are open."""
    minute(
        meeting,
        [
            MinutedDecision(
                id=None,
                text=f"Each participant names a contact point for compensation, by function {LABEL}.",
                addressee=f"All participants {LABEL}",
                due_on=meeting.starts_on + timedelta(days=120),
            ),
            MinutedDecision(
                id=None,
                text=f"The Secretariat collects the forms that victims fill in to claim compensation {LABEL}.",
                addressee=f"Secretariat {LABEL}",
                settled_on=meeting.starts_on + timedelta(days=60),
                settled_note=f"Sent round {LABEL}",
            ),
            MinutedDecision(id=None, text=f"The next meeting hears two countries on demand reduction {LABEL}."),
        ],
        seen=mark_of([]),
        by=by,
        at=at,
    )


def give_more_time(round_: Round, party: Party, *, by: User, at: datetime) -> None:
    """Let one party report four days later than the others."""
    grant_extension(
        round_,
        party,
        due_on=round_.due_on + timedelta(days=4),
        reason=f"Elections in the autumn {LABEL}.",
        by=by,
        at=at - timedelta(days=6),
    )


def _agenda() -> str:
    return "\n".join(
        (
            f"09:30 Opening and adoption of the agenda {LABEL}",
            "10:00 State of play on the commitments",
            "11:30 Compensation: what works in practice (BRDO-2018-05)",
            "14:00 Needs and offers",
            "16:00 Conclusions",
        )
    )
