"""Small numbers: which figures of an indicator others may see. Pure; used wherever figures leave the party.

Source: DESIGN §3.9. Counts of 1 to 4 show as "fewer than 5", 0 stays 0, and so much more is held back that nobody can
work a hidden number out: neither exactly, from the total and the other cells, nor because only one value is left.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

#: The cell of the total; others are ``dimension=category``.
TOTAL: Final = ""
#: From this count on nobody can be recognised.
ENOUGH: Final = 5
#: Amounts and percentages, and the count that decides whether they are shown: by the codes of their indicators.
COUNTED_BY: Final[Mapping[str, str]] = {"COMP-5": "COMP-4", "PROS-4": "PROS-3", "REF-6": "REF-4"}
_ENDLESS: Final = 10**18
_ALL: Final = Decimal(100)


class Shown(StrEnum):
    """What others see of a number."""

    VALUE = "value"
    #: "Fewer than 5": 1, 2, 3 or 4.
    FEWER = "fewer"
    #: Held back, so that another one cannot be worked out.
    WITHHELD = "withheld"


@dataclass(frozen=True)
class _Span:
    least: int
    most: int


def hide_counts(
    cells: Mapping[str, int | None], dimensions: Mapping[str, Collection[str]] | None = None
) -> dict[str, Shown]:
    """Return what others see of each cell of a sensitive count, for one party and one year.

    Args:
        cells: the counts by cell, the total under ``""``; None where a reason stands in place of a number.
        dimensions: the cells that each breakdown has; those without a number may hold any.
    """
    return _Picture(cells, dimensions or {}).solved()


def hide_measures(
    cells: Mapping[str, Decimal | None],
    counts: Mapping[str, int | None],
    *,
    counts_shown: Mapping[str, Shown],
    dimensions: Mapping[str, Collection[str]] | None = None,
    is_share: bool,
) -> dict[str, Shown]:
    """Return what others see of a sensitive amount or percentage.

    It is held back where its count is hidden or not known, where a percentage would tell a small number of the
    count, and where it would give another one away.
    """
    shown: dict[str, Shown] = {}
    for cell, value in cells.items():
        count = counts.get(cell)
        is_safe = count is not None and counts_shown.get(cell, Shown.VALUE) is Shown.VALUE
        if is_safe and is_share and value is not None and count is not None:
            part = value * count / _ALL
            is_safe = not any(0 < each < ENOUGH for each in (round(part), round(count - part)))
        shown[cell] = Shown.VALUE if value is None or is_safe else Shown.WITHHELD
    groups = _grouped(cells, dimensions or {})
    while _hide_one_more(shown, cells, groups):
        pass
    return shown


def _hide_one_more(
    shown: dict[str, Shown], cells: Mapping[str, Decimal | None], groups: Mapping[str, Collection[str]]
) -> bool:
    """Hold one more amount back where the total and the rest give one away; return whether there was a need."""
    total_open = cells.get(TOTAL) is not None and shown[TOTAL] is Shown.VALUE
    total_hidden = cells.get(TOTAL) is not None and not total_open
    for keys in groups.values():
        given = [key for key in keys if cells.get(key) is not None]
        hidden = [key for key in given if shown[key] is not Shown.VALUE]
        gives_away = (total_open and len(hidden) == 1) or (total_hidden and not hidden and len(given) == len(keys))
        if not gives_away:
            continue
        rest = sorted((cells[key] or Decimal(0), key) for key in given if shown[key] is Shown.VALUE and cells[key])
        if rest:
            shown[rest[0][1]] = Shown.WITHHELD
            return True
        if total_open:
            shown[TOTAL] = Shown.WITHHELD
            return True
    return False


def _grouped(cells: Iterable[str], dimensions: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Return the cells of each breakdown: those that are defined, and those that stand though they no longer are."""
    groups = {name: list(keys) for name, keys in dimensions.items()}
    for cell in cells:
        name, is_cell, _ = cell.partition("=")
        if is_cell and cell not in groups.setdefault(name, []):
            groups[name].append(cell)
    return groups


