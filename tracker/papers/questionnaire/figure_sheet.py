"""The sheet of figures in a workbook: writing and reading it. Only the job process loads this."""

from typing import Any, Final

from flask_babel import gettext as _

from tracker.core.labels import label
from tracker.instruments.models import IndicatorType
from tracker.papers.questionnaire.fields import Problem, Unreadable
from tracker.papers.questionnaire.figures import REASONS, FigureRow, ReadFigure, read_row, with_currencies
from tracker.papers.questionnaire.findings import Findings
from tracker.papers.questionnaire.sheets import Sheet, content_of
from tracker.papers.questionnaire.stamp import Stamp
from tracker.progress.figure_words import WORD_LABELS
from tracker.progress.services.measuring import CURRENCIES, WORDS

#: The columns; ``id`` is hidden and names the row.
COLUMNS: Final = (
    ("indicator", 13), ("what", 52), ("year", 8), ("breakdown", 24), ("before", 18), ("value", 20), ("reason", 18),
    ("currency", 11), ("source", 34), ("note", 40), ("id", 4),
)  # fmt: skip
_READ: Final = ("value", "reason", "currency", "source", "note")
_FIRST_ROW: Final = 3


def heads() -> dict[str, str]:
    """Return the words above the columns."""
    return {
        "indicator": _("Indicator"),
        "what": _("What is asked"),
        "year": _("Year"),
        "breakdown": _("Of these"),
        "before": _("The year before"),
        "value": _("Figure"),
        "reason": _("Or why there is none"),
        "currency": _("Currency"),
        "source": _("Source"),
        "note": _("Note"),
        "id": "",
    }


def write_figures(writer: Any, sheet: Any, rows: tuple[FigureRow, ...]) -> None:
    """Fill the sheet, with the writer of the workbook it belongs to."""
    looks = writer.looks
    place = {name: column for column, (name, _width) in enumerate(COLUMNS)}
    reasons = writer.list_of([label(kind) for kind in REASONS])
    currencies = writer.list_of(list(CURRENCIES))
    words = {type_: writer.list_of([str(WORD_LABELS[word]) for word in each]) for type_, each in WORDS.items()}
    for number, row in enumerate(rows, start=_FIRST_ROW):
        has_currency = row.type is IndicatorType.AMOUNT and row.is_total
        locked = {
            "indicator": row.code,
            "what": row.what if row.is_total else "",
            "year": str(row.year),
            "breakdown": row.cell,
            "before": row.before,
            "id": row.key,
        }
        answer = row.answer
        typed = {
            "value": (row.typed, True),
            "reason": (row.reason, True),
            "currency": (answer.currency if answer is not None and row.is_total else "", has_currency),
            "source": (answer.source if answer is not None else "", row.is_total),
            "note": (answer.note if answer is not None else "", row.is_total),
        }
        for name, text in locked.items():
            writer.put(sheet, number, place[name], text, looks.locked_bold if name == "indicator" else looks.locked)
        for name, (text, is_open) in typed.items():
            writer.put(sheet, number, place[name], text, looks.text if is_open else looks.locked)
        rule = {"validate": "list", "error_message": str(_("Choose one from the list."))}
        sheet.data_validation(number, place["reason"], number, place["reason"], rule | {"source": reasons})
        if has_currency:
            sheet.data_validation(number, place["currency"], number, place["currency"], rule | {"source": currencies})
        if row.type in WORDS:
            sheet.data_validation(number, place["value"], number, place["value"], rule | {"source": words[row.type]})
        writer.set_height(
            sheet,
            number,
            [(locked["what"], 52), (row.cell, 24), (row.typed, 20), (typed["source"][0], 34), (typed["note"][0], 40)],
        )
    last = _FIRST_ROW + len(rows) - 1
    # Numbers stand as text, so that no program reads 1.234 in its own way.
    sheet.ignore_errors({"number_stored_as_text": f"F{_FIRST_ROW + 1}:F{last + 1}"})


def read_figures(sheet: Sheet, stamp: Stamp, findings: Findings) -> tuple[ReadFigure, ...]:
    """Return what the rows of the sheet say; those that cannot be read are named and left out."""
    found: dict[str, ReadFigure] = {}
    for number, cells in sheet.rows:
        key = str(getattr(sheet.cell(cells, "id"), "value", None) or "")
        if key not in stamp.figures or key in found:
            continue
        name = "value"
        try:
            read = {}
            for name in _READ:
                if name in sheet.columns and sheet.is_merged(number, name):
                    raise Unreadable(Problem.MERGED)
                read[name] = content_of(sheet.cell(cells, name))
            name = "value"
            found[key] = read_row(key, read)
        except Unreadable as error:
            findings.add(sheet.place(number, name), error.problem, shown=error.shown)
    return with_currencies(list(found.values()))
