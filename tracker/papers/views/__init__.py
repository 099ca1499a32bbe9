"""Pages about papers: asking for one, waiting for it, fetching it."""

from tracker.papers import panels
from tracker.papers.views import charts, national, said, speaking, waiting
from tracker.papers.views.blueprint import bp

__all__ = ["bp", "charts", "national", "panels", "said", "speaking", "waiting"]
