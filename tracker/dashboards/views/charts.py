"""Charts of the state of play: each a drawing, a table and files."""

from dataclasses import dataclass
from typing import Any

from flask import abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import require, use_tracker
from tracker.core.spreadsheets import csv_of
from tracker.dashboards.charts.figures import Figures
from tracker.dashboards.charts.reading import CHARTS, draw, read_catalogue, read_figures, standing_alone
from tracker.dashboards.charts.shapes import Chart
from tracker.dashboards.forms import AddresseeForm, ChartForm
from tracker.dashboards.models import ViewPage
from tracker.dashboards.queries.reader import Reader
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

    @property
    def kept(self) -> dict[str, Any]:
        """What was chosen, for other addresses of the same selection."""
        chosen = {each.name: each.data for each in self.form if each.data}
        if self.addressee is not Addressee.COUNTRY:
            chosen["addressee"] = self.addressee.value
        return chosen


@bp.get("/dashboard/charts")
def show_charts() -> ResponseReturnValue:
    """Show every chart with its table."""
    require(use_tracker, None)
    selection = selection_here()
    figures = selection.figures
    return render_template(
        "dashboards/show_charts.html",
        selection=selection,
        form=selection.form,
        charts=[draw(name, selection.reader, figures) for name in CHARTS] if figures.items else [],
        addressees=addressees(selection.addressee, ".show_charts"),
        kept=selection.kept,
        saved=saved_views(ViewPage.CHARTS),
        clear_url=url_for(".show_charts", addressee=selection.kept.get("addressee")),
        matrix_url=url_for(".show_matrix", **selection.kept),
    )


@bp.get("/dashboard/charts/<code:name>.csv")
def download_chart_table(name: str) -> ResponseReturnValue:
    """Hand out the figures of one chart, with the same filters."""
    chart, selection = chart_here(name)
    return _file(csv_of(chart.file.heads, chart.file.rows), "text/csv", f"{name}.csv", selection.reader)


@bp.get("/dashboard/charts/<code:name>.svg")
def download_chart(name: str) -> ResponseReturnValue:
    """Hand out one chart as a drawing that stands alone, for a slide or a paper."""
    chart, selection = chart_here(name)
    drawing = standing_alone(chart, selection.reader)
    return _file(drawing, "image/svg+xml", f"{name}.svg", selection.reader)


def _file(content: str, mimetype: str, name: str, reader: Reader) -> ResponseReturnValue:
    response = make_response(content)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{reader.today.isoformat()}-{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def chart_here(name: str) -> tuple[Chart, Selection]:
    """Return a chart of the selection that the address asks for, and the selection."""
    require(use_tracker, None)
    if name not in CHARTS:
        abort(404)
    selection = selection_here()
    return draw(name, selection.reader, selection.figures), selection


def selection_here() -> Selection:
    """Return what the address asks for, as the person behind the request may see it."""
    reader = reader_here()
    addressee_form = AddresseeForm(request.args)
    unknown = addressee_form.unknown()
    addressee = Addressee(addressee_form.addressee.data)
    catalogue = read_catalogue(addressee)
    form = ChartForm(request.args)
    form.offer(catalogue)
    unknown += form.unknown()
    figures = read_figures(reader, addressee, catalogue, instrument=form.instrument.data, theme=form.theme.data)
    return Selection(reader=reader, addressee=addressee, form=form, unknown=unknown, figures=figures)
