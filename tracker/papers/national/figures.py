"""The figures of a report: each once, by indicator and year, though many answers rest on it."""

from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from tracker.core.database import db
from tracker.papers.national.answers import Printed
from tracker.papers.national.choices import Holds
from tracker.papers.national.queries import figures_as_they_stand, figures_of_revisions
from tracker.progress.figure_words import cell_words, figure_years, seen_words
from tracker.progress.models import Revision
from tracker.progress.services.disclosing import FigureBlock, as_seen, blocks_of

Data = dict[str, Any]


def figures_data(party_id: int, printed: list[Printed], holds: Holds, *, until_year: int) -> Data | None:
    """Return the tables of figures; None where there are none.

    What is accepted only is for others to read: small numbers of sensitive indicators are hidden in it, as everywhere
    where figures leave a party. Reports with more in them are the party's own, and show what it entered.
    """
    if holds is Holds.DRAFTS:
        rows = db.session.execute(figures_as_they_stand(party_id, [each.item.id for each in printed], until_year)).all()
    else:
        revisions = [each.answer.id for each in printed if isinstance(each.answer, Revision)]
        rows = db.session.execute(figures_of_revisions(revisions)).all()
    if not rows:
        return None
    themes = {row.Indicator.id: row.theme_name for row in rows}
    blocks = blocks_of(as_seen(rows, is_inside=holds is not Holds.ACCEPTED))
    hides = any(block.hides for block in blocks)
    note = _("Counts of 1 to 4 are shown as “fewer than 5”. “Not shown” keeps them from being worked out.")
    own = _("Small numbers are printed as they were entered. Do not hand this report on with them.")
    sensitive = any(block.indicator.is_sensitive for block in blocks)
    return {
        "title": _("Figures"),
        "note": str(note) if hides else str(own) if sensitive and holds is not Holds.ACCEPTED else "",
        "tables": [
            _table(theme, list(group)) for theme, group in groupby(blocks, key=lambda block: themes[block.indicator.id])
        ],
    }


def _table(theme: str, blocks: list[FigureBlock]) -> Data:
    years = figure_years(blocks)
    return {
        "title": theme,
        "heads": [_("Indicator"), *(str(year) for year in years)],
        "rows": [row for block in blocks for row in _rows(block, years)],
    }


def _rows(block: FigureBlock, years: list[int]) -> list[Data]:
    indicator = block.indicator
    unit = f" ({indicator.unit})" if indicator.unit and indicator.type.value == "count" else ""
    return [
        {
            "is_part": bool(cell),
            "cells": [
                cell_words(cell) if cell else f"{indicator.code} {indicator.title}{unit}",
                *(seen_words(block.figure(year, cell), indicator.unit) for year in years),
            ],
        }
        for cell in block.cells
    ]
