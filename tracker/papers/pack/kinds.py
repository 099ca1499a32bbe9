"""The meeting's papers as kinds of paper."""

from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.papers.kinds import Kind, parameters_of, register
from tracker.papers.models import Paper
from tracker.papers.snapshots.policies import view_snapshot
from tracker.papers.snapshots.queries import snapshot_by_number
from tracker.papers.snapshots.services import PACK


def _may_see(user: User, paper: Paper) -> bool:
    """Whoever may read the snapshots may have what is made from them."""
    parameters = parameters_of(paper)
    numbers = [number for number in (parameters["snapshot"], parameters["compare"]) if number is not None]
    snapshots = [db.session.scalar(snapshot_by_number(number)) for number in numbers]
    return all(each is not None and view_snapshot(user, each) for each in snapshots)


def _asked_on(paper: Paper) -> tuple[str, str]:
    number = parameters_of(paper)["snapshot"]
    return _("Snapshot %(number)s", number=number), url_for("snapshots.show_snapshot", number=number)


def _kind(code: str, words: Any) -> Kind:
    return register(Kind(code=f"{PACK}{code}", words=words, may_see=_may_see, asked_on=_asked_on))


PDF: Final = _kind("pdf", _l("Meeting papers (PDF)"))
DOCX: Final = _kind("docx", _l("Meeting papers (Word)"))
XLSX: Final = _kind("xlsx", _l("Meeting papers (XLSX)"))
FORMATS: Final = {"pdf": PDF.code, "docx": DOCX.code, "xlsx": XLSX.code}
