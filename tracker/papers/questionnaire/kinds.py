"""Questionnaires as kinds of paper: the two files that go out, and what was read of one that came back."""

from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.papers.kinds import Kind, register
from tracker.papers.models import Paper
from tracker.papers.questionnaire.policies import may_see_questionnaire


def _asked_on(paper: Paper) -> tuple[str, str]:
    assert paper.party is not None
    return _("Questionnaire"), url_for("questionnaire.show_questionnaire", code=paper.party.code)


def _leads_to(paper: Paper) -> tuple[str, str]:
    return _("See what the file would change"), url_for("questionnaire.show_import", paper_id=paper.id)


WORKBOOK: Final = register(
    Kind(
        code="questionnaire-xlsx",
        words=_l("Questionnaire (Excel)"),
        may_see=may_see_questionnaire,
        asked_on=_asked_on,
    )
)
DOCUMENT: Final = register(
    Kind(
        code="questionnaire-docx",
        words=_l("Questionnaire (Word)"),
        may_see=may_see_questionnaire,
        asked_on=_asked_on,
    )
)
IMPORT: Final = register(
    Kind(
        code="questionnaire-import",
        words=_l("Questionnaire that was handed in"),
        may_see=may_see_questionnaire,
        asked_on=_asked_on,
        leads_to=_leads_to,
        failed=_l("The file was not taken."),
    )
)
