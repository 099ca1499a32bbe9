"""Who is to be told what, and when: every step that the ladder, assignments and waiting updates give, for everybody.

Reads a :class:`Situation` and decides; writes nothing. Planning takes the steps that are due, the diary those ahead.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _

from tracker.core.zones import local_day
from tracker.parties.models import PartyKind
from tracker.progress.workflow import UpdateState
from tracker.reminders.models import StepKind
from tracker.reminders.records import PartyNow, PersonNow, RoundNow
from tracker.reminders.schedule import (
    RETURNED_WAITS,
    SUBMISSION_WAITS,
    Step,
    assignment_steps,
    given_step,
    is_due,
    ladder_steps,
    latest_and_earlier,
    waiting_step,
)
from tracker.reminders.situation import Situation

#: Who is asked for validation hears of it on the next morning.
AT_ONCE: Final = timedelta(0)


@dataclass(frozen=True)
class Duty(Step):
    """A step of a person in a round."""

    kind: StepKind
    round_id: int
    edition: int
    #: The party it is about; None for what the Secretariat is told.
    party_id: int | None
    person_id: int
    #: Whether anything is open for this person now.
    has_something: bool

    @property
    def identity(self) -> tuple[int, int, str, int]:
        """The unique key of its row."""
        return self.round_id, self.edition, self.key, self.person_id


@dataclass(frozen=True)
class Errand:
    """The steps that one digest carries to one person, and those that are only noted."""

    recipient: PersonNow
    local_day: date
    told: list[Duty] = field(default_factory=list)
    #: Steps that need no mail of their own, with the reason.
    noted: list[tuple[Duty, str]] = field(default_factory=list)
    #: For whom the recipient stands in.
    away: set[str] = field(default_factory=set)


def duties(situation: Situation, now: datetime) -> Iterator[Duty]:
    """Yield every step of everybody in the rounds that were read: past, due and ahead."""
    for round_ in situation.rounds.values():
        day = local_day(now, round_.timezone)
        for party in situation.parties_asked(round_.id):
            yield from _of_party(situation, round_, party, day)
        yield from _of_secretariat(situation, round_, day)


def _duty(
    round_: RoundNow, party_id: int | None, person: PersonNow, step: Step, kind: StepKind, *, is_open: bool = True
) -> Duty:
    return Duty(step.key, step.day, step.at, kind, round_.id, round_.edition, party_id, person.id, is_open)


def _of_party(situation: Situation, round_: RoundNow, party: PartyNow, day: date) -> Iterator[Duty]:
    season = round_.season(party.id)
    main, deputies = situation.leaders(party.id, day)
    still_open = situation.open_items(round_.id, party.id)
    for person in (*main, *deputies):
        rhythm = situation.rhythm(person)
        for step in ladder_steps(
            round_.ladder, season, rhythm, is_deputy=person in deputies, suffix=_ladder_suffix(party)
        ):
            yield _duty(round_, party.id, person, step, StepKind.LADDER, is_open=bool(still_open))
    for person in (*main, *deputies):
        yield from _to_validate(situation, round_, party, person)
    for person in main:
        rhythm = situation.rhythm(person)
        for item in still_open:
            if item.state is UpdateState.RETURNED and item.decided_at is not None:
                key = f"returned/{item.update_id}/{item.revision_id}"
                waiting = waiting_step(key, item.decided_at, RETURNED_WAITS, rhythm, season.ends_at)
                if waiting is not None:
                    yield _duty(round_, party.id, person, waiting, StepKind.WAITING_RETURNED)
    for person in situation.contributors(round_.id, party.id, day):
        yield from _of_contributor(situation, round_, party, person)


def _to_validate(situation: Situation, round_: RoundNow, party: PartyNow, person: PersonNow) -> Iterator[Duty]:
    rhythm, ends_at = situation.rhythm(person), round_.season(party.id).ends_at
    for item in situation.open_items(round_.id, party.id):
        if item.waits_for(person.id) and item.asked_at is not None:
            step = waiting_step(f"validate/{item.validation_id}", item.asked_at, AT_ONCE, rhythm, ends_at)
            if step is not None:
                yield _duty(round_, party.id, person, step, StepKind.VALIDATION)


def _of_contributor(situation: Situation, round_: RoundNow, party: PartyNow, person: PersonNow) -> Iterator[Duty]:
    season, rhythm = round_.season(party.id), situation.rhythm(person)
    in_hand = [each for each in situation.assigned_items(round_.id, person.id) if each[1].party_id == party.id]
    for step in ladder_steps(round_.ladder, season, rhythm, suffix=_ladder_suffix(party)):
        yield _duty(round_, party.id, person, step, StepKind.LADDER, is_open=bool(in_hand))
    for assignment, _item in in_hand:
        given = given_step(assignment.id, assignment.given_at, season, rhythm)
        steps = [given] if given is not None else []
        if assignment.due_on is not None:
            steps += assignment_steps(assignment.id, assignment.due_on, season, rhythm)
        for step in steps:
            yield _duty(round_, party.id, person, step, StepKind.ASSIGNMENT)


def _ladder_suffix(party: PartyNow) -> str:
    """A country has one ladder per person; who chairs the network as well has a second one."""
    return "" if party.kind is PartyKind.COUNTRY else f"/{party.code}"


def _of_secretariat(situation: Situation, round_: RoundNow, day: date) -> Iterator[Duty]:
    asked = situation.parties_asked(round_.id)
    still_asked = [party for party in asked if situation.open_items(round_.id, party.id)]
    unreachable = [party for party in still_asked if not any(situation.leaders(party.id, day))]
    rungs = [rung for rung in round_.ladder if rung.tells_secretariat]
    for person in situation.officers(day):
        rhythm = situation.rhythm(person)
        for step in ladder_steps(rungs, round_.season(), rhythm, prefix="missing/"):
            yield _duty(round_, None, person, step, StepKind.LADDER, is_open=bool(still_asked))
        for party in unreachable:
            for step in ladder_steps(round_.ladder, round_.season(party.id), rhythm, prefix=f"vacant/{party.code}/"):
                yield _duty(round_, None, person, step, StepKind.LADDER)
        for party in asked:
            for item in situation.items[round_.id, party.id]:
                if item.state is UpdateState.SUBMITTED and item.submitted_at is not None:
                    key = f"review/{item.update_id}/{item.revision_id}"
                    waiting = waiting_step(key, item.submitted_at, SUBMISSION_WAITS, rhythm, round_.begins_at)
                    if waiting is not None:
                        yield _duty(round_, None, person, waiting, StepKind.WAITING_REVIEW)


def due_now(situation: Situation, now: datetime, taken: Iterable[tuple[Any, ...]]) -> list[Duty]:
    """Return the steps to take now: due, not taken, in a round that runs and that nobody holds back."""
    done = set(taken)
    found: dict[tuple[int, int, str, int], Duty] = {}
    for duty in duties(situation, now):
        round_ = situation.rounds[duty.round_id]
        if duty.identity in done or now >= round_.begins_at or situation.is_paused(round_.id):
            continue
        if duty.kind is StepKind.WAITING_REVIEW:
            runs, due = not round_.is_off, duty.at <= now
        else:
            runs = round_.takes_reports(duty.party_id, now)
            is_waiting = duty.kind in (StepKind.WAITING_RETURNED, StepKind.VALIDATION)
            due = (
                duty.at <= now if is_waiting else is_due(duty, now, situation.rhythm(situation.people[duty.person_id]))
            )
        if runs and due and (duty.identity not in found or duty.has_something):
            found[duty.identity] = duty
    return list(found.values())


def recipient_of(situation: Situation, duty: Duty, now: datetime) -> PersonNow | None:
    """Return who gets it: the person; if paused, the stand-in; else a coordinator; None where nobody is left.

    A stand-in works for the same party, and is not paused: one hop only.
    """
    person = situation.people[duty.person_id]
    day = situation.rhythm(person).day_of(now)
    if not person.is_paused_on(day):
        return person
    stand_in = situation.people.get(person.stand_in_id or 0)
    if stand_in is not None and not stand_in.is_paused_on(day) and _may_stand_in(stand_in, duty, day):
        return stand_in
    if duty.party_id is None:
        return None
    main, deputies = situation.leaders(duty.party_id, day)
    others = [each for each in (*main, *deputies) if each.id != person.id and not each.is_paused_on(day)]
    return others[0] if others else None


def _may_stand_in(stand_in: PersonNow, duty: Duty, day: date) -> bool:
    if duty.party_id is None:
        return stand_in.is_officer_on(day)
    return stand_in.works_for(duty.party_id, day)


def errands(situation: Situation, due: Iterable[Duty], now: datetime) -> list[Errand]:
    """Gather the steps that are due into one digest a person, in the order of the people."""
    by_recipient: dict[int, Errand] = {}

    def errand(person: PersonNow) -> Errand:
        day = situation.rhythm(person).day_of(now)
        return by_recipient.setdefault(person.id, Errand(recipient=person, local_day=day))

    for group in _families(due):
        last, earlier = latest_and_earlier(group)
        person = situation.people[last.person_id]
        if not last.has_something:
            errand(person).noted.extend((duty, _("Nothing was open.")) for duty in group)
            continue
        recipient = recipient_of(situation, last, now)
        went_along = _("Went along with a later step.")
        if recipient is None:
            errand(person).noted.extend(
                (duty, _("Paused, and nobody stands in; the Secretariat was told.")) for duty in group
            )
            for officer in situation.officers(situation.rhythm(person).day_of(now)):
                if last.party_id is not None and not officer.is_paused_on(situation.rhythm(officer).day_of(now)):
                    errand(officer).told.append(_unreached(last, officer))
            continue
        to = errand(recipient)
        to.told.append(last)
        to.noted.extend((duty, went_along) for duty in earlier)
        if recipient.id != person.id:
            to.away.add(person.name)
    return [by_recipient[key] for key in sorted(by_recipient)]


def _unreached(duty: Duty, officer: PersonNow) -> Duty:
    key = f"unreached/{duty.person_id}/{duty.key}"[:64]
    return Duty(
        key, duty.day, duty.at, StepKind.LADDER, duty.round_id, duty.edition, duty.party_id, officer.id, True
    )  # fmt: skip


def _families(due: Iterable[Duty]) -> list[list[Duty]]:
    """Group the steps of which the latest stands for all: a person's ladder in a round, the steps of one assignment."""
    families: dict[tuple[Any, ...], list[Duty]] = defaultdict(list)
    for duty in due:
        name: str | None = duty.key
        if duty.kind is StepKind.LADDER:
            name = duty.key.rpartition("/")[0] if duty.party_id is None else None
        elif duty.kind is StepKind.ASSIGNMENT:
            name = duty.key.rpartition("/")[0]
        families[duty.person_id, duty.round_id, duty.party_id, duty.kind, name].append(duty)
    return list(families.values())
