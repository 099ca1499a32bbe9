"""How a selection stood at the end of each round, as figures and as the geometry of a chart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tracker.dashboards.rounds import ShownRound
from tracker.dashboards.stack import parts_of
from tracker.progress.counting import Count, from_totals
from tracker.progress.statuses import NOT_REPORTED

#: How many rounds a trend goes back.
ROUNDS_SHOWN: Final = 6


@dataclass(frozen=True, kw_only=True)
class TrendRow:
    """One round, or the present."""

    name: str
    count: Count


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar of the chart: its parts as (class, x, width), in units of the drawing."""

    name: str
    y: int
    parts: Sequence[tuple[str, float, float]]
    headline: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Bars one below the other, on one scale that starts at 0."""

    left: int = 150
    width: int = 370
    step: int = 44
    thickness: int = 28
    bars: Sequence[Bar] = ()

    @property
    def height(self) -> int:
        return self.step * len(self.bars)


def over_rounds(rows: Iterable[Any], rounds: Iterable[ShownRound], *, items: int) -> list[TrendRow]:
    """Return the counts at the end of each round from rows of ``standing_times``, the earliest first.

    Args:
        rows: status, due date of the answer's round, due date of the item's next answer or None, number of items.
        rounds: those to show; one without any answer shows all items as not reported.
        items: how many items the selection has now; the rest of a round is *not reported*.
    """
    times = [tuple(row) for row in rows]
    shown = []
    for each in sorted(rounds, key=lambda each: (each.due_on, each.id)):
        totals: Counter[str] = Counter()
        for status, due_on, next_due_on, number in times:
            if due_on <= each.due_on and (next_due_on is None or next_due_on > each.due_on):
                totals[status] += number
        shown.append(TrendRow(name=each.name, count=_with_the_rest(totals, items)))
    return shown


def _with_the_rest(totals: Counter[str], items: int) -> Count:
    return from_totals({**totals, NOT_REPORTED: max(0, items - sum(totals.values()))})


def drawing(rows: Sequence[TrendRow]) -> Drawing:
    """Return the chart of rows as geometry; the longest bar fills the width."""
    plan = Drawing()
    most = max((row.count.items for row in rows), default=0) or 1
    bars = []
    for place, row in enumerate(rows):
        bars.append(
            Bar(
                name=row.name,
                y=place * plan.step + (plan.step - plan.thickness) // 2,
                parts=[
                    (key, round(plan.left + begin * plan.width / most, 2), round(length * plan.width / most, 2))
                    for key, begin, length in parts_of(row.count)
                ],
                headline=row.count.headline,
            )
        )
    return Drawing(bars=bars)
