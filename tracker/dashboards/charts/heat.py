"""Themes by parties: how much is reported, and how old the answers are. A map, not a ranking."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask_babel import gettext as _

from tracker.dashboards.charts.figures import Column, Figures, counted
from tracker.dashboards.charts.shapes import Box, Chart, Table, Words

_LEFT: Final = 260
_TOP: Final = 34
_CELL: Final = 62
_STEP: Final = 36
#: From this share on, each step is darker; the last one is all of them.
_HALF: Final = 0.5
#: Months up to which answers are as fresh as a round, a year, two years.
_AGES: Final = (6, 12, 24)

#: The words of a cell, its class, and the figures for the file.
Cell = tuple[str, str, tuple[object, ...]]


def reported_by_theme(figures: Figures) -> Chart:
    """Return how many items of each theme each party has reported on."""

    def cell(rows: Sequence[Any]) -> Cell:
        found = counted(rows)
        if not found.items:
            return "–", "h-none", (0, 0)
        share = found.reported / found.items
        css = "h-3" if share == 1 else "h-2" if share >= _HALF else "h-1" if share else "h-0"
        return (
            _("%(a)s of %(b)s", a=found.reported, b=found.items),
            css,
            (found.reported, found.items),
        )

    return _map(
        figures,
        cell,
        name="reported-by-theme",
        title=_("Reported, by theme and party"),
        note=_("Items with an answer, of those asked. A commitment with several themes counts under each of them."),
        key=[
            ("h-0", _("none reported")),
            ("h-1", _("less than half")),
            ("h-2", _("half or more")),
            ("h-3", _("all reported")),
        ],
        columns=("reported", "asked"),
    )


def age_by_theme(figures: Figures) -> Chart:
    """Return how old the answers of each party on each theme are."""

    def cell(rows: Sequence[Any]) -> Cell:
        months = figures.months_old(rows)
        if months is None:
            return "–", "h-none" if not rows else "h-gap", ("",)
        css = next((f"h-{3 - place}" for place, most in enumerate(_AGES) if months <= most), "h-0")
        return str(months), css, (months,)

    return _map(
        figures,
        cell,
        name="age-by-theme",
        title=_("Age of answers in months, by theme and party"),
        note=_(
            "The middle age of the accepted answers: half of them are younger. “No change” makes an answer young again."
        ),
        key=[
            ("h-3", _("up to 6 months")),
            ("h-2", _("up to a year")),
            ("h-1", _("up to two years")),
            ("h-0", _("older")),
            ("h-gap", _("nothing reported")),
        ],
        columns=("median_age_in_months",),
    )


def _map(
    figures: Figures,
    cell: Callable[[Sequence[Any]], Cell],
    *,
    name: str,
    title: str,
    note: str,
    key: list[tuple[str, str]],
    columns: tuple[str, ...],
) -> Chart:
    boxes: list[Box] = []
    words = [
        Words(_LEFT + place * _CELL + _CELL / 2, 22, column.printed_code, "mid value")
        for place, column in enumerate(figures.columns)
    ]
    rows, lines = [], []
    for number, (code, theme, ids) in enumerate(figures.themes):
        y = _TOP + number * _STEP
        words.append(Words(0, y + 22, theme))
        printed = [theme]
        for place, column in enumerate(figures.columns):
            text, css, values = cell(figures.of(commitments=ids, party=column.code))
            x = _LEFT + place * _CELL
            boxes.append(Box(x + 1, y + 1, _CELL - 2, _STEP - 2, css))
            words.append(Words(x + _CELL / 2, y + 22, text, "mid" if text != "–" else "mid quiet"))
            printed.append(text)
            lines.append(_line(code, theme, column, values))
        rows.append(printed)
    return Chart(
        name=name,
        title=title,
        note=note,
        width=_LEFT + _CELL * len(figures.columns),
        height=_TOP + _STEP * len(figures.themes),
        boxes=boxes,
        words=words,
        key=key,
        table=Table(heads=[_("Theme"), *(column.printed_code for column in figures.columns)], rows=rows),
        file=Table(heads=["theme", "theme_name", "party", "party_name", "party_note", *columns], rows=lines),
        footnotes=figures.footnotes,
    )


def _line(code: str, theme: str, column: Column, values: tuple[object, ...]) -> list[str]:
    return [code, theme, column.code, column.short_name, column.footnote_text or "", *(str(each) for each in values)]
