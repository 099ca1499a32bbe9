"""Writing a questionnaire as a workbook. Only the job process loads this."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.utility import xl_range_abs

from tracker.papers.questionnaire.content import Entry, Questionnaire, StepRow
from tracker.papers.questionnaire.fields import (
    FIELDS,
    NO_CHANGE,
    Field,
    FieldKind,
    Value,
    fit,
    in_words,
)
from tracker.papers.questionnaire.figure_sheet import COLUMNS, heads, write_figures
from tracker.papers.questionnaire.instructions import instructions

#: Before the name of a question in the hidden row above the heads, so that a reader knows the columns by it.
KEY: Final = "tracker:"
#: What the hidden sheet holds first.
STAMP_SHEET: Final = "Tracker"
STAMP_KEY: Final = "tracker:stamp"
#: The columns of the sheet of steps that have no question.
STEP_KEYS: Final = ("code", "title", "step", "responsible", "due_on", "done_on", "id")
#: Rows for steps that are new.
NEW_STEPS: Final = 30
#: A cell holds no more.
_LONGEST: Final = 32_767
_CHUNK: Final = 30_000
_TITLE_ROW, _KEY_ROW, _HEAD_ROW, _FIRST_ROW = 0, 1, 2, 3
_LOCKED: Final = (("code", 15), ("title", 34), ("state", 13), ("last_status", 15), ("last_text", 44))
_WIDTHS: Final = {
    NO_CHANGE: 12, "status": 18, "narrative": 52, "reason": 30, "obstacles": 36, "next_steps": 36, "needs_help": 11,
    "help_kind": 15, "help_text": 30, "can_share": 12, "share_kind": 15, "share_text": 30, "is_restricted": 13,
    "cleared_by_name": 20, "cleared_by_function": 22, "cleared_on": 13,
}  # fmt: skip
_INK, _QUIET, _BRAND, _TINT, _RULE = "#15262a", "#4a595d", "#14505b", "#f0ede5", "#b9b19d"
_PROTECTION: Final = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
}
#: In points; no row may be higher than 409.
_LINE_HEIGHT, _HIGHEST = 15, 390
#: Width of the sheet of instructions, in letters: what a sheet of paper holds in any font.
_FRONT: Final = 76
#: Limits of spreadsheet programs for the words beside a cell.
_TIP_TITLE, _TIP = 32, 255


def workbook_of(questionnaire: Questionnaire) -> bytes:
    """Return the questionnaire as an .xlsx file: instructions, answers, steps, and the stamp on a hidden sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": fit(questionnaire.title)[:255], "comments": fit(questionnaire.made)[:255]})
    _Writer(book, questionnaire).write()
    book.close()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Looks:
    """The formats of cells."""

    plain: Any
    title: Any
    front_title: Any
    heading: Any
    quiet: Any
    head: Any
    locked: Any
    locked_bold: Any
    text: Any
    day: Any
    locked_day: Any


