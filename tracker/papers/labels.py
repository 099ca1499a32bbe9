"""Words for people for papers."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.papers.kinds import KINDS
from tracker.papers.models import Paper, PaperState

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


def paper_about(paper: Paper) -> str:
    """Return what was chosen when a paper was asked for."""
    return KINDS[paper.kind].about(paper) if paper.kind in KINDS else ""


def init_app(app: Flask) -> None:
    """Give templates the filters ``paper_words`` and ``paper_about``."""
    app.jinja_env.filters.update(paper_words=paper_words, paper_about=paper_about)
