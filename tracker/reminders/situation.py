"""What reminders depend on, read once in a fixed number of statements: rounds, parties, people, what is open.

Planning, the mail itself, the diary and the Secretariat's page ask the same questions here, so they agree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tracker.accounts.models import Role
from tracker.core.database import db
from tracker.core.zones import end_of_day, instant, local_day, zone
from tracker.meetings.models import MeetingState
from tracker.meetings.schedule import RoundDates, RoundPhase, phase
from tracker.parties.models import PartyKind
from tracker.progress.workflow import DONE, UpdateState
from tracker.reminders import queries
from tracker.reminders.schedule import DEFAULT_LADDER, USUAL_HOUR, Rhythm, Rung, Season


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


class Situation:
    """Everything that decides who is reminded of what, as it was read."""

    def __init__(self, network_zone: str, rounds: Mapping[int, RoundNow], now: datetime) -> None:
        """Read what belongs to these rounds; seven statements."""
        self.network_zone = network_zone
        self._today = local_day(now, network_zone)
        self.rounds = rounds
        self.parties = {row.id: PartyNow(*row) for row in db.session.execute(queries.parties_with_notes())}
        self.people = _people(db.session.execute(queries.people_and_roles()))
        self.items: dict[tuple[int, int], list[ItemNow]] = defaultdict(list)
        self.assignments: dict[tuple[int, int], list[AssignmentNow]] = defaultdict(list)
        self._item_by_id: dict[tuple[int, int], ItemNow] = {}
        self.paused_rounds: set[int | None] = set()
        if not rounds:
            return
        for row in db.session.execute(queries.items_asked_for(rounds)):
            item = ItemNow(*row)
            self.items[item.round_id, item.party_id].append(item)
            self._item_by_id[item.round_id, item.item_id] = item
        for row in db.session.execute(queries.assignments_in(rounds)):
            self.assignments[row.round_id, row.person_id].append(AssignmentNow(*row))
        for row in db.session.execute(queries.extensions_of(rounds)):
            rounds[row.round_id].extensions[row.party_id] = (row.due_on, row.granted_at)
        for rule in db.session.scalars(queries.rules_of(rounds)):
            rounds[rule.round_id].rungs.append(rule.rung)
        self.paused_rounds = set(db.session.scalars(queries.pauses()))

    @classmethod
    def of_running_rounds(cls, now: datetime, network_zone: str) -> "Situation":
        """Read the rounds whose meetings are ahead."""
        # A day of grace: somewhere it is still yesterday. The hour itself is looked at step by step.
        rows = db.session.execute(queries.running_rounds(now.date() - timedelta(days=1)))
        return cls(network_zone, {row.id: RoundNow(*row) for row in rows}, now)

    @classmethod
    def of_rounds(cls, ids: Collection[int], network_zone: str, now: datetime) -> "Situation":
        """Read these rounds, whatever became of them."""
        rows = db.session.execute(queries.rounds_by_id(ids)).all() if ids else []
        return cls(network_zone, {row.id: RoundNow(*row) for row in rows}, now)

    def rhythm(self, person: PersonNow) -> Rhythm:
        """Return when the person is written to: own zone, else the party's, else the network's; own hour, else 8."""
        own = sorted(
            (
                self.parties[each.party_id]
                for each in person.held
                if each.party_id in self.parties and each.holds_on(self._today)
            ),
            key=lambda party: party.position,
        )
        for name in (person.timezone, *(party.timezone for party in own[:1])):
            if name and _is_zone(name):
                return Rhythm(name, USUAL_HOUR if person.digest_hour is None else person.digest_hour)
        return Rhythm(self.network_zone, USUAL_HOUR if person.digest_hour is None else person.digest_hour)

    def is_paused(self, round_id: int) -> bool:
        """Tell whether the Secretariat holds back the round's reminders."""
        return None in self.paused_rounds or round_id in self.paused_rounds

    def leaders(self, party_id: int, day: date) -> tuple[list[PersonNow], list[PersonNow]]:
        """Return a party's coordinators and their deputies; the deputies come first where nobody else is there.

        The Secretariat's own items are its officers'.
        """
        main: list[PersonNow] = []
        deputies: list[PersonNow] = []
        is_office = self.parties[party_id].kind is PartyKind.SECRETARIAT
        for person in self.people.values():
            theirs = [each for each in person.held if each.holds_on(day)]
            roles = [each for each in theirs if each.role is Role.COORDINATOR and each.party_id == party_id]
            if any(not each.is_deputy for each in roles) or (is_office and person.is_officer_on(day)):
                main.append(person)
            elif roles:
                deputies.append(person)
        return (main, deputies) if main else (deputies, [])

    def officers(self, day: date) -> list[PersonNow]:
        """Return the Secretariat's people."""
        return [person for person in self.people.values() if person.is_officer_on(day)]

    def open_items(self, round_id: int, party_id: int) -> list[ItemNow]:
        """Return what a party has still to do in a round."""
        return [item for item in self.items.get((round_id, party_id), []) if item.is_open]

    def assigned_items(self, round_id: int, person_id: int) -> list[tuple[AssignmentNow, ItemNow]]:
        """Return what a contributor has still in hand in a round."""
        return [
            (each, item)
            for each in self.assignments.get((round_id, person_id), [])
            if (item := self._item_by_id.get((round_id, each.item_id))) is not None and item.is_open
        ]

    def contributors(self, round_id: int, party_id: int, day: date) -> list[PersonNow]:
        """Return who has items of a party in hand in a round, done or not, beside those who lead it."""
        main, _deputies = self.leaders(party_id, day)
        return [
            person
            for person in self.people.values()
            if (round_id, person.id) in self.assignments
            and person not in main
            and person.works_for(party_id, day)
            and any(
                (item := self._item_by_id.get((round_id, each.item_id))) is not None and item.party_id == party_id
                for each in self.assignments[round_id, person.id]
            )
        ]

    def parties_asked(self, round_id: int) -> list[PartyNow]:
        """Return the parties that a round asks for something, in the one fixed order."""
        return [party for party in self.parties.values() if self.items.get((round_id, party.id))]


def _people(rows: Iterable[Any]) -> dict[int, PersonNow]:
    people: dict[int, PersonNow] = {}
    for row in rows:
        person = people.setdefault(row.id, PersonNow(*row[:8]))
        person.held.append(Held(*row[8:]))
    return people


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except ValueError:
        return False
    return True
