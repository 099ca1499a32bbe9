"""A sheet of questions of a workbook that came back, and what stands in its cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from tracker.papers.questionnaire.fields import Field, Problem, Unreadable, Value, read_cell


@dataclass(frozen=True)
class Sheet:
    """A sheet of questions: where its columns are, and what is merged on it."""

    name: str
    columns: Mapping[str, int]
    merged: tuple[tuple[int, int, int, int], ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]

    def cell(self, cells: tuple[Any, ...], name: str) -> Any:
        column = self.columns.get(name)
        return cells[column] if column is not None and column < len(cells) else None

    def place(self, row: int, name: str) -> str:
        column = self.columns.get(name)
        letter = get_column_letter(column + 1) if column is not None else ""
        return f"{self.name}!{letter}{row}"

    def is_merged(self, row: int, name: str) -> bool:
        column = self.columns[name] + 1
        return any(left <= column <= right and top <= row <= bottom for left, top, right, bottom in self.merged)


def plain_text(cell: Any) -> str:
    """Return the text of a cell that names a column or row."""
    value = getattr(cell, "value", None)
    return value.strip() if isinstance(value, str) else ""


def content_of(cell: Any) -> Any:
    """Return what stands in a cell.

    Raises:
        Unreadable: it is computed, or an error.
    """
    value = getattr(cell, "value", None)
    match getattr(cell, "data_type", "n"):
        case "f":
            raise Unreadable(Problem.FORMULA, str(getattr(value, "text", value) or ""))
        case "e":
            raise Unreadable(Problem.ERROR_VALUE, str(value))
    return value


def answer_in(field: Field, cell: Any) -> Value:
    """Return the answer in a cell.

    Raises:
        Unreadable: it is no answer to this question, or computed.
    """
    return read_cell(field, content_of(cell))
