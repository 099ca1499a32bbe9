"""Charts of the state of play: each a drawing, a table and two files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import require, use_tracker
from tracker.core.database import db
from tracker.core.spreadsheets import csv_of
from tracker.dashboards import queries
from tracker.dashboards.charts import bars, heat
from tracker.dashboards.charts.figures import Column, Figures, counted
from tracker.dashboards.charts.shapes import Chart
from tracker.dashboards.forms import AddresseeForm, ChartForm
from tracker.dashboards.matrix import catalogue
from tracker.dashboards.models import ViewPage
from tracker.dashboards.queries.charts import shown_answers, standing_times_by_commitment
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.rounds import ShownRound, shown_rounds
from tracker.dashboards.trend import ROUNDS_SHOWN, TrendRow, over_rounds
from tracker.dashboards.views.blueprint import bp, reader_here
from tracker.dashboards.views.matrix import addressees
from tracker.dashboards.views.saved import saved_views
from tracker.instruments.models import Addressee


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What was asked for, and the figures of it."""

    reader: Reader
    addressee: Addressee
    form: ChartForm
    unknown: list[str]
    figures: Figures


@bp.get("/dashboard/charts")
def show_charts() -> ResponseReturnValue:
    """Show every chart with its table."""
    require(use_tracker, None)
    selection = _selection()
    kept = _kept(selection)
    return render_template(
        "dashboards/show_charts.html",
        selection=selection,
        form=selection.form,
        charts=[make(selection) for make in CHARTS.values()] if selection.figures.items else [],
        addressees=addressees(selection.addressee, ".show_charts"),
        kept=kept,
        saved=saved_views(ViewPage.CHARTS),
        clear_url=url_for(".show_charts", addressee=kept.get("addressee")),
        matrix_url=url_for(".show_matrix", **kept),
    )


@bp.get("/dashboard/charts/<code:name>.csv")
def download_chart_table(name: str) -> ResponseReturnValue:
    """Hand out the figures of one chart, with the same filters."""
    chart = _chart(name)
    return _file(csv_of(chart.file.heads, chart.file.rows), "text/csv", f"{name}.csv")


@bp.get("/dashboard/charts/<code:name>.svg")
def download_chart(name: str) -> ResponseReturnValue:
    """Hand out one chart as a drawing that stands alone, for a slide or a paper."""
    chart = _chart(name)
    drawing = render_template("dashboards/chart.svg", chart=chart, today=reader_here().today)
    return _file(drawing, "image/svg+xml", f"{name}.svg")


def _file(content: str, mimetype: str, name: str) -> ResponseReturnValue:
    response = make_response(content)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{reader_here().today.isoformat()}-{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _chart(name: str) -> Chart:
    require(use_tracker, None)
    if name not in CHARTS:
        abort(404)
    return CHARTS[name](_selection())


def _selection() -> Selection:
    """Return what the address asks for, as the person behind the request may see it."""
    reader = reader_here()
    addressee_form = AddresseeForm(request.args)
    unknown = addressee_form.unknown()
    addressee = Addressee(addressee_form.addressee.data)
    offered = catalogue(db.session.execute(queries.tracked_commitments(addressee)))
    rounds = shown_rounds(db.session.execute(queries.begun_rounds(reader.today)), today=reader.today)
    form = ChartForm(request.args)
    form.offer(offered)
    unknown += form.unknown()
    chosen = offered.selected(instrument=form.instrument.data, theme=form.theme.data)
    selected = tuple(offered.commitments) if chosen is None else chosen
    rows = db.session.execute(shown_answers(reader, queries.ANSWERS_FOR[addressee], selected)).all()
    columns = {
        row.party_code: Column(code=row.party_code, short_name=row.short_name, footnote_text=row.footnote_text)
        for row in rows
    }
    ended = sorted((each for each in rounds if each.due_on < reader.today), key=lambda each: (each.due_on, each.id))
    return Selection(
        reader=reader,
        addressee=addressee,
        form=form,
        unknown=unknown,
        figures=Figures(
            catalogue=offered,
            selected=selected,
            columns=list(columns.values()),
            items=[row for row in rows if row.item_id is not None],
            ended=ended[::-1],
            today=reader.today,
            zone_name=current_app.config["TRACKER_TIMEZONE"],
        ),
    )


def _themes_over_rounds(selection: Selection) -> Chart:
    figures = selection.figures
    times = db.session.execute(standing_times_by_commitment(selection.reader, tuple(figures.selected))).all()
    ended = figures.ended[:ROUNDS_SHOWN]
    trends = {code: _trend(figures, times, ended, ids) for code, _name, ids in figures.themes}
    return bars.themes_over_rounds(figures, trends)


def _trend(figures: Figures, times: Sequence[Any], ended: Sequence[ShownRound], ids: list[int]) -> list[TrendRow]:
    now = counted(figures.of(commitments=ids))
    wanted = set(ids)
    rows = [(row.status, row.due_on, row.next_due_on, row.items) for row in times if row.commitment_id in wanted]
    return [*over_rounds(rows, ended, items=now.items), TrendRow(name=_("Now"), count=now)]


def _kept(selection: Selection) -> dict[str, Any]:
    """Return what was chosen, for other addresses of the same selection."""
    chosen = {each.name: each.data for each in selection.form if each.data}
    if selection.addressee is not Addressee.COUNTRY:
        chosen["addressee"] = selection.addressee.value
    return chosen


#: Every chart, in the order of the page, by its name in addresses.
CHARTS: Final[dict[str, Callable[[Selection], Chart]]] = {
    "coverage": lambda selection: bars.coverage(selection.figures),
    "freshness": lambda selection: bars.freshness(selection.figures),
    "reported-by-theme": lambda selection: heat.reported_by_theme(selection.figures),
    "age-by-theme": lambda selection: heat.age_by_theme(selection.figures),
    "themes-over-rounds": _themes_over_rounds,
    "statuses-by-commitment": lambda selection: bars.statuses_by_commitment(selection.figures),
}
