"""Entering a meeting, changing it, and moving it with its round."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import current_user, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.instruments.queries import themes
from tracker.meetings import policies
from tracker.meetings.forms.meetings import MeetingForm
from tracker.meetings.models import Meeting, MeetingState
from tracker.meetings.queries import instruments_for_choice
from tracker.meetings.services import meetings as services
from tracker.meetings.services.meetings import Move
from tracker.meetings.timeline import ladder
from tracker.meetings.views.blueprint import bp, load, state_of
from tracker.meetings.views.conflict import clashes, last_changed
from tracker.parties.queries import all_parties


@bp.route("/new", methods=["GET", "POST"])
def plan_meeting() -> ResponseReturnValue:
    """Let an officer enter a meeting."""
    require(policies.plan_meeting, None)
    form = _form()
    if form.validate_on_submit():
        meeting = services.plan_meeting(form.values(), by=current_user(), at=utc_now())
        meeting_id, is_planned = meeting.id, meeting.state is MeetingState.PLANNED
        db.session.commit()
        if is_planned:
            flash(_("The meeting is planned. Now plan its round; nobody has been told yet."), "done")
            return redirect(url_for(".plan_round", meeting_id=meeting_id))
        flash(_("The meeting is entered as held, because its days have passed."), "done")
        return redirect(url_for(".show_meeting", meeting_id=meeting_id))
    if request.method == "GET":
        form.timezone.data = current_app.config["TRACKER_TIMEZONE"]
    return render_template("meetings/edit_meeting.html", form=form, meeting=None)


@bp.route("/<int:meeting_id>/edit", methods=["GET", "POST"])
def edit_meeting(meeting_id: int) -> ResponseReturnValue:
    """Let an officer change a meeting. A new first day is shown with what it does to the round before it is saved."""
    meeting = load(meeting_id)
    require(policies.run_meeting, meeting)
    form = _form()
    if request.method == "GET":
        form.take(meeting)
        form.seen.data = state_of(meeting)
    elif form.validate():
        return _save(meeting, form)
    return render_template("meetings/edit_meeting.html", form=form, meeting=meeting)


def _save(meeting: Meeting, form: MeetingForm) -> ResponseReturnValue:
    at, values = utc_now(), form.values()
    if form.seen.data != state_of(meeting):
        return _conflict(meeting, form)
    move = services.preview(meeting, values.starts_on, at=at)
    if move is not None and (form.shown.data != _fingerprint(move) or (move.due_passes and not form.accept_past.data)):
        return _ask(meeting, form, move)
    told = services.change_meeting(meeting, values, by=current_user(), at=at, accept_past=bool(form.accept_past.data))
    meeting_id = meeting.id
    db.session.commit()
    if told:
        flash(
            ngettext(
                "The meeting moves, and its round with it. %(num)d person is told by mail, once.",
                "The meeting moves, and its round with it. %(num)d people are told by mail, once.",
                told,
            ),
            "done",
        )
    else:
        flash(_("The meeting is saved."), "done")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))


def _ask(meeting: Meeting, form: MeetingForm, move: Move) -> ResponseReturnValue:
    """Show old and new days side by side before anything is saved."""
    assert meeting.round is not None  # a move is a move of a round
    was_shown = form.shown.data == _fingerprint(move)
    if was_shown:
        form.refuse(form.accept_past, _("Tick that this is meant, or go back and choose another day."))
    form.shown.data = _fingerprint(move)
    values = form.values()
    return render_template(
        "meetings/confirm_move.html",
        form=form,
        meeting=meeting,
        round=meeting.round,
        move=move,
        values=values,
        fields=[(name, value) for name in request.form for value in request.form.getlist(name) if name in _kept(form)],
        today=network_today(),
        rungs=ladder(
            Meeting(starts_on=values.starts_on, ends_on=values.ends_on, date_precision=values.date_precision),
            move.after,
            zone_name=meeting.round.timezone,
            today=network_today(),
            round_=meeting.round,
        ),
        is_told=meeting.state is MeetingState.PLANNED,
    )


def _kept(form: MeetingForm) -> set[str]:
    """Return the fields that the page of a move sends on as they were typed."""
    return {field.name for field in form} - {"csrf_token", "seen", "shown", "accept_past"}


def _fingerprint(move: Move) -> str:
    """Return what says which days the officer has seen."""
    days = (move.after.opens_on, move.after.due_on, move.after.closes_on, move.after.share_on)
    return "/".join(str(day) for day in days)


def _conflict(meeting: Meeting, form: MeetingForm) -> ResponseReturnValue:
    """Answer the second of two officers: both values, and the form as it was typed."""
    saved = MeetingForm(formdata=None, meta={"csrf": False})
    _offer(saved)
    saved.take(meeting)
    form.seen.data, form.shown.data = state_of(meeting), ""
    page = render_template(
        "meetings/edit_meeting.html",
        form=form,
        meeting=meeting,
        clashes=clashes(saved, form),
        changed=last_changed(meeting),
    )
    return page, 409


def _form() -> MeetingForm:
    form = MeetingForm()
    _offer(form)
    return form


def _offer(form: Any) -> None:
    form.offer(
        themes=db.session.scalars(themes()),
        instruments=db.session.execute(instruments_for_choice()),
        parties=db.session.scalars(all_parties()).all(),
    )
