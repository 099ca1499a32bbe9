"""Figures in words: what people read in place of a row of columns."""

from typing import Any, Final

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.core.filters import DASH, number
from tracker.core.labels import label
from tracker.core.numbers import normal
from tracker.progress.disclosure import Shown
from tracker.progress.models import AnswerKind

#: What answers an indicator in a word.
WORD_LABELS: Final = {"yes": _l("Yes"), "partly": _l("Partly"), "no": _l("No")}


def figure_words(answer: Any, unit: str = "") -> str:
    """Return a figure as people read it: number, currency and unit; a word; or why there is none."""
    if answer is None:
        return DASH
    if answer.kind is not AnswerKind.VALUE:
        return label(answer.kind)
    if answer.value is None:
        return str(WORD_LABELS.get(answer.text, answer.text.replace("\n", "; ")))
    if unit.startswith("%"):
        return str(_("%(number)s %%", number=number(normal(answer.value))))
    return f"{number(normal(answer.value))} {answer.currency}".strip()


def seen_words(figure: Any, unit: str = "") -> str:
    """Return a figure as its reader may see it: a ``services.disclosing.SeenFigure``."""
    if figure is None:
        return DASH
    if figure.shown is Shown.FEWER:
        return str(_("fewer than 5"))
    if figure.shown is Shown.WITHHELD:
        return str(_("not shown"))
    return figure_words(figure.answer, unit)


def cell_words(cell: str) -> str:
    """Return the category of a cell of a breakdown."""
    return cell.partition("=")[2]


def figure_years(blocks: Any) -> list[int]:
    """Return the years for which there are figures: of ``services.disclosing.FigureBlock``."""
    return sorted({year for block in blocks for year in block.years})


def init_app(app: Flask) -> None:
    """Give the words to templates."""
    app.jinja_env.globals.update(
        cell_words=cell_words, figure_words=figure_words, figure_years=figure_years, seen_words=seen_words
    )