class _Picture:
    """What others see so far, and what they could conclude from it."""

    def __init__(self, cells: Mapping[str, int | None], dimensions: Mapping[str, Collection[str]]) -> None:
        self.cells = cells
        self.numbers = {cell: number for cell, number in cells.items() if number is not None}
        self.groups = _grouped(cells, dimensions)
        self.shown = {cell: Shown.FEWER if 0 < self.numbers.get(cell, 0) < ENOUGH else Shown.VALUE for cell in cells}

    def solved(self) -> dict[str, Shown]:
        """Hide until nothing that is hidden can be worked out."""
        if not any(self._is_hidden(cell) for cell in self.numbers):
            return self.shown
        for name, keys in self.groups.items():
            if sum(self._is_hidden(key) for key in keys) != 1 or self._hide_next(name):
                continue
            if not self._is_hidden(TOTAL):  # all other cells are 0: the total is that cell
                self._withhold_total()
        while known := self._worked_out():
            names = [name for name, keys in self.groups.items() if known & set(keys)] or list(self.groups)
            if not any([self._hide_next(name) for name in names]) and not self._withhold_total():
                self.shown.update({cell: Shown.WITHHELD for cell, number in self.numbers.items() if number})
                break
        return self.shown

    def _is_hidden(self, cell: str) -> bool:
        return self.shown.get(cell, Shown.VALUE) is not Shown.VALUE

    def _open(self, name: str) -> list[tuple[int, str]]:
        """Return the numbers of a breakdown that are shown and not 0, the smallest first."""
        return sorted(
            (self.numbers[key], key) for key in self.groups[name] if self.numbers.get(key) and not self._is_hidden(key)
        )

    def _hide_next(self, name: str) -> bool:
        rest = self._open(name)
        if rest:
            self.shown[rest[0][1]] = Shown.WITHHELD
        return bool(rest)

    def _withhold_total(self) -> bool:
        if not self.numbers.get(TOTAL) or self.shown[TOTAL] is Shown.WITHHELD:
            return False
        self.shown[TOTAL] = Shown.WITHHELD
        for name, keys in self.groups.items():
            if not any(self._is_hidden(key) for key in keys):  # its sum would tell the total
                self._hide_next(name)
        return True

    def _worked_out(self) -> set[str]:
        """Return the hidden cells for which one value alone is left."""
        spans = {name: [self._span(key, name) for key in keys] for name, keys in self._adding_up().items()}
        own = self._span(TOTAL, "")
        total = _Span(
            max([own.least, *(sum(span.least for span in each) for each in spans.values())]),
            min([own.most, *(sum(span.most for span in each) for each in spans.values())]),
        )
        known = {TOTAL} if self._is_hidden(TOTAL) and total.least >= total.most else set()
        for name, each in spans.items():
            least, most = sum(span.least for span in each), sum(span.most for span in each)
            for key, span in zip(self.groups[name], each, strict=True):
                low = max(span.least, total.least - (most - span.most))
                high = min(span.most, total.most - (least - span.least))
                if self._is_hidden(key) and low >= high:
                    known.add(key)
        return known

    def _adding_up(self) -> dict[str, list[str]]:
        """Return the breakdowns that make up the total; from one that does not, nothing follows."""
        sums = {name: sum(self.numbers.get(key, 0) for key in keys) for name, keys in self.groups.items()}
        total = self.numbers.get(TOTAL, max(sums.values(), default=0))
        return {
            name: keys
            for name, keys in self.groups.items()
            if sums[name] == total or (sums[name] < total and any(key not in self.numbers for key in keys))
        }

    def _span(self, cell: str, name: str) -> _Span:
        """Return between which values others know a cell to lie."""
        if cell not in self.numbers:
            return _Span(0, _ENDLESS)
        number = self.numbers[cell]
        match self.shown[cell]:
            case Shown.VALUE:
                return _Span(number, number)
            case Shown.FEWER:
                return _Span(1, ENOUGH - 1)
            case Shown.WITHHELD:
                rest = self._open(name) if name else []
                return _Span(ENOUGH if number >= ENOUGH else 1, max(number, rest[0][0]) if rest else _ENDLESS)
