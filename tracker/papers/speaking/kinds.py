"""Speaking points as kinds of paper."""

from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.papers.kinds import Kind, parameters_of, register
from tracker.papers.models import Paper
from tracker.papers.speaking.policies import read_speaking_points
from tracker.papers.speaking.queries import points_of
from tracker.progress.policies import answers_for


def _may_see(user: User, paper: Paper) -> bool:
    """Tell whether the person may read the text that the paper holds: the Secretariat, as long as it is released."""
    if paper.party_id is None or paper.round_id is None:
        return False
    row = db.session.execute(points_of(paper.party_id, paper.round_id)).first()
    if row is None or not read_speaking_points(user, row.SpeakingPoints):
        return False
    is_same = row.SpeakingPoints.version == parameters_of(paper)["version"]
    return answers_for(user, row.SpeakingPoints.party) or (is_same and not row.is_overtaken)


def _asked_on(paper: Paper) -> tuple[str, str]:
    assert paper.party is not None
    chosen = parameters_of(paper)
    return _("Speaking points"), url_for("papers.read_points", code=paper.party.code, round=chosen["round"])


PDF: Final = register(
    Kind(code="speaking-points-pdf", words=_l("Speaking points (PDF)"), may_see=_may_see, asked_on=_asked_on)
)
WORD: Final = register(
    Kind(code="speaking-points-word", words=_l("Speaking points (Word)"), may_see=_may_see, asked_on=_asked_on)
)
