"""Making commitments of what a meeting decided."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.queries import themes
from tracker.meetings.policies import run_meeting
from tracker.meetings.queries import decisions_of, meeting_locked, meeting_with_round
from tracker.progress.forms.conclusions import ConclusionsForm
from tracker.progress.services.conclusions import make_commitments as make
from tracker.progress.views.corrections import about_items

bp = Blueprint("conclusions", __name__)


@bp.route("/meetings/<int:meeting_id>/decisions/commitments", methods=["GET", "POST"])
def make_commitments(meeting_id: int) -> ResponseReturnValue:
    """Let an officer choose which decisions the parties report on from now on."""
    form = ConclusionsForm()
    if form.is_submitted():
        db.session.execute(meeting_locked(meeting_id))
    meeting = db.first_or_404(meeting_with_round(meeting_id))
    require(run_meeting, meeting)
    decisions = {str(each.id): each for each in db.session.scalars(decisions_of(meeting_id))}
    free = [each for each in decisions.values() if each.commitment_id is None and each.settled_on is None]
    if not form.is_submitted():
        form.show(free)
    form.offer(db.session.scalars(themes()).all())
    if form.validate_on_submit():
        chosen = form.chosen(decisions)
        if chosen:
            instrument, items = make(meeting, chosen, by=current_user(), at=utc_now())
            code, number = instrument.code, len(chosen)
            db.session.commit()
            flash(
                ngettext("%(num)s commitment is made.", "%(num)s commitments are made.", number)
                + about_items(items)
                + " "
                + _("Put the instrument into the scope of the next round, so that the parties report on it."),
                "done",
            )
            return redirect(url_for("instruments.show_instrument", code=code))
        flash(_("Tick at least one decision."), "care")
    return render_template(
        "conclusions/make_commitments.html", meeting=meeting, form=form, decisions=decisions, is_any=bool(free)
    )
