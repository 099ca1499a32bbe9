"""What the page of a person's work shows: rows, groups, counts, the deadline."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tracker.core.zones import end_of_day, local, local_day
from tracker.meetings.models import Round
from tracker.meetings.rules import effective_due_on
from tracker.progress.forms.work import Grouping, Wanted
from tracker.progress.statuses import Status
from tracker.progress.workflow import DONE, UpdateState


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """One item of the list."""

    item_id: int
    code: str
    title: str
    filled_in_by: str
    accepted_status: Status | None
    accepted_revision_id: int | None
    #: None while nobody began.
    state: UpdateState | None
    #: A contributor says that the draft can go.
    is_ready: bool
    #: The first day on which somebody who has it in hand is due, where it has a day of its own.
    due_on: date | None
    #: How many of its practical steps are overdue.
    overdue: int
    instrument: tuple[str, str]
    theme: tuple[str, str]
    theme_position: int
    #: Who asked for its validation, where that waits.
    asked_by_id: int | None = None

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def is_begun(self) -> bool:
        return self.state is UpdateState.DRAFT

    @property
    def is_returned(self) -> bool:
        return self.state is UpdateState.RETURNED

    @property
    def offers_no_change(self) -> bool:
        """Something was accepted before, and nothing was begun or returned."""
        return self.state is None and self.accepted_revision_id is not None and self.asked_by_id is None


@dataclass(frozen=True)
class WorkGroup:
    """Items of one instrument or theme."""

    code: str
    title: str
    rows: Sequence[WorkRow]
    done: int
    total: int


_TESTS: dict[Wanted, Callable[[WorkRow], bool]] = {
    Wanted.ALL: lambda _: True,
    Wanted.TODO: lambda row: not row.is_done,
    Wanted.DRAFTS: lambda row: row.is_begun,
    Wanted.RETURNED: lambda row: row.is_returned,
    Wanted.DONE: lambda row: row.is_done,
    Wanted.OVERDUE: lambda row: row.overdue > 0,
}


def rows_of(
    found: Iterable[Any], hands: Iterable[Any], overdue: Iterable[Any] = (), asked: Iterable[Any] = ()
) -> list[WorkRow]:
    """Return the rows of the list from what ``queries.work`` and ``queries.steps`` select."""
    late = Counter(step.item_id for step in overdue)
    names: dict[int, list[str]] = defaultdict(list)
    ready: set[int] = set()
    days: dict[int, date] = {}
    askers = {row.item_id: row.asked_by_id for row in asked}
    for hand in hands:
        if hand.due_on is not None:
            days[hand.item_id] = min(hand.due_on, days.get(hand.item_id, hand.due_on))
        names[hand.item_id].append(hand.name)
        if hand.ready_at is not None:
            ready.add(hand.item_id)
    return [
        WorkRow(
            item_id=row.item_id,
            code=row.code,
            title=row.title,
            filled_in_by=", ".join(names[row.item_id]) or row.lead_institution,
            accepted_status=row.accepted_status,
            accepted_revision_id=row.accepted_revision_id,
            state=None if row.state is UpdateState.DRAFT and row.drafted_at is None else row.state,
            is_ready=row.item_id in ready,
            due_on=days.get(row.item_id),
            overdue=late[row.item_id],
            instrument=(row.instrument_code, row.instrument),
            theme=(row.theme_code, row.theme),
            theme_position=row.theme_position,
            asked_by_id=askers.get(row.item_id),
        )
        for row in found
    ]


def count(rows: Sequence[WorkRow]) -> dict[Wanted, int]:
    """Return how many rows each view has."""
    return {wanted: sum(1 for row in rows if test(row)) for wanted, test in _TESTS.items()}


def grouped(rows: Sequence[WorkRow], *, by: Grouping, wanted: Wanted) -> list[WorkGroup]:
    """Return the rows that are wanted in their groups; done and total count all rows of the group."""
    groups: dict[tuple[str, str], list[WorkRow]] = defaultdict(list)
    ordered = rows if by is Grouping.INSTRUMENT else sorted(rows, key=lambda row: row.theme_position)
    for row in ordered:
        groups[row.instrument if by is Grouping.INSTRUMENT else row.theme].append(row)
    shown = (
        WorkGroup(
            code, title, [row for row in each if _TESTS[wanted](row)], sum(row.is_done for row in each), len(each)
        )
        for (code, title), each in groups.items()
    )
    return [group for group in shown if group.rows]


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When the party is due, as the person's clock and the network's show it."""

    #: Calendar days to the due date in the network's zone; negative when late.
    days: int
    #: The last minute, in each zone.
    mine: datetime
    network: datetime
    my_zone: str
    network_zone: str
    due_on: date
    #: The round's own due date, where the party has another.
    general_due_on: date | None
    closes_on: date

    @property
    def same_clock(self) -> bool:
        """Tell whether both clocks show the same."""
        return self.mine.replace(tzinfo=None) == self.network.replace(tzinfo=None)


def deadline_of(round_: Round, party_id: int, *, at: datetime, zone_name: str) -> Deadline:
    """Return when a party is due in a round."""
    due_on = effective_due_on(round_, party_id)
    last_minute = end_of_day(due_on, round_.timezone) - timedelta(minutes=1)
    return Deadline(
        days=(due_on - local_day(at, round_.timezone)).days,
        mine=local(last_minute, zone_name),
        network=local(last_minute, round_.timezone),
        my_zone=zone_name,
        network_zone=round_.timezone,
        due_on=due_on,
        general_due_on=round_.due_on if due_on != round_.due_on else None,
        closes_on=round_.closes_on,
    )
