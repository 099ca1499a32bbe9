"""Making a picture of a chart. Only ``tracker.making`` imports this."""

from collections.abc import Mapping
from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.zones import local_day
from tracker.dashboards.charts.reading import CHARTS, draw, read_catalogue, read_figures, standing_alone
from tracker.dashboards.queries.reader import reader_for
from tracker.instruments.models import Addressee
from tracker.papers.charts.kinds import PICTURE, is_same_reader
from tracker.papers.making import CannotBeMade, Made, Maker, Order, Progress
from tracker.papers.typesetting import set_png


def gather(order: Order) -> Mapping[str, Any]:
    """Draw the chart, as whoever asked may see it now."""
    chosen = order.parameters
    person = db.session.get(User, order.requested_by_id) if order.requested_by_id is not None else None
    if person is None or chosen["name"] not in CHARTS:
        raise CannotBeMade(_("There is no such chart any more."))
    reader = reader_for(person, today=local_day(order.now, current_app.config["TRACKER_TIMEZONE"]))
    if not is_same_reader(chosen, reader):
        raise CannotBeMade(_("What you may read has changed. Ask for the picture again."))
    addressee = Addressee(chosen["addressee"] or Addressee.COUNTRY.value)
    figures = read_figures(
        reader, addressee, read_catalogue(addressee), instrument=chosen["instrument"], theme=chosen["theme"]
    )
    chart = draw(chosen["name"], reader, figures)
    return {"name": chosen["name"], "day": reader.today.isoformat(), "svg": standing_alone(chart, reader)}


def make_png(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Turn the drawing into a picture, twice as fine as a screen."""
    name = f"{data['day']}-{data['name']}.png"
    return Made(content=set_png(data["svg"]), file_name=name, media_type="image/png")


MAKERS: Final = {PICTURE.code: Maker(gather, make_png)}