class _Writer:
    def __init__(self, book: Any, questionnaire: Questionnaire) -> None:
        self.book = book
        self.questionnaire = questionnaire
        # In this order: the first sheet is the one that opens.
        self.front = book.add_worksheet(_sheet_name(_("Read me first")))
        self.answers = book.add_worksheet(_sheet_name(_("Answers")))
        self.steps = book.add_worksheet(_sheet_name(_("Steps"))) if questionnaire.with_steps else None
        self.figures = book.add_worksheet(_sheet_name(_("Figures"))) if questionnaire.figures else None
        self.hidden = book.add_worksheet(STAMP_SHEET)
        self.looks = self._looks()
        self.lists = 1

    def _looks(self) -> _Looks:
        base = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "text_wrap": True, "valign": "top"}
        edge = {"border": 1, "border_color": _RULE}
        locked = base | edge | {"bg_color": _TINT}
        # Text stays text even when a person edits the cell: "=…" is typed again as it was.
        answer = base | edge | {"locked": False, "num_format": "@"}
        formats = {
            "plain": base,
            "title": base | {"font_size": 16, "bold": True, "font_name": "Cambria", "text_wrap": False},
            "front_title": base | {"font_size": 16, "bold": True, "font_name": "Cambria"},
            "heading": base | {"font_size": 12, "bold": True, "font_color": _BRAND},
            "quiet": base | {"font_color": _QUIET, "text_wrap": False},
            "head": base | edge | {"bold": True, "bg_color": _BRAND, "font_color": "#ffffff"},
            "locked": locked,
            "locked_bold": locked | {"bold": True},
            "text": answer,
            "day": answer | {"num_format": "yyyy-mm-dd", "align": "left"},
            "locked_day": locked | {"num_format": "yyyy-mm-dd", "align": "left"},
        }
        return _Looks(**{name: self.book.add_format(look) for name, look in formats.items()})

    def write(self) -> None:
        self._write_front()
        self._write_answers()
        if self.steps is not None:
            self._write_steps(self.steps)
        if self.figures is not None:
            self._write_figures(self.figures)
        self._write_stamp()

    def put(self, sheet: Any, row: int, column: int, text: str, look: Any) -> None:
        """Write text as text, whatever it begins with."""
        written = fit(text)
        if not written:
            sheet.write_blank(row, column, None, look)
            return
        assert len(written) <= _LONGEST, "the tracker keeps no longer texts"
        assert sheet.write_string(row, column, written, look) == 0

    def _put_value(self, sheet: Any, row: int, column: int, value: Value, words: str, *, is_open: bool) -> None:
        looks = self.looks
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, looks.day if is_open else looks.locked_day)
        else:
            self.put(sheet, row, column, words, looks.text if is_open else looks.locked)

    def set_height(self, sheet: Any, row: int, cells: Iterable[tuple[str, int]], *, least: int = 1) -> None:
        """Make a row as high as its longest text needs; programs do not do that when they open a file."""
        lines = max((_lines_of(fit(text), width) for text, width in cells), default=1)
        sheet.set_row(row, min(max(lines, least) * _LINE_HEIGHT + 3, _HIGHEST))

    def _page(self, sheet: Any) -> None:
        """Set a sheet up for paper."""
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        title = fit(self.questionnaire.title).replace("&", "&&")[:180]
        sheet.set_header(f"&L&9{title}")
        footnote = fit(self.questionnaire.footnote).replace("&", "&&")[:180]
        sheet.set_footer(f"&L&8{footnote}&R&9&P / &N")
        sheet.protect("", _PROTECTION)

    def _write_front(self) -> None:
        sheet, looks = self.front, self.looks
        self._page(sheet)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, _FRONT)
        self.put(sheet, 0, 0, self.questionnaire.title, looks.front_title)
        self.set_height(sheet, 0, [(self.questionnaire.title, _FRONT // 2)], least=3)
        row = 1
        for line in instructions(self.questionnaire, is_workbook=True):
            row += 1 if line.is_heading else 0
            self.put(sheet, row, 0, line.text, looks.heading if line.is_heading else looks.plain)
            self.set_height(sheet, row, [(line.text, _FRONT)])
            row += 1
        sheet.print_area(0, 0, row, 0)
        sheet.fit_to_pages(1, 0)

    def _write_answers(self) -> None:
        sheet, looks, entries = self.answers, self.looks, self.questionnaire.entries
        self._page(sheet)
        sheet.set_landscape()
        self.put(sheet, _TITLE_ROW, 0, self.questionnaire.title, looks.title)
        heads = {
            "code": _("Code"), "title": _("Commitment"), "state": _("In this round"),
            "last_status": _("Last accepted status"), "last_text": _("Last accepted answer"),
        }  # fmt: skip
        for column, (name, width) in enumerate(_LOCKED):
            sheet.set_column(column, column, width)
            self.put(sheet, _KEY_ROW, column, KEY + name, looks.quiet)
            self.put(sheet, _HEAD_ROW, column, heads[name], looks.head)
        last_row = max(_FIRST_ROW + len(entries) - 1, _FIRST_ROW)
        for column, field in enumerate(FIELDS, start=len(_LOCKED)):
            sheet.set_column(column, column, _WIDTHS[field.name])
            self.put(sheet, _KEY_ROW, column, KEY + field.name, looks.quiet)
            self.put(sheet, _HEAD_ROW, column, str(field.words), looks.head)
            sheet.data_validation(_FIRST_ROW, column, last_row, column, self._rule(field))
        for row, entry in enumerate(entries, start=_FIRST_ROW):
            self._write_entry(row, entry)
        last_column = len(_LOCKED) + len(FIELDS) - 1
        self._set_up_heads(sheet)
        self.set_height(sheet, _HEAD_ROW, [(str(field.words), _WIDTHS[field.name] - 3) for field in FIELDS])
        sheet.autofilter(_HEAD_ROW, 0, last_row, last_column)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.repeat_columns(0, 1)
        sheet.print_area(0, 0, last_row, last_column)
        sheet.fit_to_pages(3, 0)

    def _set_up_heads(self, sheet: Any) -> None:
        sheet.set_row(_TITLE_ROW, 26)
        sheet.set_row(_KEY_ROW, None, None, {"hidden": True})
        sheet.freeze_panes(_FIRST_ROW, 2)

    def _write_entry(self, row: int, entry: Entry) -> None:
        sheet, looks = self.answers, self.looks
        last = "\n\n".join(text for text in (_returned(entry.note), entry.last_text) if text)
        for column, (text, look) in enumerate(
            (
                (entry.code, looks.locked_bold),
                (entry.title, looks.locked_bold),
                (entry.state, looks.locked),
                (entry.last_status, looks.locked),
                (last, looks.locked),
            )
        ):
            self.put(sheet, row, column, text, look)
        for column, field in enumerate(FIELDS, start=len(_LOCKED)):
            value = entry.values.get(field.name)
            self._put_value(sheet, row, column, value, in_words(field, value), is_open=entry.is_open)
        written = [(in_words(field, entry.values.get(field.name)), _WIDTHS[field.name]) for field in FIELDS]
        widths = dict(_LOCKED)
        shown = [(entry.title, widths["title"]), (last, widths["last_text"])]
        self.set_height(sheet, row, [*written, *shown], least=4 if entry.is_open else 1)

    def _rule(self, field: Field) -> dict[str, Any]:
        """Return what a spreadsheet program lets a person enter, and what it says beside the cell."""
        rule: dict[str, Any] = {"ignore_blank": True, "error_title": str(_("Not one of the answers"))[:_TIP_TITLE]}
        match field.kind:
            case FieldKind.CHOICE | FieldKind.TICK:
                words = field.options()[:1] if field.name == NO_CHANGE else field.options()
                rule |= {"validate": "list", "source": self.list_of(words)}
                rule |= {"error_message": str(_("Choose one from the list."))}
            case FieldKind.DAY:
                rule |= {"validate": "date", "criteria": "between"}
                rule |= {"minimum": date(1990, 1, 1), "maximum": date(2099, 12, 31)}
                rule |= {"error_message": str(_("Enter a real date, for example 2026-12-14."))}
            case _:
                rule |= {"validate": "length", "criteria": "<=", "value": field.limit}
                rule |= {"error_title": str(_("Too long"))}
                rule |= {"error_message": str(_("Use at most %(limit)s characters.", limit=field.limit))}
        if field.hint:
            rule |= {"input_title": str(field.words)[:_TIP_TITLE], "input_message": str(field.hint)[:_TIP]}
        return rule

    def list_of(self, words: Sequence[str]) -> str:
        """Put words to choose from on the hidden sheet; return where they stand."""
        column, self.lists = self.lists, self.lists + 1
        for row, word in enumerate(words):
            self.hidden.write_string(row, column, fit(word))
        return f"={STAMP_SHEET}!{xl_range_abs(0, column, max(len(words) - 1, 0), column)}"

    def _write_steps(self, sheet: Any) -> None:
        looks, entries = self.looks, self.questionnaire.entries
        self._page(sheet)
        sheet.set_landscape()
        self.put(sheet, _TITLE_ROW, 0, self.questionnaire.title, looks.title)
        heads = (
            (_("Code"), 15), (_("Commitment"), 40), (_("Practical step"), 60), (_("Responsible"), 34),
            (_("Due"), 13), (_("Done"), 13), ("", 4),
        )  # fmt: skip
        for column, (name, (words, width)) in enumerate(zip(STEP_KEYS, heads, strict=True)):
            sheet.set_column(column, column, width, None, {"hidden": True} if name == "id" else {})
            self.put(sheet, _KEY_ROW, column, KEY + name, looks.quiet)
            self.put(sheet, _HEAD_ROW, column, words, looks.head)
        row = _FIRST_ROW
        for entry in entries:
            for step in entry.steps:
                self._write_step(sheet, row, entry, step)
                row += 1
        first_new = row
        for row_ in range(first_new, first_new + NEW_STEPS):
            self._write_step(sheet, row_, None, StepRow(id=None, what=""))
        last = first_new + NEW_STEPS - 1
        codes = self.list_of([entry.code for entry in entries])
        sheet.data_validation(
            first_new, 0, last, 0,
            {"validate": "list", "source": codes, "error_message": str(_("Choose one from the list."))},
        )  # fmt: skip
        day_rule = {
            "validate": "date", "criteria": "between", "minimum": date(1990, 1, 1), "maximum": date(2099, 12, 31),
            "error_message": str(_("Enter a real date, for example 2026-12-14.")),
        }  # fmt: skip
        sheet.data_validation(_FIRST_ROW, 4, last, 5, day_rule)
        self._set_up_heads(sheet)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.print_area(0, 0, last, 5)
        sheet.fit_to_pages(1, 0)

    def _write_step(self, sheet: Any, row: int, entry: Entry | None, step: StepRow) -> None:
        looks = self.looks
        is_open = entry is None or entry.is_open
        code, title = (entry.code, entry.title) if entry is not None else ("", "")
        self.put(sheet, row, 0, code, looks.locked_bold if entry is not None else looks.text)
        self.put(sheet, row, 1, title, looks.locked)
        self.put(sheet, row, 2, step.what, looks.text if is_open else looks.locked)
        self.put(sheet, row, 3, step.responsible, looks.text if is_open else looks.locked)
        for column, day in ((4, step.due_on), (5, step.done_on)):
            look = looks.day if is_open else looks.locked_day
            if day is None:
                sheet.write_blank(row, column, None, look)
            else:
                sheet.write_datetime(row, column, day, look)
        self.set_height(sheet, row, [(title, 40), (step.what, 60), (step.responsible, 34)])
        self.put(sheet, row, 6, "" if step.id is None else str(step.id), looks.locked)

    def _write_figures(self, sheet: Any) -> None:
        rows, words = self.questionnaire.figures, heads()
        self._page(sheet)
        sheet.set_landscape()
        self.put(sheet, _TITLE_ROW, 0, self.questionnaire.title, self.looks.title)
        for column, (name, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width, None, {"hidden": True} if name == "id" else {})
            self.put(sheet, _KEY_ROW, column, KEY + name, self.looks.quiet)
            self.put(sheet, _HEAD_ROW, column, words[name], self.looks.head)
        write_figures(self, sheet, rows)
        self._set_up_heads(sheet)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.print_area(0, 0, _FIRST_ROW + len(rows) - 1, len(COLUMNS) - 2)
        sheet.fit_to_pages(1, 0)

    def _write_stamp(self) -> None:
        sheet, stamp = self.hidden, self.questionnaire.stamp
        sheet.write_string(0, 0, STAMP_KEY)
        for row, start in enumerate(range(0, len(stamp), _CHUNK), start=1):
            sheet.write_string(row, 0, stamp[start : start + _CHUNK])
        sheet.protect("", {})
        sheet.very_hidden()


def _lines_of(text: str, width: int) -> int:
    """Return about how many lines a text takes in a column of that width, in letters."""
    return sum(max(1, -(-len(line) * 11 // (width * 10))) for line in text.split("\n"))


def _returned(note: str) -> str:
    return str(_("The Secretariat returned it: %(reason)s", reason=note)) if note else ""


def _sheet_name(words: str) -> str:
    """Return a name that every program takes for a sheet."""
    kept = "".join(letter for letter in str(words) if letter not in "[]:*?/\\'")
    return kept[:31]
