"""The Secretariat's review: the queue, one update, the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import contains_eager, joinedload

from tracker.accounts.access import current_user, require
from tracker.core import navigation
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.difference import Part, words
from tracker.core.forms import options
from tracker.core.paging import page_number, page_of
from tracker.core.zones import local_day
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.queries import all_parties
from tracker.progress import policies
from tracker.progress.checks import Remark
from tracker.progress.forms.review import BulkAcceptForm, DecisionForm, NoteForm, ReopenForm, ReviewFilterForm
from tracker.progress.models import ReviewNote, Revision, Update
from tracker.progress.queries.evidence import evidence_of_revision
from tracker.progress.queries.figures import pinned_by
from tracker.progress.queries.review import (
    ReviewFilter,
    awaiting_review,
    count_waiting,
    neighbours,
    update_under_review,
)
from tracker.progress.services import review
from tracker.progress.services.disclosing import as_seen, blocks_of
from tracker.progress.views.story import steps_of_revision
from tracker.progress.workflow import UpdateState

bp = Blueprint("review", __name__, url_prefix="/review")
navigation.add(
    bp,
    navigation.NavigationEntry(
        _l("Review"),
        "review.list_waiting",
        ("secretariat",),
        order=20,
        badge=lambda: db.session.scalar(count_waiting()) or 0,
        covers=("review.",),
    ),
)

#: An update that waits longer than this is pointed out. Source: DESIGN §4.
LONG_WAIT: Final = timedelta(days=5)

#: The texts that are compared, with their headings.
TEXTS: Final = (
    ("narrative", _l("What has been done")),
    ("reason", _l("Why it does not apply")),
    ("obstacles", _l("What stands in the way")),
    ("next_steps", _l("What comes next")),
    ("help_text", _l("Help that is needed")),
    ("share_text", _l("What can be shared")),
)


@bp.get("")
def list_waiting() -> ResponseReturnValue:
    """Show the officer what waits, the longest first."""
    require(policies.see_review, None)
    form = ReviewFilterForm(request.args)
    parties = db.session.scalars(all_parties())
    form.party.choices = options([("", _("All parties")), *((party.code, party.short_name) for party in parties)])
    instruments = db.session.execute(
        sa.select(Instrument.code, Instrument.short_title).order_by(Instrument.adopted_on, Instrument.id)
    )
    form.instrument.choices = options(
        [("", _("All instruments")), *((row.code, row.short_title) for row in instruments)]
    )
    for label in form.unknown():
        flash(_("The filter “%(label)s” was not known. Everything is shown.", label=label), "care")
    wanted = ReviewFilter(
        party=form.party.data or None,
        instrument=form.instrument.data or None,
        kind=form.kind.data or None,
        reviewer_id=current_user().id,
    )
    page = page_of(awaiting_review(wanted), number=page_number())
    return render_template(
        "review/list_waiting.html",
        form=form,
        page=page,
        accept_form=BulkAcceptForm(),
        now=utc_now(),
        long_wait=LONG_WAIT,
        me=current_user().id,
        is_filtered=bool(wanted.party or wanted.instrument or wanted.kind),
    )


@bp.post("/accept")
def accept_several() -> ResponseReturnValue:
    """Accept the updates ticked in the queue, all or none."""
    require(policies.see_review, None)
    form = BulkAcceptForm()
    chosen = form.chosen(request.form.getlist("chosen")) if form.validate_on_submit() else {}
    if not chosen:
        flash(_("Nothing was ticked. Tick the updates that you have read, then accept them."), "care")
        return redirect(url_for(".list_waiting"))
    updates = db.session.scalars(sa.select(Update).where(Update.id.in_(chosen)).order_by(Update.id)).all()
    for update in updates:
        require(policies.read_for_review, update)
    review.accept(updates, by=current_user(), at=utc_now(), read=[chosen[update.id] for update in updates])
    count = len(updates)
    db.session.commit()
    flash(
        ngettext(
            "%(num)d update accepted. The party has been told.",
            "%(num)d updates accepted. The parties have been told.",
            count,
        ),
        "done",
    )
    return redirect(url_for(".list_waiting"))


@bp.route("/<int:update_id>", methods=["GET", "POST"])
def show_update(update_id: int) -> ResponseReturnValue:
    """Let the officer read one update beside the last accepted answer, and decide."""
    update = db.first_or_404(update_under_review(update_id))
    require(policies.read_for_review, update)
    form = DecisionForm()
    if request.method == "POST":
        require(policies.review_update, update)
        if form.validate_on_submit():
            return _decide(update, form)
    form.read.data = update.latest_revision_id
    return _page(update, form=form)


@bp.post("/<int:update_id>/start")
def start_review(update_id: int) -> ResponseReturnValue:
    """Hold an update, so that the party cannot take it back while it is read."""
    update = db.get_or_404(Update, update_id)
    require(policies.review_update, update)
    review.start_review(update, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("You are reviewing this update. The party cannot take it back meanwhile."), "done")
    return redirect(url_for(".show_update", update_id=update_id))


@bp.route("/<int:update_id>/reopen", methods=["GET", "POST"])
def reopen_update(update_id: int) -> ResponseReturnValue:
    """Give an accepted update back to its party, with the reason."""
    update = db.first_or_404(update_under_review(update_id))
    require(policies.review_update, update)
    form = ReopenForm()
    if form.validate_on_submit():
        party = update.item.party.short_name
        review.reopen(update, by=current_user(), at=utc_now(), reason=form.reason.data or "")
        db.session.commit()
        flash(_("The update is open again. %(party)s has been told.", party=party), "done")
        return redirect(url_for(".show_update", update_id=update_id))
    return render_template("review/reopen_update.html", update=update, form=form)


@bp.post("/<int:update_id>/notes")
def add_note(update_id: int) -> ResponseReturnValue:
    """Keep a note among the Secretariat."""
    update = db.first_or_404(update_under_review(update_id))
    require(policies.read_for_review, update)
    form = NoteForm()
    if form.validate_on_submit():
        review.add_note(update, by=current_user(), at=utc_now(), text=form.text.data or "")
        db.session.commit()
        flash(_("The note is kept. Only the Secretariat reads it."), "done")
        return redirect(url_for(".show_update", update_id=update_id, _anchor="notes"))
    return _page(update, note_form=form)


def _decide(update: Update, form: DecisionForm) -> ResponseReturnValue:
    at, by, party = utc_now(), current_user(), update.item.party.short_name
    following = db.session.execute(neighbours(update)).one()
    if form.do.data == "return":
        review.return_for_correction(update, by=by, at=at, reason=form.reason.data or "", read=form.read.data)
        done = _("Returned to %(party)s, who have been told.", party=party)
    else:
        review.accept([update], by=by, at=at, read=[form.read.data or 0])
        done = _("Accepted. %(party)s has been told.", party=party)
    db.session.commit()
    next_id = following.next_id or following.previous_id
    if next_id is None:
        flash(done + " " + _("Nothing else waits for review."), "done")
        return redirect(url_for(".list_waiting"))
    flash(done + " " + _("This is the next one."), "done")
    return redirect(url_for(".show_update", update_id=next_id))


@dataclass(frozen=True)
class Comparison:
    """One text of an answer beside its last accepted form."""

    heading: str
    parts: Sequence[Part]
    is_changed: bool
    before: str
    after: str


def _compare(before: Revision | None, after: Revision) -> list[Comparison]:
    rows = []
    for name, heading in TEXTS:
        old, new = getattr(before, name) if before else "", getattr(after, name)
        if old or new:
            rows.append(Comparison(str(heading), words(old, new), old != new, old, new))
    return rows


def _page(
    update: Update, *, form: DecisionForm | None = None, note_form: NoteForm | None = None
) -> ResponseReturnValue:
    revision = update.latest_revision
    assert revision is not None  # who may read it for review has something to read
    last = _last_accepted(update)
    evidence = db.session.execute(evidence_of_revision(revision.id)).all()
    notes = db.session.scalars(
        sa.select(ReviewNote)
        .options(joinedload(ReviewNote.author))
        .where(ReviewNote.update_id == update.id)
        .order_by(ReviewNote.id)
    ).all()
    if form is None:
        form = DecisionForm(formdata=None)
        form.read.data = update.latest_revision_id
    now = utc_now()
    return render_template(
        "review/show_update.html",
        update=update,
        item=update.item,
        revision=revision,
        last=last,
        comparisons=_compare(last, revision),
        evidence=evidence,
        remarks=[Remark.read(each) for each in revision.remarks],
        steps=steps_of_revision(revision.steps),
        figures=blocks_of(as_seen(db.session.execute(pinned_by(revision.id)), is_inside=True)),
        notes=notes,
        form=form,
        note_form=note_form or NoteForm(formdata=None),
        place=db.session.execute(neighbours(update)).one() if update.state is UpdateState.SUBMITTED else None,
        waiting_days=_days_between(update.submitted_at, now),
        share_on=update.round.share_on,
        is_own=update.submitted_by_id == current_user().id,
    )


def _last_accepted(update: Update) -> Revision | None:
    """Return the answer that was accepted before the one shown: of this round, else of the latest before it."""
    return db.session.scalar(
        sa.select(Revision)
        .join(Update, Update.accepted_revision_id == Revision.id)
        .join(Round, Round.id == Update.round_id)
        .options(contains_eager(Revision.round))
        .where(
            Update.item_id == update.item_id,
            Revision.id != update.latest_revision_id,
            sa.or_(Update.id == update.id, Round.due_on < update.round.due_on),
        )
        .order_by(Round.due_on.desc(), Round.id.desc())
        .limit(1)
    )


def _days_between(earlier: datetime | None, later: datetime) -> int:
    zone = current_app.config["TRACKER_TIMEZONE"]
    return (local_day(later, zone) - local_day(earlier, zone)).days if earlier else 0
