"""Reading what the charts show, as one reader may see it: for pages, files and the job that makes pictures."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import gettext as _

from tracker.core.database import db
from tracker.dashboards import queries
from tracker.dashboards.charts import bars, heat
from tracker.dashboards.charts.figures import Column, Figures, counted
from tracker.dashboards.charts.shapes import Chart
from tracker.dashboards.matrix import Catalogue
from tracker.dashboards.matrix import catalogue as catalogue_of
from tracker.dashboards.queries.charts import shown_answers, standing_times_by_commitment
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.rounds import ShownRound, shown_rounds
from tracker.dashboards.trend import ROUNDS_SHOWN, TrendRow, over_rounds
from tracker.instruments.models import Addressee


def read_catalogue(addressee: Addressee) -> Catalogue:
    """Return the tracked commitments of an addressee."""
    return catalogue_of(db.session.execute(queries.tracked_commitments(addressee)))


def read_figures(
    reader: Reader, addressee: Addressee, catalogue: Catalogue, *, instrument: str = "", theme: str = ""
) -> Figures:
    """Return the answers of a selection."""
    rounds = shown_rounds(db.session.execute(queries.begun_rounds(reader.today)), today=reader.today)
    chosen = catalogue.selected(instrument=instrument, theme=theme)
    selected = tuple(catalogue.commitments) if chosen is None else chosen
    rows = db.session.execute(shown_answers(reader, queries.ANSWERS_FOR[addressee], selected)).all()
    columns = {
        row.party_code: Column(code=row.party_code, short_name=row.short_name, footnote_text=row.footnote_text)
        for row in rows
    }
    ended = sorted((each for each in rounds if each.due_on < reader.today), key=lambda each: (each.due_on, each.id))
    return Figures(
        catalogue=catalogue,
        selected=selected,
        columns=list(columns.values()),
        items=[row for row in rows if row.item_id is not None],
        ended=ended[::-1],
        today=reader.today,
        zone_name=current_app.config["TRACKER_TIMEZONE"],
    )


def draw(name: str, reader: Reader, figures: Figures) -> Chart:
    """Return a chart by its name."""
    return CHARTS[name](reader, figures)


def standing_alone(chart: Chart, reader: Reader) -> str:
    """Return a chart as an SVG file with its own colours, title, key and footnotes."""
    return render_template("dashboards/chart.svg", chart=chart, today=reader.today)


def _themes_over_rounds(reader: Reader, figures: Figures) -> Chart:
    times = db.session.execute(standing_times_by_commitment(reader, tuple(figures.selected))).all()
    ended = figures.ended[:ROUNDS_SHOWN]
    trends = {code: _trend(figures, times, ended, ids) for code, _name, ids in figures.themes}
    return bars.themes_over_rounds(figures, trends)


def _trend(figures: Figures, times: Sequence[Any], ended: Sequence[ShownRound], ids: list[int]) -> list[TrendRow]:
    now = counted(figures.of(commitments=ids))
    wanted = set(ids)
    rows = [(row.status, row.due_on, row.next_due_on, row.items) for row in times if row.commitment_id in wanted]
    return [*over_rounds(rows, ended, items=now.items), TrendRow(name=_("Now"), count=now)]


#: Every chart, in the order of the page, by its name in addresses.
CHARTS: Final[dict[str, Callable[[Reader, Figures], Chart]]] = {
    "coverage": lambda _reader, figures: bars.coverage(figures),
    "freshness": lambda _reader, figures: bars.freshness(figures),
    "reported-by-theme": lambda _reader, figures: heat.reported_by_theme(figures),
    "age-by-theme": lambda _reader, figures: heat.age_by_theme(figures),
    "themes-over-rounds": _themes_over_rounds,
    "statuses-by-commitment": lambda _reader, figures: bars.statuses_by_commitment(figures),
}
