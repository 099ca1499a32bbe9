"""Words for people for the pages of saved views and their filters."""

from typing import Any, Final

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.dashboards.models import ViewPage

_FILTERS: Final[dict[str, Any]] = {
    "addressee": _l("Addressed to"),
    "compare": _l("Compared with"),
    "instrument": _l("Instrument"),
    "kind": _l("Kind"),
    "party": _l("Party"),
    "round": _l("Round"),
    "side": _l("Needs or offers"),
    "status": _l("Status"),
    "theme": _l("Theme"),
}


def filter_words(name: str) -> str:
    """Return what a filter is called."""
    return str(_FILTERS.get(name, name))


def init_app(app: Flask) -> None:
    """Give the pages their words."""
    labels.register(
        ViewPage,
        {
            ViewPage.MATRIX: _l("State of play"),
            ViewPage.CHARTS: _l("Charts"),
            ViewPage.NEEDS: _l("Needs and offers"),
        },
    )
    app.jinja_env.globals["filter_words"] = filter_words
