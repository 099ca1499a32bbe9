"""Words for people for papers."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.papers.kinds import KINDS
from tracker.papers.models import PaperState

labels.register(
    PaperState,
    {
        PaperState.ASKED: _l("Waits to be made"),
        PaperState.MAKING: _l("Being made"),
        PaperState.READY: _l("Ready"),
        PaperState.FAILED: _l("Could not be made"),
    },
)


def paper_words(kind: str) -> str:
    """Return what a kind of paper is called."""
    return str(KINDS[kind].words) if kind in KINDS else kind


def init_app(app: Flask) -> None:
    """Give templates the filter ``paper_words``."""
    app.jinja_env.filters["paper_words"] = paper_words
