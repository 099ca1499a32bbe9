"""Cancelling a meeting, planning it again, noting that it was held."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.meetings import policies
from tracker.meetings.forms.meetings import ActForm, CancelForm
from tracker.meetings.models import MeetingState
from tracker.meetings.services import meetings as services
from tracker.meetings.views.blueprint import bp, load


@bp.route("/<int:meeting_id>/cancel", methods=["GET", "POST"])
def cancel_meeting(meeting_id: int) -> ResponseReturnValue:
    """Let an officer cancel a meeting and its round, with the reason."""
    meeting = load(meeting_id)
    require(policies.run_meeting, meeting)
    if meeting.state is not MeetingState.PLANNED:
        raise services.MeetingStands(_("Only a planned meeting can be cancelled."))
    form = CancelForm()
    if form.validate_on_submit():
        told = services.cancel_meeting(meeting, by=current_user(), at=utc_now(), reason=form.reason.data or "")
        db.session.commit()
        flash(
            ngettext(
                "The meeting is cancelled. %(num)d person gets the one notice of it; no reminder goes out any more.",
                "The meeting is cancelled. %(num)d people get the one notice of it; no reminder goes out any more.",
                told,
            )
            if told
            else _("The meeting is cancelled. Nobody is written to."),
            "done",
        )
        return redirect(url_for(".show_meeting", meeting_id=meeting_id))
    return render_template("meetings/cancel_meeting.html", form=form, meeting=meeting)


@bp.route("/<int:meeting_id>/reinstate", methods=["GET", "POST"])
def reinstate_meeting(meeting_id: int) -> ResponseReturnValue:
    """Let an officer plan a cancelled meeting again."""
    meeting = load(meeting_id)
    require(policies.run_meeting, meeting)
    if meeting.state is not MeetingState.CANCELLED:
        raise services.MeetingStands(_("This meeting is not cancelled."))
    form = ActForm()
    if form.validate_on_submit():
        has_round = meeting.round is not None
        services.reinstate_meeting(meeting, by=current_user(), at=utc_now())
        db.session.commit()
        if has_round:
            flash(_("The meeting is planned again and people are told. Look at the days of its round."), "done")
            return redirect(url_for(".plan_round", meeting_id=meeting_id))
        flash(_("The meeting is planned again."), "done")
        return redirect(url_for(".show_meeting", meeting_id=meeting_id))
    return render_template("meetings/reinstate_meeting.html", form=form, meeting=meeting)


@bp.post("/<int:meeting_id>/held")
def hold_meeting(meeting_id: int) -> ResponseReturnValue:
    """Let an officer note that a meeting was held."""
    meeting = load(meeting_id)
    require(policies.run_meeting, meeting)
    services.hold_meeting(meeting, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The meeting is marked as held."), "done")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))
