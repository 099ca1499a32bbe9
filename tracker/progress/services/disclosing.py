"""Figures as a reader sees them: the one way in which figures leave a party, to pages, charts, files and programs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tracker.instruments.models import Indicator, IndicatorType
from tracker.progress.disclosure import COUNTED_BY, TOTAL, Shown, hide_counts, hide_measures
from tracker.progress.services.measuring import FigureAnswer, cells_of, figure_answer


@dataclass(frozen=True, kw_only=True)
class SeenFigure:
    """One figure. What the reader may not see is not in it."""

    cell: str
    shown: Shown
    #: None where it is hidden.
    answer: FigureAnswer | None
    number: int
    entered_at: Any = None

    @property
    def value(self) -> Decimal | None:
        return self.answer.value if self.answer is not None else None


@dataclass(frozen=True, kw_only=True)
class FigureSet:
    """What a party says about an indicator for a year."""

    indicator: Indicator
    #: None where the rows are of one party that the reader knows.
    party: Any | None
    year: int
    figures: Mapping[str, SeenFigure]

    @property
    def total(self) -> SeenFigure | None:
        return self.figures.get(TOTAL)

    @property
    def parts(self) -> dict[str, list[SeenFigure]]:
        """The figures of each breakdown, in its order; those that are not given are left out."""
        found = {
            dimension: [self.figures[cell] for cell in cells if cell in self.figures]
            for dimension, cells in cells_of(self.indicator).items()
        }
        return {dimension: figures for dimension, figures in found.items() if figures}


def as_seen(rows: Iterable[Any], *, is_inside: bool | Callable[[int], bool]) -> list[FigureSet]:
    """Return rows of ``queries.figures`` as a reader sees them, in their order: small numbers are hidden.

    The rows must hold all figures of an indicator and year that the reader sees: what is hidden depends on the rest.

    Args:
        rows: with ``Indicator`` and the columns of a figure; with ``Party`` where they are of several parties.
        is_inside: whether the reader belongs to the party, or to the Secretariat; by party id, where there are several.
    """
    groups: dict[tuple[Any, int], dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    order: list[tuple[Indicator, Any, int]] = []
    for row in rows:
        party = getattr(row, "Party", None)
        of_indicator = groups[party, row.year][row.Indicator.id]
        if not of_indicator:
            order.append((row.Indicator, party, row.year))
        of_indicator.append(row)
    sets: dict[tuple[Any, int, int], FigureSet] = {}
    for (party, year), by_indicator in groups.items():
        inside = is_inside if isinstance(is_inside, bool) else is_inside(party.id)
        for found in _sets(by_indicator.values(), inside=inside):
            sets[party, year, found.indicator.id] = replace(found, party=party, year=year)
    return [sets[party, year, indicator.id] for indicator, party, year in order]


def _sets(groups: Iterable[Sequence[Any]], *, inside: bool) -> Iterable[FigureSet]:
    """Return the figures of one party and year, indicator by indicator."""
    by_code = {rows[0].Indicator.code: rows for rows in groups}
    for rows in by_code.values():
        indicator = rows[0].Indicator
        shown = {} if inside or not indicator.is_sensitive else _looks(indicator, rows, by_code)
        hides = any(look is not Shown.VALUE for look in shown.values())
        figures = {}
        for row in rows:
            look, answer = shown.get(row.cell, Shown.VALUE), figure_answer(row)
            # A note beside a hidden number may tell it.
            kept = replace(answer, note="") if hides else answer
            figures[row.cell] = SeenFigure(
                cell=row.cell,
                shown=look,
                answer=kept if look is Shown.VALUE else None,
                number=row.number,
                entered_at=row.entered_at,
            )
        yield FigureSet(indicator=indicator, party=None, year=rows[0].year, figures=figures)


def _looks(indicator: Indicator, rows: Sequence[Any], by_code: Mapping[str, Sequence[Any]]) -> Mapping[str, Shown]:
    if indicator.type is IndicatorType.COUNT:
        return hide_counts(_counts(rows), cells_of(indicator))
    if indicator.type not in (IndicatorType.AMOUNT, IndicatorType.PERCENT):
        return {}
    counted = by_code.get(COUNTED_BY.get(indicator.code, ""), ())
    counts = _counts(counted)
    return hide_measures(
        {row.cell: row.value for row in rows},
        counts,
        counts_shown=hide_counts(counts, cells_of(counted[0].Indicator)) if counted else {},
        dimensions=cells_of(indicator),
        is_share=indicator.type is IndicatorType.PERCENT,
    )


def _counts(rows: Sequence[Any]) -> dict[str, int | None]:
    return {row.cell: int(row.value) if row.value is not None else None for row in rows}


@dataclass(frozen=True, kw_only=True)
class FigureBlock:
    """An indicator of one party over the years."""

    indicator: Indicator
    party: Any | None
    years: Mapping[int, FigureSet]

    @property
    def cells(self) -> list[str]:
        """The cells for which any year has a figure: the total, then breakdown by breakdown."""
        given = {cell for each in self.years.values() for cell in each.figures}
        ordered = [TOTAL, *(cell for cells in cells_of(self.indicator).values() for cell in cells)]
        return [cell for cell in ordered if cell in given or cell == TOTAL]

    @property
    def latest(self) -> FigureSet:
        """What is said for the last year."""
        return self.years[max(self.years)]

    @property
    def hides(self) -> bool:
        """Tell whether anything is hidden from the reader."""
        return any(figure.shown is not Shown.VALUE for each in self.years.values() for figure in each.figures.values())

    def figure(self, year: int, cell: str = TOTAL) -> SeenFigure | None:
        """Return the figure of a year and cell; None where none was given."""
        found = self.years.get(year)
        return found.figures.get(cell) if found is not None else None


def blocks_of(sets: Iterable[FigureSet]) -> list[FigureBlock]:
    """Return figures by indicator and party, in the order of their first appearance."""
    found: dict[tuple[int, Any], dict[int, FigureSet]] = defaultdict(dict)
    for each in sets:
        found[each.indicator.id, each.party][each.year] = each
    return [
        FigureBlock(indicator=next(iter(years.values())).indicator, party=party, years=years)
        for (_, party), years in found.items()
    ]
