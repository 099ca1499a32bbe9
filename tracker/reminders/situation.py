"""What reminders depend on, read once in a fixed number of statements: rounds, parties, people, what is open.

Planning, the mail itself, the diary and the Secretariat's page ask the same questions here, so they agree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tracker.accounts.models import Role
from tracker.core.database import db
from tracker.core.zones import local_day, zone
from tracker.parties.models import PartyKind
from tracker.reminders import queries
from tracker.reminders.records import AssignmentNow, Held, ItemNow, PartyNow, PersonNow, RoundNow
from tracker.reminders.schedule import USUAL_HOUR, Rhythm


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
        person = people.setdefault(row.id, PersonNow(*row[:9]))
        person.held.append(Held(*row[9:]))
    return people


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except ValueError:
        return False
    return True
