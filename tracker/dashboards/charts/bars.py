"""Bars: coverage and freshness by party, statuses by commitment, and by theme over the rounds."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import gettext as _

from tracker.dashboards.charts.figures import Column, Figures, counted
from tracker.dashboards.charts.shapes import Box, Chart, Table, Words, stacked
from tracker.dashboards.stack import STACK
from tracker.dashboards.trend import TrendRow
from tracker.progress.counting import Count
from tracker.progress.labels import status_label

_LEFT: Final = 260
_BAR: Final = 520
_STEP: Final = 34
_THICK: Final = 20
_RIGHT: Final = 120


def _status_key() -> list[tuple[str, str]]:
    return [(f"s-{key}", status_label(key)) for key in STACK]


def _headline(count: Count) -> str:
    pair = count.headline
    return "–" if pair is None else str(_("%(a)s of %(b)s", a=pair[0], b=pair[1]))


def coverage(figures: Figures) -> Chart:
    """Return how many of the items that each party is asked about it has reported on."""
    found = [(column, counted(figures.of(party=column.code))) for column in figures.columns]
    most = max((count.items for _column, count in found), default=0) or 1
    unit = _BAR / most
    boxes, words, rows, lines = [], [], [], []
    for place, (column, count) in enumerate(found):
        y = place * _STEP + 7
        text = _("%(a)s of %(b)s", a=count.reported, b=count.items)
        boxes.append(Box(_LEFT, y, round(count.reported * unit, 2), _THICK, "f-0"))
        boxes.append(Box(_LEFT, y, round(count.items * unit, 2), _THICK, "frame"))
        words += [
            Words(0, y + 15, column.short_name),
            Words(_LEFT + round(count.items * unit, 2) + 10, y + 15, text, "value"),
        ]
        rows.append([column.short_name, str(count.reported), str(count.items)])
        lines.append([*_named(column), str(count.reported), str(count.items)])
    return Chart(
        name="coverage",
        title=_("Coverage: reported, of what is asked"),
        note=_("Items with an answer, “not applicable” among them. Parties in alphabetical order."),
        width=_LEFT + _BAR + _RIGHT,
        height=_STEP * len(found),
        boxes=boxes,
        words=words,
        key=[("f-0", _("reported"))],
        table=Table(heads=[_("Party"), _("Reported"), _("Asked")], rows=rows),
        file=Table(heads=["party", "party_name", "party_note", "reported", "asked"], rows=lines),
        footnotes=figures.footnotes,
    )


def freshness(figures: Figures) -> Chart:
    """Return from which round each party's answers are."""
    names = [each.name for each in figures.ended[:2]] + [_("no round yet")] * 2
    kinds = [
        _("%(round)s or since", round=names[0]),
        _("%(round)s", round=names[1]),
        _("older"),
        _("not reported"),
    ]
    found = [(column, figures.freshness(figures.of(party=column.code))) for column in figures.columns]
    most = max((sum(numbers) for _column, numbers in found), default=0) or 1
    unit = _BAR / most
    boxes, words, rows, lines = [], [], [], []
    for place, (column, numbers) in enumerate(found):
        y, x = place * _STEP + 7, float(_LEFT)
        for kind, number in enumerate(numbers):
            if number:
                boxes.append(Box(round(x, 2), y, round(number * unit, 2), _THICK, f"f-{kind}"))
                x += number * unit
        if sum(numbers):
            boxes.append(Box(_LEFT, y, round(sum(numbers) * unit, 2), _THICK, "frame"))
        words += [
            Words(0, y + 15, column.short_name),
            Words(round(x, 2) + 10, y + 15, _("%(a)s of %(b)s", a=numbers[0], b=sum(numbers)), "value"),
        ]
        rows.append([column.short_name, *(str(number) for number in numbers)])
        lines.append([*_named(column), *(str(number) for number in numbers)])
    return Chart(
        name="freshness",
        title=_("Freshness: from which round the answers are"),
        note=_("The accepted answer that counts, by the round it was given in; “no change” counts as an answer."),
        width=_LEFT + _BAR + _RIGHT,
        height=_STEP * len(found),
        boxes=boxes,
        words=words,
        key=[(f"f-{place}", kind) for place, kind in enumerate(kinds)],
        table=Table(heads=[_("Party"), *kinds], rows=rows),
        file=Table(
            heads=["party", "party_name", "party_note", "latest_round", "round_before", "older", "not_reported"],
            rows=lines,
        ),
        footnotes=figures.footnotes,
    )


