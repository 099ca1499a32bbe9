"""A chart as a picture, as a kind of paper."""

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import User
from tracker.core.clock import network_today
from tracker.dashboards.queries.reader import Reader, reader_for
from tracker.papers.kinds import Kind, parameters_of, register
from tracker.papers.models import Paper

_FILTERS: Final = ("addressee", "instrument", "theme")


def parameters_for(name: str, chosen: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """Return what a picture is made of: the chart, the filters, and as much of the reader as decides what it shows."""
    filters = {key: chosen.get(key) or "" for key in _FILTERS}
    return {"name": name, **filters, "reads_all": reader.reads_all, "own": list(reader.own)}


def is_same_reader(parameters: Mapping[str, Any], reader: Reader) -> bool:
    """Tell whether a picture was made for the eyes of this reader."""
    return (parameters["reads_all"], parameters["own"]) == (reader.reads_all, list(reader.own))


def _may_see(user: User, paper: Paper) -> bool:
    """Whoever asked for it, as long as they read as much as they did then."""
    reader = reader_for(user, today=network_today())
    return user.id == paper.requested_by_id and is_same_reader(parameters_of(paper), reader)


def _asked_on(paper: Paper) -> tuple[str, str]:
    chosen = parameters_of(paper)
    return _("Charts"), url_for("dashboards.show_charts", **{key: chosen[key] or None for key in _FILTERS})


def _about(paper: Paper) -> str:
    chosen = parameters_of(paper)
    return ", ".join(filter(None, [chosen["name"], chosen["instrument"], chosen["theme"]]))


PICTURE: Final = register(
    Kind(
        code="chart-png",
        words=_l("Chart (PNG)"),
        may_see=_may_see,
        asked_on=_asked_on,
        about=_about,
    )
)
