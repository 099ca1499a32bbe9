"""The national report as kinds of paper."""

from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.papers.kinds import Kind, parameters_of, register
from tracker.papers.models import Paper
from tracker.papers.national.choices import Holds
from tracker.papers.national.labels import HOLDS_WORDS
from tracker.papers.national.policies import may_see_report


def _asked_on(paper: Paper) -> tuple[str, str]:
    assert paper.party is not None
    return _("National report"), url_for("papers.show_report", code=paper.party.code)


def _about(paper: Paper) -> str:
    chosen = parameters_of(paper)
    return f"{HOLDS_WORDS[Holds(chosen['holds'])]}, {chosen['round']}"


PDF: Final = register(
    Kind(
        code="national-report-pdf",
        words=_l("National report (PDF)"),
        may_see=may_see_report,
        asked_on=_asked_on,
        about=_about,
    )
)
WORD: Final = register(
    Kind(
        code="national-report-word",
        words=_l("National report (Word)"),
        may_see=may_see_report,
        asked_on=_asked_on,
        about=_about,
    )
)
