"""Figures over the years: for each indicator a table with a small drawing in each row, all on one scale.

Parties stand in their one fixed order; no chart holds two of them, and nothing is ranked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from tracker.core.numbers import plain
from tracker.instruments.models import Indicator, IndicatorType
from tracker.progress.disclosure import Shown
from tracker.progress.models import AnswerKind
from tracker.progress.services.disclosing import FigureBlock, SeenFigure

#: The size of a drawing, and the room that its dots need.
WIDTH: Final = 120
HEIGHT: Final = 36
_EDGE: Final = 5
#: So many years are shown.
_YEARS: Final = 6
_DRAWN: Final = frozenset({IndicatorType.COUNT, IndicatorType.AMOUNT, IndicatorType.PERCENT})


@dataclass(frozen=True)
class Sketch:
    """A small line: runs of neighbouring years, and a dot for each number. What is missing or hidden is a gap."""

    runs: Sequence[str]
    dots: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Row:
    """One party, or the only one."""

    block: FigureBlock
    sketch: Sketch | None


@dataclass(frozen=True)
class Series:
    """An indicator over the years."""

    indicator: Indicator
    years: Sequence[int]
    rows: Sequence[Row]

    @property
    def is_drawn(self) -> bool:
        return any(row.sketch is not None for row in self.rows)

    @property
    def hides(self) -> bool:
        """Tell whether something in it is hidden from the reader."""
        figures = (row.block.figure(year) for row in self.rows for year in self.years)
        return any(figure.shown is not Shown.VALUE for figure in figures if figure is not None)


def series_of(blocks: Sequence[FigureBlock], *, same_years: bool = False) -> list[Series]:
    """Return the series of each indicator, in the order of the blocks; each on a scale of its own that starts at 0.

    Args:
        blocks: figures, those of one indicator one after the other.
        same_years: whether all series show the same years, to stand in one table.
    """
    made = []
    for _, group in groupby(blocks, key=lambda block: block.indicator.id):
        of_indicator = list(group)
        years = _years(blocks if same_years else of_indicator)
        scale = _scale(of_indicator, years)
        rows = [Row(block, _sketch(block, years, scale)) for block in of_indicator]
        made.append(Series(of_indicator[0].indicator, years, rows))
    return made


def _years(blocks: Iterable[FigureBlock]) -> range:
    given = {year for block in blocks for year in block.years}
    return range(max(min(given), max(given) - _YEARS + 1), max(given) + 1)


def _currency(block: FigureBlock, years: Iterable[int]) -> str | None:
    """Return the currency of a block's totals; nothing for other figures, None where there are several."""
    given = {
        figure.answer.currency
        for year in years
        if (figure := block.figure(year)) and figure.answer is not None and figure.value is not None
    }
    return given.pop() if len(given) == 1 else None


def _scale(blocks: Iterable[FigureBlock], years: Sequence[int]) -> dict[str, Decimal]:
    """Return the highest number of an indicator: of amounts, the highest in each currency."""
    most: dict[str, Decimal] = {}
    for block in blocks:
        currency = _currency(block, years)
        for year in years:
            figure = block.figure(year)
            if currency is not None and figure is not None and figure.value is not None:
                most[currency] = max(most.get(currency, Decimal(0)), figure.value)
    return most


def _sketch(block: FigureBlock, years: Sequence[int], scale: Mapping[str, Decimal]) -> Sketch | None:
    currency = _currency(block, years)
    values = [figure.value if (figure := block.figure(year)) else None for year in years]
    if block.indicator.type not in _DRAWN or currency is None or sum(value is not None for value in values) <= 1:
        return None
    across = (WIDTH - 2 * _EDGE) / max(1, len(years) - 1)
    up = Decimal(HEIGHT - 2 * _EDGE) / (scale[currency] or 1)
    points = [
        (round(_EDGE + place * across, 1), round(float(HEIGHT - _EDGE - value * up), 1)) if value is not None else None
        for place, value in enumerate(values)
    ]
    runs = []
    for is_given, group in groupby(points, key=lambda point: point is not None):
        run = [point for point in group if point is not None]
        if is_given and len(run) > 1:
            runs.append(" ".join(f"{x},{y}" for x, y in run))
    return Sketch(runs, [point for point in points if point is not None])


#: Heads and keys of the file are for programs: they are not translated.
HEADS: Final = (
    "indicator", "title", "unit", "party", "party_name", "party_note", "year", "dimension", "category", "answer",
    "value", "text", "currency", "source", "note",
)  # fmt: skip


def file_rows(blocks: Iterable[FigureBlock], *, party: Any = None) -> Iterator[tuple[str, ...]]:
    """Yield the figures as rows of a file, as the reader may see them."""
    for block in blocks:
        indicator, whose = block.indicator, block.party or party
        for year, found in sorted(block.years.items()):
            for cell in block.cells:
                figure = found.figures.get(cell)
                if figure is not None:
                    dimension, _, category = cell.partition("=")
                    yield (
                        indicator.code,
                        indicator.title,
                        indicator.unit,
                        whose.code,
                        whose.short_name,
                        whose.footnote_text or "",
                        str(year),
                        dimension,
                        category,
                        *_said(figure),
                    )


def _said(figure: SeenFigure) -> tuple[str, ...]:
    if figure.answer is None:
        return ("fewer than 5" if figure.shown is Shown.FEWER else "not shown", "", "", "", "", "")
    answer = figure.answer
    value = plain(answer.value) if answer.value is not None else ""
    kind = "figure" if answer.kind is AnswerKind.VALUE else answer.kind.value
    return kind, value, answer.text, answer.currency, answer.source, answer.note
