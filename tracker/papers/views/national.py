"""The national report: choosing one, reading it as a page, asking for it as a file."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.papers.national.choices import Choice, Holds
from tracker.papers.national.data import meeting_words, timeless
from tracker.papers.national.forms import HOLDS_NOTES, ReportForm
from tracker.papers.national.kinds import PDF
from tracker.papers.national.policies import Report, view_report, view_reports
from tracker.papers.national.queries import rounds_of_party
from tracker.papers.national.reading import read_report
from tracker.papers.policies import view_paper
from tracker.papers.queries import papers_of_party
from tracker.papers.services.asking import ask_paper, fingerprint_of
from tracker.papers.views.blueprint import bp
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code

_FORMATS: Final = {"pdf": PDF.code}
#: How many papers made before are listed.
_LISTED: Final = 10


@bp.route("/parties/<code:code>/report", methods=["GET", "POST"])
def show_report(code: str) -> ResponseReturnValue:
    """Let somebody choose a national report, and list those made before."""
    party = db.first_or_404(party_by_code(code))
    require(view_reports, party)
    form = ReportForm()
    rounds = [(each, meeting_words(each)) for each in db.session.scalars(rounds_of_party(party.id, network_today()))]
    holds = [each for each in Holds if view_report(current_user(), Report(party, each))]
    form.offer(rounds, holds)
    if not form.is_submitted():
        form.holds.data = Holds.ACCEPTED.value
    elif form.validate():
        return _ask(party, form.choice(party.code))
    return render_template(
        "papers/show_report.html",
        party=party,
        form=form,
        notes={each.value: HOLDS_NOTES[each] for each in holds},
        has_rounds=bool(rounds),
        papers=_papers(party),
    )


def _ask(party: Party, choice: Choice) -> ResponseReturnValue:
    kind = _FORMATS.get(request.form.get("format", ""), PDF.code)
    data = read_report(choice, at=utc_now())
    asked = ask_paper(
        kind,
        choice.parameters,
        by=current_user(),
        at=utc_now(),
        party_id=party.id,
        fingerprint=fingerprint_of(timeless(data)),
    )
    target = url_for(".show_paper", paper_id=asked.paper.id)
    if asked.is_same and not asked.paper.is_unmade:
        flash(_("Nothing has changed since this one was made."), "info")
    db.session.commit()
    return redirect(target)


def _papers(party: Party) -> list[Any]:
    rows = db.session.scalars(papers_of_party(party.id, list(_FORMATS.values()), limit=_LISTED))
    return [paper for paper in rows if view_paper(current_user(), paper)]
