"""Tables for spreadsheet programs: no text of a person ever becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

#: What makes a program take a cell for a formula; full-width forms are folded to these by some.
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Tells spreadsheet programs that the file is UTF-8.
BYTE_ORDER_MARK: Final = "\ufeff"
MEDIA_TYPE: Final = "text/csv; charset=utf-8"


def safe(value: object) -> str:
    """Return a cell that every program shows as text: an apostrophe stands before whatever begins like a formula.

    An apostrophe that stood there is doubled, so that :func:`as_typed` gives the value back unchanged.
    """
    text = "" if value is None else str(value)
    suspicious = (*_BEGINS_A_FORMULA, "'")
    return f"'{text}" if text.startswith(suspicious) or text.lstrip().startswith(suspicious) else text


def as_typed(cell: str) -> str:
    """Return the value that :func:`safe` was given."""
    inner = cell.removeprefix("'")
    return inner if cell != inner and safe(inner) == cell else cell


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as lines of a file, for those who write it piece by piece. Numbers stay numbers."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV that spreadsheet programs read as UTF-8."""
    return BYTE_ORDER_MARK + lines([heads]) + lines(rows)


def _cell(value: object) -> object:
    return value if isinstance(value, int | float | Decimal) else safe(value)
