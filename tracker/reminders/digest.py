"""What a digest says, from what is true when it leaves. Source: DESIGN §4.

Titles and links only, never the substance of an answer; what the party has done, never that others have not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from tracker.core import filters
from tracker.core.zones import local_day
from tracker.progress.workflow import UpdateState
from tracker.reminders.carried import Carried, leads_or_has, parties_of
from tracker.reminders.models import StepKind
from tracker.reminders.records import ItemNow, PartyNow, PersonNow, RoundNow
from tracker.reminders.schedule import Rung
from tracker.reminders.situation import Situation


@dataclass(frozen=True)
class Entry:
    """One line with a link."""

    code: str
    title: str
    url: str
    note: str
    is_care: bool = False


@dataclass
class Block:
    """What one party has still to do in one round."""

    round: RoundNow
    party: PartyNow
    #: Who reads it.
    person_id: int
    #: The ladder's rung that speaks, if one does: it may carry the Secretariat's own words.
    rung: Rung | None
    #: The person leads the party; else they see what is in their hands.
    is_lead: bool
    days_left: int
    is_opening: bool
    due_here: datetime
    zone_name: str
    network_zone: str
    total: int
    items: dict[int, tuple[ItemNow, date | None]] = field(default_factory=dict)
    #: For whom the reader stands in.
    away: list[str] = field(default_factory=list)
    #: When the reader, who has no password, was sent the link by which they come.
    link_sent_at: datetime | None = None

    @property
    def to_correct(self) -> list[tuple[ItemNow, date | None]]:
        return [each for each in self.items.values() if each[0].state is UpdateState.RETURNED]

    @property
    def to_submit(self) -> list[tuple[ItemNow, date | None]]:
        return [each for each in self.items.values() if each[0].state is not UpdateState.RETURNED]

    @property
    def is_extended(self) -> bool:
        return self.party.id in self.round.extensions

    @property
    def is_other_zone(self) -> bool:
        """Tell whether the last minute is another one on the network's clocks."""
        here, there = self.zone_name, self.network_zone
        return filters.moment(self.due_here, here) != filters.moment(self.due_here, there)

    @property
    def dates(self) -> str:
        """20–21 January 2027."""
        return filters.day_range(self.round.starts_on, self.round.ends_on, str(self.round.date_precision))

    @property
    def link_day(self) -> str:
        """The day of the mail with the link, on the reader's calendar; empty for who signs in with a password."""
        return filters.day(local_day(self.link_sent_at, self.zone_name)) if self.link_sent_at else ""

    @property
    def due_day(self) -> str:
        """The due date on the reader's calendar."""
        return filters.day(local_day(self.due_here, self.zone_name))


@dataclass
class Missing:
    """A party that the Secretariat waits for."""

    party: PartyNow
    open: int
    total: int
    #: Its own due date, where that lies ahead.
    has_until: date | None


@dataclass
class Office:
    """What the Secretariat is told about one round."""

    round: RoundNow
    missing: list[Missing] = field(default_factory=list)
    waiting: list[tuple[ItemNow, PartyNow]] = field(default_factory=list)
    #: Parties, and people of parties, whom no reminder reaches.
    unreached: list[tuple[PartyNow | None, str]] = field(default_factory=list)

    @property
    def dates(self) -> str:
        return filters.day_range(self.round.starts_on, self.round.ends_on, str(self.round.date_precision))


@dataclass
class Digest:
    """Everything that one message says."""

    person: PersonNow
    blocks: list[Block]
    office: list[Office]

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.office

    @property
    def is_sample(self) -> bool:
        rounds = [block.round for block in self.blocks] + [office.round for office in self.office]
        return any(each.is_sample for each in rounds)

    @property
    def open(self) -> int:
        return sum(len(block.items) for block in self.blocks)


