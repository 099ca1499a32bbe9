"""Pages across features: the state of play, commitments, parties, the first page."""

from tracker.dashboards import meeting_panel
from tracker.dashboards.views import barometer, charts, figures, home, matrix, pages, saved, slices
from tracker.dashboards.views.blueprint import bp
from tracker.dashboards.views.pages import bp as pages_bp

__all__ = [
    "barometer",
    "bp",
    "charts",
    "figures",
    "home",
    "matrix",
    "meeting_panel",
    "pages",
    "pages_bp",
    "saved",
    "slices",
]
