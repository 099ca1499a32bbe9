"""Pages about snapshots: taking one, reading it, comparing two, asking for the papers made from it."""

from typing import Any, Final

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require, use_tracker
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.filters import day
from tracker.meetings import panels
from tracker.meetings.models import Meeting
from tracker.meetings.panels import Panel
from tracker.meetings.policies import view_meeting
from tracker.meetings.queries import meeting_with_round
from tracker.papers.pack import kinds, overview
from tracker.papers.pack.chapters import Chapter
from tracker.papers.pack.state import State
from tracker.papers.policies import view_paper
from tracker.papers.queries import papers_of_kinds
from tracker.papers.services.asking import ask_paper
from tracker.papers.snapshots import labels, policies, services
from tracker.papers.snapshots.comparing import compare
from tracker.papers.snapshots.forms import CIRCLE_NOTES, PackForm, TakeForm
from tracker.papers.snapshots.models import Circle, Snapshot
from tracker.papers.snapshots.queries import snapshot_by_number, snapshots_visible

bp = Blueprint("snapshots", __name__)
__all__ = ["bp", "labels"]
_LISTED: Final = 10


@bp.route("/meetings/<int:meeting_id>/snapshots", methods=["GET", "POST"])
def list_snapshots(meeting_id: int) -> ResponseReturnValue:
    """List the snapshots taken for a meeting; let an officer take one."""
    meeting = db.first_or_404(meeting_with_round(meeting_id))
    require(view_meeting, meeting)
    form = TakeForm()
    if form.is_submitted():
        require(policies.take_snapshot, meeting)
        if form.validate():
            snapshot = services.take_snapshot(
                meeting,
                Circle(form.circle.data),
                zone_name=current_app.config["TRACKER_TIMEZONE"],
                by=current_user(),
                at=utc_now(),
            )
            number = snapshot.number
            db.session.commit()
            flash(
                _("Snapshot %(number)s is frozen. What changes from now on leaves it as it is.", number=number), "done"
            )
            return redirect(url_for(".show_snapshot", number=number))
    return render_template(
        "snapshots/list_snapshots.html",
        meeting=meeting,
        form=form,
        notes=CIRCLE_NOTES,
        may_take=policies.take_snapshot(current_user(), meeting),
        snapshots=[each for each in _visible() if each.meeting_id == meeting_id],
    )


@bp.route("/snapshots/<int:number>", methods=["GET", "POST"])
def show_snapshot(number: int) -> ResponseReturnValue:
    """Show what a snapshot says as a whole, and let people ask for the papers made from it."""
    snapshot = _load(number)
    earlier = [each for each in _visible() if each.number < number]
    form = PackForm()
    form.offer(earlier, snapshot_words)
    if not form.is_submitted():
        form.compare.data = str(_natural(snapshot, earlier) or "")
        form.chapters.data = [each.value for each in Chapter]
    elif form.validate():
        return _ask(snapshot, form)
    state = State(services.content_of(snapshot))
    return render_template(
        "snapshots/show_snapshot.html",
        snapshot=snapshot,
        form=form,
        earlier=earlier,
        is_unaltered=services.is_unaltered(snapshot),
        reported=overview.who_reported(state),
        matrix=overview.matrix(state),
        papers=_papers(number),
        names_with_notes=[each["footnote"] for each in state.parties.values() if each["footnote"]],
    )


@bp.get("/snapshots/<int:number>.json")
def download_snapshot(number: int) -> ResponseReturnValue:
    """Hand out the frozen text itself, so that its hash can be checked elsewhere."""
    snapshot = _load(number)
    response = Response(snapshot.content, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"snapshot-{number}.json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/snapshots/<int:number>/compare/<int:earlier>")
def compare_snapshots(number: int, earlier: int) -> ResponseReturnValue:
    """Show what moved between two snapshots."""
    later, before = _load(number), _load(earlier)
    now, was = State(services.content_of(later)), State(services.content_of(before))
    moved = compare(was.content, now.content)
    return render_template(
        "snapshots/compare_snapshots.html",
        later=later,
        before=before,
        changes=overview.changes(now, was, before.number, moved),
        names_with_notes=[each["footnote"] for each in now.parties.values() if each["footnote"]],
    )


def snapshot_words(snapshot: Snapshot) -> str:
    """Return what a snapshot is called in a list to choose from."""
    return str(
        _(
            "Snapshot %(number)s, %(day)s, %(meeting)s",
            number=snapshot.number,
            day=day(snapshot.taken_at.date()),
            meeting=snapshot.meeting.title,
        )
    )


def _load(number: int) -> Snapshot:
    require(use_tracker, None)
    snapshot: Snapshot = db.first_or_404(snapshot_by_number(number))
    require(policies.view_snapshot, snapshot)
    return snapshot


def _visible() -> list[Snapshot]:
    return list(db.session.scalars(snapshots_visible(reads_all=current_user().is_secretariat)))


def _natural(snapshot: Snapshot, earlier: list[Snapshot]) -> int | None:
    """Return the snapshot that people compare with first: the last one of another meeting, of the same view if any."""
    alike = [each for each in earlier if each.circle is snapshot.circle] or earlier
    others = [each for each in alike if each.meeting_id != snapshot.meeting_id]
    return next((each.number for each in others or alike), None)


def _ask(snapshot: Snapshot, form: PackForm) -> ResponseReturnValue:
    kind = kinds.FORMATS.get(request.form.get("format", ""), kinds.PDF.code)
    choice = form.choice(snapshot.number)
    asked = ask_paper(
        kind, choice.parameters, by=current_user(), at=utc_now(), fingerprint=snapshot.sha256, is_kept=True
    )
    target = url_for("papers.show_paper", paper_id=asked.paper.id)
    if asked.is_same and not asked.paper.is_unmade:
        flash(_("These papers were made before; a snapshot does not change."), "info")
    db.session.commit()
    return redirect(target)


def _papers(number: int) -> list[Any]:
    rows = db.session.scalars(papers_of_kinds(list(kinds.FORMATS.values()), containing=f'"snapshot":{number}}}'))
    return [paper for paper in rows if view_paper(current_user(), paper)][:_LISTED]


def snapshots_of_meeting(meeting: Meeting, reader: User) -> Panel | None:
    """Return the block on the page of a meeting: its latest snapshots, and the way to take one."""
    found = [
        each
        for each in db.session.scalars(snapshots_visible(reads_all=reader.is_secretariat))
        if each.meeting_id == meeting.id
    ]
    if not found and not reader.is_secretariat:
        return None
    return Panel("snapshots/_panel.html", {"snapshots": found[:3], "meeting": meeting})


panels.add("snapshots", snapshots_of_meeting)
