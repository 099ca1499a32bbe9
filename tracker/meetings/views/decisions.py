"""Minuting what a meeting decided."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.instruments.queries import themes
from tracker.meetings import policies
from tracker.meetings.forms.decisions import DecisionsForm
from tracker.meetings.models import Decision, Meeting
from tracker.meetings.queries import decisions_of
from tracker.meetings.services.decisions import MinutesAreOlder, mark_of, minute
from tracker.meetings.views.blueprint import bp, load


@bp.route("/<int:meeting_id>/decisions", methods=["GET", "POST"])
def minute_decisions(meeting_id: int) -> ResponseReturnValue:
    """Let an officer write down what a meeting decided."""
    meeting = load(meeting_id)
    require(policies.run_meeting, meeting)
    offered = db.session.scalars(themes()).all()
    standing = db.session.scalars(decisions_of(meeting.id)).all()
    form = DecisionsForm()
    if not form.is_submitted():
        form.show(standing, mark=mark_of(standing))
    elif "more" in request.form:
        form.add_rows()
    form.offer(offered)
    if form.is_submitted() and "more" not in request.form and form.validate():
        try:
            changed = minute(meeting, form.decisions(), seen=form.seen.data or "", by=current_user(), at=utc_now())
        except MinutesAreOlder as older:
            return _both(meeting_id, form, str(older)), 409
        db.session.commit()
        flash(
            _("The decisions are kept. All signed-in people read them.") if changed else _("Nothing was changed."),
            "done",
        )
        return redirect(url_for(".show_meeting", meeting_id=meeting_id, _anchor="decisions"))
    return _page(meeting, form, standing)


def _page(meeting: Meeting, form: DecisionsForm, standing: Sequence[Decision], *, sentence: str = "") -> str:
    return render_template(
        "meetings/minute_decisions.html",
        meeting=meeting,
        form=form,
        standing={str(each.id): each for each in standing},
        sentence=sentence,
    )


def _both(meeting_id: int, form: DecisionsForm, sentence: str) -> str:
    """Show what the other one saved above the form with what was typed; the next save counts."""
    db.session.rollback()
    set_reading_only(True)
    meeting = load(meeting_id)
    standing = db.session.scalars(decisions_of(meeting_id)).all()
    form.seen.data = mark_of(standing)
    return _page(meeting, form, standing, sentence=sentence)
