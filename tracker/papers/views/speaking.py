"""Speaking points: writing them, reading them, releasing them to the Secretariat."""

from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.meetings.models import Round
from tracker.papers.national.data import meeting_words
from tracker.papers.national.queries import rounds_of_party
from tracker.papers.services.asking import ask_paper, fingerprint_of
from tracker.papers.speaking.forms import PointsForm
from tracker.papers.speaking.kinds import PDF, WORD
from tracker.papers.speaking.models import SpeakingPoints
from tracker.papers.speaking.policies import read_speaking_points, write_speaking_points
from tracker.papers.speaking.queries import points_of
from tracker.papers.speaking.reading import points_data
from tracker.papers.speaking.services import PointsChanged, keep_points, proposal, release_points, take_points_back
from tracker.papers.views.blueprint import bp
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code

_FORMATS: Final = {"pdf": PDF.code, "word": WORD.code}


@bp.route("/parties/<code:code>/speaking-points", methods=["GET", "POST"])
def edit_points(code: str) -> ResponseReturnValue:
    """Let a coordinator write the points; where none are kept yet, the form proposes some."""
    party = _own(code)
    form = PointsForm()
    rounds = _rounds(party)
    if not rounds:
        return render_template("papers/edit_points.html", party=party, form=form, rounds=[], round=None)
    round_ = _chosen(rounds)
    points, is_overtaken = _kept(party, round_)
    if form.is_submitted() and form.validate():
        return _save(party, round_, points, form)
    is_proposal = not form.is_submitted() and (points is None or "anew" in request.args)
    if not form.is_submitted():
        form.seen.data = points.version if points is not None else 0
        form.text.data = proposal(party, round_) if is_proposal or points is None else points.text
    return _page(party, rounds, round_, form, points, is_proposal=is_proposal, is_overtaken=is_overtaken)


def _page(
    party: Party, rounds: list[Round], round_: Round, form: PointsForm, points: SpeakingPoints | None, **more: Any
) -> str:
    return render_template(
        "papers/edit_points.html",
        party=party,
        rounds=[(each.meeting.code, meeting_words(each)) for each in rounds],
        round=round_,
        form=form,
        points=points,
        **more,
    )


def _save(party: Party, round_: Round, points: SpeakingPoints | None, form: PointsForm) -> ResponseReturnValue:
    target = url_for(".edit_points", code=party.code, round=round_.meeting.code)
    text, seen = form.text.data or "", form.seen.data or 0
    try:
        keep_points(party, round_, text, seen=seen, points=points, by=current_user(), at=utc_now())
    except PointsChanged as error:
        return _both(party.code, form, str(error))
    db.session.commit()
    flash(_("Saved. Only your coordinators read this until you release it."), "done")
    return redirect(target)


def _both(code: str, form: PointsForm, sentence: str) -> ResponseReturnValue:
    """Show what the other one saved above the form with what was typed."""
    db.session.rollback()
    set_reading_only(True)
    party = _own(code)
    rounds = _rounds(party)
    round_ = _chosen(rounds)
    points, is_overtaken = _kept(party, round_)
    form.seen.data, form.seen.raw_data = points.version if points is not None else 0, None
    return _page(
        party, rounds, round_, form, points, is_proposal=False, is_overtaken=is_overtaken, sentence=sentence
    ), 409


@bp.get("/parties/<code:code>/speaking-points/page")
def read_points(code: str) -> ResponseReturnValue:
    """Show the points as one page, to speak from and to print."""
    party, round_, points = _readable(code)
    return render_template(
        "papers/read_points.html",
        party=party,
        round=round_,
        points=points,
        data=points_data(points),
        may_write=write_speaking_points(current_user(), party),
    )


@bp.post("/parties/<code:code>/speaking-points/file")
def ask_points(code: str) -> ResponseReturnValue:
    """Ask for the points as a file."""
    party, round_, points = _readable(code)
    asked = ask_paper(
        _FORMATS.get(request.form.get("format", ""), PDF.code),
        {"party": party.code, "round": round_.meeting.code, "version": points.version},
        by=current_user(),
        at=utc_now(),
        party_id=party.id,
        round_id=round_.id,
        fingerprint=fingerprint_of(points_data(points)),
    )
    target = url_for(".show_paper", paper_id=asked.paper.id)
    db.session.commit()
    return redirect(target)


@bp.post("/parties/<code:code>/speaking-points/release")
def release(code: str) -> ResponseReturnValue:
    """Let the Secretariat read the points."""
    party = _own(code)
    round_ = _required(party)
    release_points(_kept(party, round_)[0], by=current_user(), at=utc_now())
    target = url_for(".edit_points", code=party.code, round=round_.meeting.code)
    db.session.commit()
    flash(_("Released. The Secretariat reads these points now."), "done")
    return redirect(target)


@bp.post("/parties/<code:code>/speaking-points/take-back")
def take_back(code: str) -> ResponseReturnValue:
    """Make the points private again."""
    party = _own(code)
    round_ = _required(party)
    take_points_back(_kept(party, round_)[0], by=current_user(), at=utc_now())
    target = url_for(".edit_points", code=party.code, round=round_.meeting.code)
    db.session.commit()
    flash(_("Taken back. The Secretariat does not see these points any more; it may have read them."), "done")
    return redirect(target)


def _own(code: str) -> Party:
    party: Party = db.first_or_404(party_by_code(code))
    require(write_speaking_points, party)
    return party


def _rounds(party: Party) -> list[Round]:
    return list(db.session.scalars(rounds_of_party(party.id, network_today())))


def _chosen(rounds: list[Round]) -> Round:
    """Return the round that the address or the form names, else the latest."""
    wanted = request.form.get("round") or request.args.get("round")
    return next((each for each in rounds if each.meeting.code == wanted), rounds[0])


def _required(party: Party) -> Round:
    rounds = _rounds(party)
    if not rounds:
        raise DomainError(_("No round has asked this party about anything yet."))
    return _chosen(rounds)


def _kept(party: Party, round_: Round) -> tuple[SpeakingPoints | None, bool]:
    """Return the points that are kept, and whether one of the party's answers was redacted since."""
    row = db.session.execute(points_of(party.id, round_.id)).first()
    return (None, False) if row is None else (row.SpeakingPoints, row.is_overtaken)


def _readable(code: str) -> tuple[Party, Round, SpeakingPoints]:
    """Return the points that the person may read: what there is not, and what they may not see, look the same."""
    party: Party = db.first_or_404(party_by_code(code))
    rounds = _rounds(party)
    points, is_overtaken = _kept(party, _chosen(rounds)) if rounds else (None, False)
    if points is None:
        abort(404)
    require(read_speaking_points, points)
    if is_overtaken and not write_speaking_points(current_user(), party):
        abort(404)
    return party, points.round, points
