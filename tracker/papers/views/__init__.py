"""Pages about papers: asking for one, waiting for it, fetching it."""

from tracker.papers.views import national, waiting
from tracker.papers.views.blueprint import bp

__all__ = ["bp", "national", "waiting"]