def statuses_by_commitment(figures: Figures) -> Chart:
    """Return how the items of each commitment divide."""
    entries = [(figures.catalogue.commitments[id_], counted(figures.of(commitments=[id_]))) for id_ in figures.selected]
    most = max((count.items for _entry, count in entries), default=0) or 1
    boxes: list[Box] = []
    words, rows, lines = [], [], []
    for place, (entry, count) in enumerate(entries):
        y = place * _STEP + 7
        boxes += stacked(count, x=_LEFT, y=y, width=_BAR, height=_THICK, most=most)
        words += [
            Words(0, y + 15, entry.code),
            Words(_LEFT + _BAR + 10, y + 15, _headline(count), "value"),
        ]
        numbers = [str(count.by_class[key]) for key in STACK]
        rows.append([f"{entry.code} {entry.title}", *numbers, _headline(count)])
        lines.append([entry.instrument_code, entry.code, entry.title, *numbers])
    return Chart(
        name="statuses-by-commitment",
        title=_("Statuses, by commitment"),
        note=_("At the end of each bar: in place or used, of the items that apply."),
        width=_LEFT + _BAR + _RIGHT,
        height=_STEP * len(entries),
        boxes=boxes,
        words=words,
        key=_status_key(),
        table=Table(
            heads=[_("Commitment"), *(status_label(key) for key in STACK), _("In place or used")],
            rows=rows,
        ),
        file=Table(heads=["instrument", "commitment", "title", *STACK], rows=lines),
    )


def themes_over_rounds(figures: Figures, trends: Mapping[str, Sequence[TrendRow]]) -> Chart:
    """Return how the items of each theme divided at the end of each round.

    Args:
        figures: the selection.
        trends: for each theme, its rows, the earliest first; all of one length.
    """
    names = [row.name for row in next(iter(trends.values()), ())]
    width, gap, top = 120, 12, 30
    boxes: list[Box] = []
    words = [Words(_LEFT + place * (width + gap), 18, name, "value") for place, name in enumerate(names)]
    rows, lines = [], []
    for number, (code, theme, _ids) in enumerate(figures.themes):
        y = top + number * (_STEP + 10) + 4
        words.append(Words(0, y + 15, theme))
        shown = trends[code]
        most = max((row.count.items for row in shown), default=0)
        printed = [theme]
        for place, row in enumerate(shown):
            x = _LEFT + place * (width + gap)
            boxes += stacked(row.count, x=x, y=y, width=width, height=_THICK - 4, most=most)
            words.append(Words(x, y + 30, _headline(row.count), "quiet"))
            printed.append(_headline(row.count))
            lines.append([code, theme, row.name, *(str(row.count.by_class[key]) for key in STACK)])
        rows.append(printed)
    return Chart(
        name="themes-over-rounds",
        title=_("Themes over the rounds"),
        note=_(
            "Today’s selection, as it stood when each round was due. Below each bar: in place or used, of those that "
            "apply."
        ),
        width=_LEFT + max(1, len(names)) * (width + gap),
        height=top + len(figures.themes) * (_STEP + 10),
        boxes=boxes,
        words=words,
        key=_status_key(),
        table=Table(heads=[_("Theme"), *names], rows=rows),
        file=Table(heads=["theme", "theme_name", "round", *STACK], rows=lines),
    )


def _named(column: Column) -> list[str]:
    return [column.code, column.short_name, column.footnote_text or ""]
