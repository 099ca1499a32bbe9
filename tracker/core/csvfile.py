"""Rows of a CSV file that a spreadsheet opens as text, never as a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Final

#: What makes a spreadsheet take a cell for a formula, full-width forms included; and the sign that we put before it.
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
#: Tells spreadsheets that the file is UTF-8.
BYTE_ORDER_MARK: Final = "\ufeff"
MEDIA_TYPE: Final = "text/csv; charset=utf-8"


def safe(value: object) -> object:
    """Return a cell that starts no formula: such text gets an apostrophe in front. Numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value


def plain(text: str) -> str:
    """Return the text that :func:`safe` was given."""
    return text[1:] if text.startswith("'") else text


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as lines of the file; nothing for None."""
    written = io.StringIO()
    csv.writer(written).writerows([[safe(cell) for cell in row] for row in rows])
    return written.getvalue()
