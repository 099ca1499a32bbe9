"""Asking for a picture of a chart."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_user
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.dashboards.charts.reading import standing_alone
from tracker.dashboards.views.charts import chart_here
from tracker.papers.charts.kinds import PICTURE, parameters_for
from tracker.papers.services.asking import ask_paper, fingerprint_of
from tracker.papers.views.blueprint import bp


@bp.post("/dashboard/charts/<code:name>/picture")
def ask_picture(name: str) -> ResponseReturnValue:
    """Ask for one chart as a picture, with the filters of the address."""
    chart, selection = chart_here(name)
    reader = selection.reader
    asked = ask_paper(
        PICTURE.code,
        parameters_for(name, selection.kept, reader),
        by=current_user(),
        at=utc_now(),
        fingerprint=fingerprint_of({"svg": standing_alone(chart, reader), "person": current_user().id}),
    )
    target = url_for(".show_paper", paper_id=asked.paper.id)
    db.session.commit()
    return redirect(target)
