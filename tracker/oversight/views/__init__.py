"""Pages of the log and of redaction."""

from tracker.oversight.views import log, redaction
from tracker.oversight.views.blueprint import bp

__all__ = ["bp", "log", "redaction"]
