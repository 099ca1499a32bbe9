"""What a chart is made of: boxes and words on a grid, and beside them the same figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final, NamedTuple

from tracker.dashboards.stack import parts_of
from tracker.progress.counting import Count

#: How wide a letter is at most, on average, in units of the drawing.
_LETTER: Final = 6.8


class Box(NamedTuple):
    """A rectangle; its class says how it is filled."""

    x: float
    y: float
    width: float
    height: float
    css: str


class Words(NamedTuple):
    """A line of text; its class says how it is set (``end``, ``mid``, ``value``)."""

    x: float
    y: float
    text: str
    css: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under heads, ready to print; the first cell of a row is its head."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart."""

    #: In addresses and file names.
    name: str
    title: str
    #: What is counted, in a sentence.
    note: str
    width: int
    height: int
    boxes: Sequence[Box]
    words: Sequence[Words]
    #: What the fills mean: class and words.
    key: Sequence[tuple[str, str]] = ()
    table: Table
    #: For programs: plain keys and numbers.
    file: Table
    #: Footnotes to the names in it.
    footnotes: Sequence[str] = field(default_factory=tuple)

    @property
    def lines_below(self) -> list[str]:
        """Note and footnotes, broken to the width of the drawing: SVG breaks no lines."""
        letters = max(40, int(self.width / _LETTER))
        marked = (f"* {each.lstrip('* ')}" for each in dict.fromkeys(self.footnotes))
        return [line for text in (self.note, *marked) for line in wrap(text, letters)]


def stacked(count: Count, *, x: float, y: float, width: float, height: float, most: int) -> list[Box]:
    """Return the parts of a bar of statuses, and a frame around them; the bar of ``most`` items fills the width."""
    if not count.items:
        return []
    unit = width / (most or 1)
    boxes = [
        Box(round(x + begin * unit, 2), y, round(length * unit, 2), height, f"s-{key}")
        for key, begin, length in parts_of(count)
    ]
    return [*boxes, Box(x, y, round(count.items * unit, 2), height, "frame")]
