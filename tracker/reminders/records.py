"""What was read of parties, items, people and rounds, as reminders need it: plain values and their questions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from tracker.accounts.models import Role
from tracker.core.zones import end_of_day, instant, local_day
from tracker.meetings.models import MeetingState
from tracker.meetings.schedule import RoundDates, RoundPhase, phase
from tracker.parties.models import PartyKind
from tracker.progress.workflow import DONE, UpdateState
from tracker.reminders.schedule import DEFAULT_LADDER, Rung, Season


@dataclass(frozen=True)
class PartyNow:
    """A party, as names and zones need it."""

    id: int
    code: str
    kind: PartyKind
    position: int
    name: str
    short_name: str
    timezone: str
    footnote_text: str | None


@dataclass(frozen=True)
class ItemNow:
    """An item that a round asks for, and where its update stands."""

    round_id: int
    item_id: int
    party_id: int
    code: str
    title: str
    update_id: int | None
    state: UpdateState | None
    revision_id: int | None
    submitted_at: datetime | None
    decided_at: datetime | None
    #: A request for validation that stands: which, by whom, since when.
    validation_id: int | None = None
    asked_by_id: int | None = None
    asked_at: datetime | None = None

    def waits_for(self, person_id: int) -> bool:
        """Tell whether it waits for this person's validation, who leads the party."""
        return self.asked_by_id is not None and self.asked_by_id != person_id

    @property
    def is_open(self) -> bool:
        """Tell whether the party still has something to do; a draft is not done."""
        return self.state not in DONE


@dataclass(frozen=True)
class AssignmentNow:
    """An item in a contributor's hands."""

    id: int
    round_id: int
    item_id: int
    person_id: int
    due_on: date | None
    given_at: datetime
    #: When the person was sent a link for this round that stands.
    link_sent_at: datetime | None


@dataclass(frozen=True)
class Held:
    """A membership of a person."""

    role: Role
    party_id: int | None
    is_deputy: bool
    starts_on: date
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class PersonNow:
    """Somebody with an active account who may be written to."""

    id: int
    name: str
    email: str
    language: str
    timezone: str | None
    digest_hour: int | None
    paused_until: date | None
    stand_in_id: int | None
    has_password: bool
    held: list[Held] = field(default_factory=list)

    def is_paused_on(self, day: date) -> bool:
        """Tell whether the person wants no reminders on that day."""
        return self.paused_until is not None and day <= self.paused_until

    def is_officer_on(self, day: date) -> bool:
        """Tell whether the person works for the Secretariat on that day."""
        return any(each.role is Role.SECRETARIAT and each.holds_on(day) for each in self.held)

    def works_for(self, party_id: int, day: date) -> bool:
        """Tell whether the person is coordinator, deputy or contributor of the party on that day."""
        return any(each.party_id == party_id and each.holds_on(day) for each in self.held)

    def leads(self, party_id: int, day: date) -> bool:
        """Tell whether the person is coordinator or deputy of the party on that day."""
        return any(
            each.party_id == party_id and each.role is Role.COORDINATOR and each.holds_on(day) for each in self.held
        )


@dataclass(frozen=True)
class RoundNow:
    """A round with its meeting."""

    id: int
    edition: int
    opens_on: date
    due_on: date
    closes_on: date
    share_on: date | None
    timezone: str
    opened_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    updated_at: datetime
    meeting_id: int
    title: str
    starts_on: date
    ends_on: date | None
    starts_at: time | None
    date_precision: str
    meeting_timezone: str
    city: str
    meeting_state: MeetingState
    is_sample: bool
    #: Later due dates by party, and when they were granted.
    extensions: dict[int, tuple[date, datetime]] = field(default_factory=dict)
    rungs: list[Rung] = field(default_factory=list)

    @property
    def ladder(self) -> Sequence[Rung]:
        """The round's own ladder, or the usual one where it has none."""
        return self.rungs or DEFAULT_LADDER

    @property
    def begins_at(self) -> datetime:
        """The meeting's start (UTC): nothing is sent from then on."""
        return instant(self.starts_on, self.starts_at or time(0), self.meeting_timezone)

    @property
    def is_off(self) -> bool:
        """Tell whether the round or its meeting was cancelled, or the meeting is over."""
        return self.cancelled_at is not None or self.meeting_state is not MeetingState.PLANNED

    @property
    def opening_day(self) -> date:
        """The day on which the round opened, or will."""
        if self.opened_at is None:
            return self.opens_on
        return min(self.opens_on, local_day(self.opened_at, self.timezone))

    def due_on_for(self, party_id: int | None) -> date:
        """Return the party's due date: its extension's, else the round's."""
        return self.extensions[party_id][0] if party_id in self.extensions else self.due_on

    def due_at_for(self, party_id: int | None) -> datetime:
        """Return the first moment that is too late for the party (UTC)."""
        return end_of_day(self.due_on_for(party_id), self.timezone)

    def changed_at(self, party_id: int | None) -> datetime:
        """Return when the party's due date may last have changed."""
        return max(self.updated_at, self.extensions[party_id][1]) if party_id in self.extensions else self.updated_at

    def season(self, party_id: int | None = None) -> Season:
        """Return the days that count for a party, or for the Secretariat."""
        return Season(
            opens_on=self.opening_day,
            opening_offset=(self.opens_on - self.due_on).days,
            due_on=self.due_on_for(party_id),
            ends_at=self.begins_at,
        )

    def takes_reports(self, party_id: int | None, at: datetime) -> bool:
        """Tell whether the party may report at that moment: in the open round, or under an extension."""
        day = local_day(at, self.timezone)
        dates = RoundDates(opens_on=self.opens_on, due_on=self.due_on, closes_on=self.closes_on, share_on=self.share_on)
        now = phase(
            dates,
            day,
            opened_by_hand=self.opened_at is not None,
            closed_by_hand=self.closed_at is not None,
            cancelled=self.is_off,
        )
        if now is RoundPhase.CLOSED:
            return party_id in self.extensions and day <= self.extensions[party_id][0]
        return now is RoundPhase.OPEN
