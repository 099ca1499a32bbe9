"""Everything a party has said on a theme: reading it, taking it along as text or as a Word file."""

from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.papers.national.policies import view_reports
from tracker.papers.policies import view_paper
from tracker.papers.queries import papers_of_party
from tracker.papers.said.choices import Wanted
from tracker.papers.said.data import said_data
from tracker.papers.said.forms import SaidForm
from tracker.papers.said.kinds import WORD
from tracker.papers.said.policies import Gathered, view_said
from tracker.papers.said.queries import themes, years_reported
from tracker.papers.said.text import plain_text
from tracker.papers.services.asking import ask_paper, fingerprint_of
from tracker.papers.views.blueprint import bp
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code

_LISTED = 5


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the address asks for, and what there is."""

    party: Party
    form: SaidForm
    unknown: list[str]
    wanted: Wanted
    data: dict[str, Any]

    @property
    def arguments(self) -> dict[str, Any]:
        """The same choice, for another address."""
        return {field.name: field.data for field in self.form if field.data}


@bp.get("/parties/<code:code>/said")
def show_said(code: str) -> ResponseReturnValue:
    """Show everything that the party has said on a theme, the earliest round first."""
    asked = _asked(code)
    papers = db.session.scalars(papers_of_party(asked.party.id, [WORD.code], limit=_LISTED)).all()
    return render_template(
        "papers/show_said.html",
        asked=asked,
        papers=[paper for paper in papers if view_paper(current_user(), paper)],
    )


@bp.get("/parties/<code:code>/said.txt")
def download_said(code: str) -> ResponseReturnValue:
    """Hand out the same as plain text."""
    asked = _asked(code)
    response = Response(plain_text(asked.data), mimetype="text/plain")
    name = f"said-{asked.party.code}-{asked.data['theme']}-{asked.data['day']}.txt"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/parties/<code:code>/said")
def ask_said(code: str) -> ResponseReturnValue:
    """Ask for the same as a Word file."""
    asked = _asked(code)
    data = {key: value for key, value in asked.data.items() if key not in ("as_of", "day")}
    paper = ask_paper(
        WORD.code,
        asked.wanted.parameters,
        by=current_user(),
        at=utc_now(),
        party_id=asked.party.id,
        fingerprint=fingerprint_of(data),
    ).paper
    target = url_for(".show_paper", paper_id=paper.id)
    db.session.commit()
    return redirect(target)


def _asked(code: str) -> _Asked:
    party: Party = db.first_or_404(party_by_code(code))
    require(view_reports, party)
    form = SaidForm(request.args)
    known = db.session.scalars(themes()).all()
    years = sorted({row.due_on.year for row in db.session.execute(years_reported(party.id))})
    form.offer(known, years, with_submitted=view_said(current_user(), Gathered(party, with_submitted=True)))
    unknown = form.unknown()
    wanted = form.wanted(party.code)
    names = {theme.code: theme.name for theme in known}
    data = said_data(party, names.get(wanted.theme, ""), wanted, at=utc_now())
    return _Asked(party=party, form=form, unknown=unknown, wanted=wanted, data=data)
