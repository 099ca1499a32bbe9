"""A step that a mail carries, and whether it still holds when the mail leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from tracker.core.zones import local_day
from tracker.parties.models import PartyKind
from tracker.reminders.models import StepKind
from tracker.reminders.records import ItemNow, PartyNow, PersonNow, RoundNow
from tracker.reminders.schedule import CATCH_UP_DAYS, GIVEN
from tracker.reminders.situation import Situation

#: What the Secretariat's steps begin with.
_OFFICE = ("missing", "vacant", "unreached", "review")


def is_for_office(key: str) -> bool:
    """Tell whether a step tells the Secretariat something, by its key."""
    return key.split("/", maxsplit=1)[0] in _OFFICE


@dataclass(frozen=True)
class Carried:
    """A step of a person in a round, by its key."""

    round_id: int
    edition: int
    kind: StepKind
    key: str
    person_id: int

    @property
    def is_for_office(self) -> bool:
        return is_for_office(self.key)

    @property
    def rung_key(self) -> str:
        """``D-21`` of a ladder's step, whatever stands around it; empty for others."""
        parts = [part for part in self.key.split("/") if part.startswith(("D-", "D+"))]
        return parts[0] if parts else ""


@dataclass(frozen=True)
class Live:
    """The step holds."""


@dataclass(frozen=True)
class Ahead:
    """The step's day has moved: it is due later."""

    at: datetime


@dataclass(frozen=True)
class Gone:
    """The step does not hold any more."""

    reason: str


@dataclass(frozen=True)
class Hands:
    """What a person has still to do for a party in a round, and of how many."""

    open: Sequence[tuple[ItemNow, date | None]]
    total: int
    is_lead: bool


def leads_or_has(situation: Situation, round_: RoundNow, party: PartyNow, person: PersonNow, now: datetime) -> Hands:
    """Return what is open for a person: all of the party for who leads it, else what is in their hands."""
    day = local_day(now, round_.timezone)
    main, deputies = situation.leaders(party.id, day)
    if person in main or person in deputies:
        items = situation.items.get((round_.id, party.id), [])
        return Hands([(item, None) for item in items if item.is_open], len(items), is_lead=True)
    in_hand = [
        (item, assignment.due_on)
        for assignment, item in situation.assigned_items(round_.id, person.id)
        if item.party_id == party.id and person.works_for(party.id, day)
    ]
    return Hands(in_hand, len(in_hand), is_lead=False)


def parties_of(situation: Situation, carried: Carried, now: datetime) -> list[PartyNow]:
    """Return the parties that a step of a person is about."""
    person = situation.people.get(carried.person_id)
    if person is None or carried.is_for_office:
        return []
    day = local_day(now, situation.rounds[carried.round_id].timezone)
    asked = situation.parties_asked(carried.round_id)
    if carried.kind is StepKind.LADDER:
        code = carried.key.partition("/")[2]
        asked = [party for party in asked if (party.code == code if code else party.kind is PartyKind.COUNTRY)]
    is_office = person.is_officer_on(day)
    return [
        party
        for party in asked
        if person.works_for(party.id, day) or (is_office and party.kind is PartyKind.SECRETARIAT)
    ]


def standing(
    situation: Situation, carried: Carried, now: datetime, *, queued_on: date | None, may_be_old: bool
) -> Live | Ahead | Gone:
    """Tell whether a step holds now: its round runs, its rule stands, its day has come and is not long past.

    A step whose day was moved into the past counts from the day for which its mail was queued.
    """
    parties = parties_of(situation, carried, now) if carried.round_id in situation.rounds else []
    reason = _why_not(situation, carried, parties, now)
    if reason is not None:
        return Gone(reason)
    if carried.kind in (StepKind.WAITING_REVIEW, StepKind.WAITING_RETURNED, StepKind.VALIDATION):
        return Live()
    person, day = situation.people.get(carried.person_id), _day_of(situation, carried, parties)
    if person is None or day is None:
        return Gone(_("This step was taken out of the ladder."))
    rhythm = situation.rhythm(person)
    if rhythm.at(day) > now:
        return Ahead(rhythm.at(day))
    days_late = (rhythm.day_of(now) - max(day, queued_on or day)).days
    if not may_be_old and days_late > CATCH_UP_DAYS:
        return Gone(_("It was held back for more than three days."))
    return Live()


def _why_not(situation: Situation, carried: Carried, parties: Sequence[PartyNow], now: datetime) -> str | None:
    """Return why nothing is said any more, whatever the day; None if something is."""
    round_ = situation.rounds.get(carried.round_id)
    if round_ is None or round_.is_off:
        return str(_("The meeting or its round was cancelled."))
    asked: list[int | None] = [party.id for party in parties]
    runs = any(round_.takes_reports(party_id, now) for party_id in asked or [None])
    reasons = {
        _("The meeting has begun."): now >= round_.begins_at,
        _("The meeting was moved far; people are reminded anew."): round_.edition != carried.edition,
        _("The person does not work on this any more."): not carried.is_for_office and not parties,
        _("It was validated, sent back or changed."): (
            carried.kind is StepKind.VALIDATION and not _waits_for_validation(situation, carried, parties)
        ),
        _("The round is not open."): carried.kind is not StepKind.WAITING_REVIEW and not runs,
    }
    return next((str(reason) for reason, holds in reasons.items() if holds), None)


def _waits_for_validation(situation: Situation, carried: Carried, parties: Sequence[PartyNow]) -> bool:
    number = carried.key.rpartition("/")[2]
    items = (item for party in parties for item in situation.open_items(carried.round_id, party.id))
    return any(str(item.validation_id) == number for item in items)


def _day_of(situation: Situation, carried: Carried, parties: Sequence[PartyNow]) -> date | None:
    """Return the step's day as the dates stand now; None if its rule is gone."""
    round_ = situation.rounds[carried.round_id]
    if carried.kind is StepKind.ASSIGNMENT:
        number, offset = carried.key.split("/")[1:3]
        held = situation.assignments.get((round_.id, carried.person_id), [])
        assignment = next((each for each in held if str(each.id) == number), None)
        if offset.startswith(GIVEN):
            rhythm = situation.rhythm(situation.people[carried.person_id])
            return None if assignment is None else rhythm.first_after(assignment.given_at)
        due_on = None if assignment is None else assignment.due_on
        return None if due_on is None else max(due_on + timedelta(days=int(offset)), round_.opening_day)
    rung = next((each for each in round_.ladder if each.key == carried.rung_key and each.is_enabled), None)
    if rung is None:
        return None
    asked: list[int | None] = [party.id for party in parties]
    return min(round_.season(party_id).day_of(rung.offset_days) for party_id in asked or [None])
