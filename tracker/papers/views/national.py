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
from tracker.papers.national.forms import ReportForm, ReportPageForm
from tracker.papers.national.kinds import PDF, WORD
from tracker.papers.national.labels import HOLDS_NOTES
from tracker.papers.national.policies import Report, view_report, view_reports
from tracker.papers.national.queries import rounds_of_party
from tracker.papers.national.reading import read_report, report_of
from tracker.papers.policies import view_paper
from tracker.papers.queries import papers_of_party
from tracker.papers.services.asking import ask_paper, fingerprint_of
from tracker.papers.views.blueprint import bp
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code

_FORMATS: Final = {"pdf": PDF.code, "word": WORD.code}
#: How many papers made before are listed.
_LISTED: Final = 10


@bp.route("/parties/<code:code>/report", methods=["GET", "POST"])
def show_report(code: str) -> ResponseReturnValue:
    """Let somebody choose a national report, and list those made before."""
    party = db.first_or_404(party_by_code(code))
    require(view_reports, party)
    form = ReportForm()
    rounds = [(each, meeting_words(each)) for each in db.session.scalars(rounds_of_party(party.id, network_today()))]
    holds = _allowed(party)
    form.offer(rounds, holds)
    if not form.is_submitted():
        form.holds.data = Holds.ACCEPTED.value
        form.round.data = request.args.get("round")
    elif form.validate():
        choice = form.choice(party.code)
        if request.form.get("format") == "page":
            return redirect(url_for(".print_report", code=party.code, **_address_of(choice)))
        return _ask(party, choice)
    return render_template(
        "papers/show_report.html",
        party=party,
        form=form,
        notes={each.value: HOLDS_NOTES[each] for each in holds},
        has_rounds=bool(rounds),
        papers=_papers(party),
    )


@bp.get("/parties/<code:code>/report/page")
def print_report(code: str) -> ResponseReturnValue:
    """Show the report as one page, to read and to print."""
    party = db.first_or_404(party_by_code(code))
    require(view_reports, party)
    rounds = list(db.session.scalars(rounds_of_party(party.id, network_today())))
    if not rounds:
        return redirect(url_for(".show_report", code=party.code))
    form = ReportPageForm(request.args)
    form.offer(rounds, _allowed(party))
    unknown = form.unknown()
    choice = form.choice(party.code)
    round_ = next(each for each in rounds if each.meeting.code == choice.round)
    data = report_of(party, round_, choice, at=utc_now())
    return render_template("papers/print_report.html", party=party, report=data, unknown=unknown)


def _allowed(party: Party) -> list[Holds]:
    """Return what a report may hold that the person behind the request makes."""
    return [each for each in Holds if view_report(current_user(), Report(party, each))]


def _address_of(choice: Choice) -> dict[str, Any]:
    return {name: value for name, value in choice.parameters.items() if name != "party"}


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
