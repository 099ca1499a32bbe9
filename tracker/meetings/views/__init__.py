"""Pages about meetings and their rounds."""

from tracker.meetings import labels
from tracker.meetings.views import acting, decisions, planning, reading, rounds
from tracker.meetings.views.blueprint import bp

__all__ = ["acting", "bp", "decisions", "labels", "planning", "reading", "rounds"]
