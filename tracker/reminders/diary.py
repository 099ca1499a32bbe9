"""What will leave, to whom, and why: the steps ahead, worked out by the same rules that will send them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.zones import city
from tracker.reminders.carried import Carried, leads_or_has
from tracker.reminders.models import StepKind
from tracker.reminders.planning import Duty, duties, recipient_of
from tracker.reminders.records import PartyNow, PersonNow, RoundNow
from tracker.reminders.schedule import is_due, rule_name
from tracker.reminders.situation import Situation

DAYS_AHEAD: Final = 60


@dataclass
class DiaryRow:
    """One message that will leave: to whom, when, about what."""

    day: date
    at: datetime
    recipient: PersonNow
    zone_name: str
    party: PartyNow | None
    round: RoundNow
    is_paused: bool
    duties: list[Duty] = field(default_factory=list)
    #: For whom the recipient stands in, or who is not reached.
    away: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[str]:
        """The steps in words, each once: D−7, Returned."""
        return list(dict.fromkeys(step_words(duty.kind, duty.key) for duty in self.duties))

    @property
    def kinds(self) -> set[StepKind]:
        return {duty.kind for duty in self.duties}

    @property
    def city(self) -> str:
        return city(self.zone_name)

    @property
    def carried(self) -> list[Carried]:
        """The steps as the mail will carry them."""
        return [Carried(duty.round_id, duty.edition, duty.kind, duty.key, duty.person_id) for duty in self.duties]


def step_words(kind: StepKind, key: str) -> str:
    """Return what a step is called: D−21, Assignment, Review, Returned."""
    if kind is StepKind.ASSIGNMENT:
        return str(_("Assignment"))
    if kind is StepKind.WAITING_REVIEW:
        return str(_("Review"))
    if kind is StepKind.WAITING_RETURNED:
        return str(_("Returned"))
    if kind is StepKind.VALIDATION:
        return str(_("To validate"))
    return next((rule_name(part) for part in key.split("/") if part.startswith(("D-", "D+"))), key)


def diary(
    situation: Situation, now: datetime, taken: Iterable[tuple[Any, ...]], *, days: int = DAYS_AHEAD
) -> list[DiaryRow]:
    """Return what will leave in the coming days if nothing changes, in order; recipients as of each day."""
    done, ends_at = set(taken), now + timedelta(days=days)
    rows: dict[tuple[int, date], DiaryRow] = {}
    for duty in duties(situation, now):
        is_ahead = duty.identity not in done and duty.has_something and duty.at <= ends_at
        if is_ahead and _will_be_sent(situation, duty, now):
            _enter(rows, situation, duty, now)
    return sorted(rows.values(), key=_place)


def _enter(rows: dict[tuple[int, date], DiaryRow], situation: Situation, duty: Duty, now: datetime) -> None:
    """Put a step into the message of its recipient and day."""
    at = max(duty.at, now)
    person = situation.people[duty.person_id]
    recipient = recipient_of(situation, duty, at)
    to = recipient or person
    rhythm = situation.rhythm(to)
    day = rhythm.day_of(at)
    row = rows.get((to.id, day))
    if row is None:
        round_ = situation.rounds[duty.round_id]
        party = situation.parties.get(duty.party_id or 0)
        row = DiaryRow(day, at, to, rhythm.zone_name, party, round_, situation.is_paused(round_.id))
        rows[to.id, day] = row
    row.duties.append(duty)
    row.at = min(row.at, at)
    if to.id != person.id and person.name not in row.away:
        row.away.append(person.name)
    nobody = str(_("Paused, and nobody stands in; the Secretariat is told"))
    words = nobody if recipient is None else _about(situation, duty, person, at)
    if words not in row.about:
        row.about.append(words)


def _place(row: DiaryRow) -> tuple[date, int, str, int]:
    return row.day, row.party.position if row.party is not None else 0, row.recipient.name, row.recipient.id


def _will_be_sent(situation: Situation, duty: Duty, now: datetime) -> bool:
    round_, at = situation.rounds[duty.round_id], max(duty.at, now)
    if at >= round_.begins_at:
        return False
    if duty.kind is StepKind.WAITING_REVIEW:
        return not round_.is_off
    if not round_.takes_reports(duty.party_id, at):
        return False
    rhythm = situation.rhythm(situation.people[duty.person_id])
    return duty.at > now or duty.kind in (StepKind.WAITING_RETURNED, StepKind.VALIDATION) or is_due(duty, now, rhythm)


def _about(situation: Situation, duty: Duty, person: PersonNow, at: datetime) -> str:
    round_ = situation.rounds[duty.round_id]
    if duty.kind is StepKind.WAITING_REVIEW:
        return str(_("Submissions that wait longer than five days"))
    if duty.kind is StepKind.WAITING_RETURNED:
        return str(_("Returned more than three days ago"))
    if duty.kind is StepKind.VALIDATION:
        return str(_("Waits for the person’s validation"))
    if duty.party_id is None or duty.party_id not in situation.parties:
        return str(_("Nobody can be reminded") if duty.key.startswith("vacant/") else _("Who is missing"))
    hands = leads_or_has(situation, round_, situation.parties[duty.party_id], person, at)
    return str(ngettext("%(num)s open item", "%(num)s open items", len(hands.open)))
