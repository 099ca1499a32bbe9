"""The meeting's papers as sheets. Only makers import this: the library is heavy.

One sheet for each table, with filters and frozen heads. Typed text is written as text, whatever it begins with.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.papers.signs import TONES

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL: Final = 32_000
_Row = Sequence[str | int | tuple[str, str]]


class _Book:
    """A workbook being written."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._file = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._file,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.book.set_properties(
            {
                "title": f"{data['title']}: {data['subtitle']}",
                "author": data["network"],
                # Equal data give equal bytes.
                "created": datetime.fromisoformat(data["day"]),
            }
        )
        self._head = self.book.add_format({"bold": True, "bottom": 2, "valign": "bottom", "text_wrap": True})
        self._text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self._title = self.book.add_format({"bold": True, "font_size": 14})
        self._tones: dict[str, Format] = {
            key: self.book.add_format(
                {"bg_color": ground, "font_color": ink, "text_wrap": True, "valign": "top", "border": 1}
            )
            for key, (ground, ink, _rule) in TONES.items()
        }

    def sheet(self, name: str, heads: Sequence[str], rows: Iterable[_Row], widths: Sequence[int]) -> None:
        """Add a sheet with one table; a pair in a row is a status and its word."""
        page = self.book.add_worksheet(name[:31])
        for column, words in enumerate(heads):
            page.write_string(0, column, words, self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                self._cell(page, last, column, value)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(last, 1), len(heads) - 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_footer("&L&8" + name[:31].replace("&", "&&") + "&R&8&P / &N")

    def notes(self, name: str, title: str, lines: Iterable[str]) -> None:
        """Add a sheet of plain lines."""
        page = self.book.add_worksheet(name[:31])
        page.set_column(0, 0, 110)
        page.write_string(0, 0, title, self._title)
        for place, line in enumerate(lines, start=2):
            page.write_string(place, 0, line[:_LONGEST_CELL], self._text)

    def _cell(self, page: Worksheet, row: int, column: int, value: str | int | tuple[str, str]) -> None:
        if isinstance(value, tuple):
            key, words = value
            page.write_string(row, column, words, self._tones.get(key, self._text))
        elif isinstance(value, int):
            page.write_number(row, column, value, self._text)
        else:
            page.write_string(row, column, value[:_LONGEST_CELL], self._text)

    def finish(self) -> bytes:
        """Return the file."""
        self.book.close()
        return self._file.getvalue()


def write(data: Mapping[str, Any]) -> bytes:
    """Return the chapters as a workbook: a sheet for each that is a table, and one about the papers."""
    book = _Book(data)
    for chapter in data["chapters"]:
        if chapter["key"] in _SHEETS:
            _SHEETS[chapter["key"]](book, chapter)
    about = [f"{term}: {words}" for term, words in data["facts"]]
    about += [f"SHA-256 {data['sha256']}", data["about"], data["sample"], data["watermark"], data["redacted"]]
    about += [f"* {note}" for note in data["footnotes"]]
    book.notes(_("About"), f"{data['title']}: {data['subtitle']}", [line for line in about if line])
    return book.finish()


def _reported(book: _Book, chapter: Mapping[str, Any]) -> None:
    rows = [[row[0], *(int(each.replace(",", "")) for each in row[1:])] for row in chapter["rows"]]
    book.sheet(chapter["title"], chapter["heads"], rows, [30, 10, 14, 14, 14])


def _matrix(book: _Book, chapter: Mapping[str, Any]) -> None:
    heads = [_("Code"), _("Commitment"), _("Instrument"), *(each["code"] for each in chapter["parties"])]
    rows: list[_Row] = [
        [row["code"], row["title"], group["title"], *((cell["status"], cell["words"]) for cell in row["cells"])]
        for group in chapter["groups"]
        for row in group["rows"]
    ]
    book.sheet(chapter["title"], heads, rows, [16, 42, 34, *([14] * len(chapter["parties"]))])
    others: list[_Row] = [
        [other["title"], row["code"], row["title"], (row["status"], row["words"])]
        for other in chapter["others"]
        for row in other["rows"]
    ]
    if others:
        heads = [_("Addressed to"), _("Code"), _("Commitment"), _("Status")]
        book.sheet(_("Network and Secretariat"), heads, others, [34, 16, 50, 20])


def _changes(book: _Book, chapter: Mapping[str, Any]) -> None:
    rows: list[_Row] = [
        [
            group["title"],
            row["code"],
            row["title"],
            row["party"],
            (row["before"], row["before_words"]),
            (row["after"], row["after_words"]),
        ]
        for group in chapter["groups"]
        for row in group["rows"]
    ]
    heads = [_("What moved"), _("Code"), _("Commitment"), _("Party"), _("Then"), _("Now")]
    book.sheet(chapter["title"], heads, rows, [24, 16, 44, 24, 18, 18])


def _themes(book: _Book, chapter: Mapping[str, Any]) -> None:
    rows: list[_Row] = [
        [
            group["title"],
            each["code"],
            each["title"],
            answer["party"],
            (answer["status"], answer["words"]),
            answer["marks"],
            "\n".join(f"{part['heading']}: " + "\n".join(part["paragraphs"]) for part in answer["texts"]),
        ]
        for group in chapter["groups"]
        for each in group["items"]
        for answer in each["answers"]
    ]
    heads = [_("Theme"), _("Code"), _("Commitment"), _("Party"), _("Status"), _("Given in"), _("Answer")]
    book.sheet(chapter["title"], heads, rows, [22, 16, 36, 22, 18, 30, 90])


def _steps(book: _Book, chapter: Mapping[str, Any]) -> None:
    book.sheet(chapter["title"], chapter["heads"], chapter["rows"], [24, 16, 60, 30, 20])


def _exchange(book: _Book, chapter: Mapping[str, Any]) -> None:
    needs = [*(pair["need"] for pair in chapter["pairs"]), *chapter["needs"]]
    rows: list[_Row] = [
        [word, each["code"], each["title"], each["party"], each["kind"], each["text"]]
        for word, entries in ((chapter["need_word"], needs), (chapter["offer_word"], chapter["offers"]))
        for each in entries
    ]
    heads = [_("Needs or offers"), _("Code"), _("Commitment"), _("Party"), _("Kind"), _("Text")]
    book.sheet(chapter["title"], heads, rows, [14, 16, 40, 24, 16, 80])


def _figures(book: _Book, chapter: Mapping[str, Any]) -> None:
    rows: list[_Row] = [
        [table["code"], table["title"], table["unit"], row[0], year, words]
        for table in chapter["tables"]
        for row in table["rows"]
        for year, words in zip(map(int, table["heads"][1:]), row[1:], strict=True)
    ]
    heads = [_("Code"), _("Indicator"), _("Unit"), _("Party"), _("Year"), _("Figure")]
    book.sheet(chapter["title"], heads, rows, [16, 60, 16, 24, 8, 20])


def _decisions(book: _Book, chapter: Mapping[str, Any]) -> None:
    rows: list[_Row] = [
        [group["title"], row["number"], row["text"], row["facts"]]
        for group in chapter["groups"]
        for row in group["rows"]
    ]
    book.sheet(chapter["title"], [_("What"), _("Number"), _("Text"), _("More")], rows, [22, 10, 80, 50])


_SHEETS: Final = {
    "reported": _reported,
    "matrix": _matrix,
    "changes": _changes,
    "themes": _themes,
    "steps": _steps,
    "exchange": _exchange,
    "figures": _figures,
    "decisions": _decisions,
}
