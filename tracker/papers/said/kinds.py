"""Everything that was said, as a kind of paper."""

from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.papers.kinds import Kind, parameters_of, register
from tracker.papers.models import Paper
from tracker.papers.said.choices import Wanted
from tracker.papers.said.policies import may_see_said


def _asked_on(paper: Paper) -> tuple[str, str]:
    wanted = Wanted.read(parameters_of(paper))
    address = url_for(
        "papers.show_said",
        code=wanted.party,
        theme=wanted.theme or None,
        since=wanted.since,
        until=wanted.until,
        answers="submitted" if wanted.with_submitted else None,
    )
    return _("What was said"), address


def _about(paper: Paper) -> str:
    wanted = Wanted.read(parameters_of(paper))
    years = f"{wanted.since or '…'}–{wanted.until or '…'}" if wanted.since or wanted.until else ""
    return ", ".join(filter(None, [wanted.theme or _("all themes"), years]))


WORD: Final = register(
    Kind(
        code="said-word",
        words=_l("What was said (Word)"),
        may_see=may_see_said,
        asked_on=_asked_on,
        about=_about,
    )
)