def compose(situation: Situation, person: PersonNow, carried: Iterable[Carried], now: datetime) -> Digest:
    """Gather what a person is told: what the steps are about, as it stands now."""
    carried = list(carried)
    digest = Digest(person=person, blocks=_blocks(situation, person, carried, now), office=[])
    for round_id in dict.fromkeys(each.round_id for each in carried):
        office = _office(
            situation, situation.rounds[round_id], [each for each in carried if each.round_id == round_id], now
        )
        if office.missing or office.waiting or office.unreached:
            digest.office.append(office)
    return digest


def _blocks(situation: Situation, person: PersonNow, carried: Sequence[Carried], now: datetime) -> list[Block]:
    blocks: dict[tuple[int, int], Block] = {}
    for each in carried:
        round_ = situation.rounds[each.round_id]
        subject = situation.people.get(each.person_id)
        if subject is None or each.is_for_office:
            continue
        for party in parties_of(situation, each, now):
            items = leads_or_has(situation, round_, party, subject, now)
            if not items.open:
                continue
            key = (round_.id, party.id)
            block = blocks.get(key) or _block(situation, person, round_, party, now)
            block.total = max(block.total, items.total)
            block.is_lead = block.is_lead or items.is_lead
            if each.kind is StepKind.LADDER:
                block.rung = next((rung for rung in round_.ladder if rung.key == each.rung_key), None)
                opening = round_.season(party.id)
                block.is_opening = block.rung is not None and block.rung.offset_days == opening.opening_offset
            for item, due_on in items.open:
                block.items.setdefault(item.item_id, (item, due_on))
            if subject.id != person.id and subject.name not in block.away:
                block.away.append(subject.name)
            if not person.has_password:
                held = situation.assignments.get((round_.id, person.id), [])
                block.link_sent_at = next((each.link_sent_at for each in held if each.item_id in block.items), None)
            blocks[key] = block
    return sorted(blocks.values(), key=lambda block: (block.due_here, block.party.position))


def _block(situation: Situation, person: PersonNow, round_: RoundNow, party: PartyNow, now: datetime) -> Block:
    due_at = round_.due_at_for(party.id)
    return Block(
        round=round_,
        party=party,
        person_id=person.id,
        rung=None,
        is_lead=False,
        days_left=(round_.due_on_for(party.id) - local_day(now, round_.timezone)).days,
        is_opening=False,
        # The last minute that is in time: people read 23:59 better than 24:00.
        due_here=due_at - timedelta(minutes=1),
        zone_name=situation.rhythm(person).zone_name,
        network_zone=round_.timezone,
        total=0,
    )


def _office(situation: Situation, round_: RoundNow, carried: Sequence[Carried], now: datetime) -> Office:
    office = Office(round_)
    today = local_day(now, round_.timezone)
    keys = {each.key: each for each in carried if each.is_for_office}
    if any(key.startswith("missing/") for key in keys):
        for party in situation.parties_asked(round_.id):
            still_open = len(situation.open_items(round_.id, party.id))
            due_on = round_.due_on_for(party.id)
            if still_open:
                total = len(situation.items[round_.id, party.id])
                office.missing.append(Missing(party, still_open, total, due_on if due_on >= today else None))
    for party in situation.parties_asked(round_.id):
        for item in situation.items[round_.id, party.id]:
            if item.state is UpdateState.SUBMITTED and f"review/{item.update_id}/{item.revision_id}" in keys:
                office.waiting.append((item, party))
    by_code = {party.code: party for party in situation.parties.values()}
    for key in keys:
        kind, _slash, rest = key.partition("/")
        who = rest.split("/")[0]
        if kind == "vacant" and who in by_code and situation.open_items(round_.id, by_code[who].id):
            office.unreached.append((by_code[who], _("has no coordinator in the tracker")))
        if kind == "unreached" and who.isdigit() and int(who) in situation.people:
            person = situation.people[int(who)]
            office.unreached.append((None, _("%(name)s is away, and nobody stands in", name=person.name)))
    return office
