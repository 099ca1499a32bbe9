"""The round that leads up to a meeting: its days and scope, opening and closing it, more time for one party."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.core.filters import day
from tracker.meetings import policies
from tracker.meetings.forms.fields import day_in
from tracker.meetings.forms.rounds import ExtensionForm, OpenAgainForm, RoundForm
from tracker.meetings.models import Extension, Meeting, MeetingState, Round
from tracker.meetings.queries import instruments_in_use, parties_without_extension
from tracker.meetings.rules import extension_of
from tracker.meetings.schedule import proposed
from tracker.meetings.services import rounds as services
from tracker.meetings.timeline import ladder
from tracker.meetings.views.blueprint import bp, load, state_of
from tracker.meetings.views.conflict import clashes, last_changed
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code


@bp.route("/<int:meeting_id>/round", methods=["GET", "POST"])
def plan_round(meeting_id: int) -> ResponseReturnValue:
    """Propose a round, or show the one there is; let an officer set its days and scope."""
    meeting = load(meeting_id)
    require(policies.run_meeting, meeting)
    if meeting.round is None and meeting.state is not MeetingState.PLANNED:
        raise services.RoundStands(_("Only a planned meeting can get a round."))
    in_use = db.session.execute(instruments_in_use()).all()
    form = RoundForm()
    form.offer(_scope_offered(meeting, in_use))
    if request.method == "GET":
        _take(form, meeting, [row.id for row in in_use])
        form.seen.data = state_of(meeting)
    elif form.validate() and form.check_days(today=network_today(), due_was_on=_due_on(meeting)):
        return _save(meeting, form)
    return _page(meeting, form)


def _scope_offered(meeting: Meeting, in_use: Sequence[Any]) -> list[Any]:
    """Return the instruments with commitments that are followed up, and whatever else is in scope already."""
    known = {row.id for row in in_use}
    in_scope = meeting.round.instruments if meeting.round is not None else []
    return [*in_use, *(instrument for instrument in in_scope if instrument.id not in known)]


def _take(form: RoundForm, meeting: Meeting, in_use: list[int]) -> None:
    if meeting.round is None:
        form.take(proposed(meeting.starts_on), in_use)
    else:
        form.take(meeting.round.dates, [instrument.id for instrument in meeting.round.instruments])


def _due_on(meeting: Meeting) -> date | None:
    return meeting.round.due_on if meeting.round is not None else None


def _save(meeting: Meeting, form: RoundForm) -> ResponseReturnValue:
    if form.seen.data != state_of(meeting):
        return _conflict(meeting, form)
    by, at, values = current_user(), utc_now(), form.values()
    meeting_id = meeting.id
    if meeting.round is None:
        services.plan_round(meeting, values, timezone=current_app.config["TRACKER_TIMEZONE"], by=by, at=at)
        words = _("The round is planned. It opens by itself on %(day)s.", day=day(values.dates.opens_on))
    elif services.change_round(meeting.round, values, by=by, at=at):
        words = _("The round is saved. Reminders that have not left go by the new days.")
    else:
        words = _("Nothing was changed.")
    db.session.commit()
    flash(words, "done")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))


def _conflict(meeting: Meeting, form: RoundForm) -> ResponseReturnValue:
    """Answer the second of two officers: both values, and the form as it was typed."""
    in_use = db.session.execute(instruments_in_use()).all()
    saved = RoundForm(formdata=None, meta={"csrf": False})
    saved.offer(_scope_offered(meeting, in_use))
    _take(saved, meeting, [row.id for row in in_use])
    form.seen.data = state_of(meeting)
    return _page(meeting, form, saved=saved), 409


def _page(meeting: Meeting, form: RoundForm, *, saved: RoundForm | None = None) -> str:
    round_, today = meeting.round, network_today()
    zone_name = round_.timezone if round_ is not None else current_app.config["TRACKER_TIMEZONE"]
    dates = round_.dates if round_ is not None else proposed(meeting.starts_on)
    return render_template(
        "meetings/plan_round.html",
        form=form,
        meeting=meeting,
        round=round_,
        rungs=ladder(meeting, dates, zone_name=zone_name, today=today, round_=round_),
        zone_name=zone_name,
        today=today,
        due_has_passed=dates.due_on < today,
        clashes=clashes(saved, form) if saved is not None else [],
        changed=last_changed(meeting) if saved is not None else None,
    )


def _round(meeting_id: int) -> Round:
    """Return the round of a meeting that the officer may run."""
    meeting = load(meeting_id)
    require(policies.run_meeting, meeting)
    if meeting.round is None:
        raise services.RoundStands(_("This meeting has no round yet. Plan it first."))
    return meeting.round


@bp.post("/<int:meeting_id>/round/open")
def open_round(meeting_id: int) -> ResponseReturnValue:
    """Let an officer open the round for all, before its day."""
    services.open_now(_round(meeting_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The round is open. All parties can report from now on."), "done")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))


@bp.post("/<int:meeting_id>/round/close")
def close_round(meeting_id: int) -> ResponseReturnValue:
    """Let an officer close the round for all."""
    services.close_now(_round(meeting_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The round is closed. Only parties with an extension can still report."), "done")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))


@bp.route("/<int:meeting_id>/round/open-again", methods=["GET", "POST"])
def open_round_again(meeting_id: int) -> ResponseReturnValue:
    """Let an officer open a closed round once more, until a day."""
    round_ = _round(meeting_id)
    form = OpenAgainForm()
    if request.method == "GET":
        form.closes_on.data = max(round_.closes_on, network_today())
    elif form.validate():
        closes_on = day_in(form.closes_on)
        earliest = max(network_today(), round_.due_on)
        if closes_on < earliest:
            form.refuse(form.closes_on, _("Enter %(day)s or a later day.", day=day(earliest)))
        else:
            services.open_again(round_, closes_on=closes_on, by=current_user(), at=utc_now())
            db.session.commit()
            flash(_("The round is open again until the end of %(day)s.", day=day(closes_on)), "done")
            return redirect(url_for(".show_meeting", meeting_id=meeting_id))
    return render_template("meetings/open_round_again.html", form=form, meeting=round_.meeting, round=round_)


@bp.route("/<int:meeting_id>/round/extensions", methods=["GET", "POST"])
def extend_round(meeting_id: int) -> ResponseReturnValue:
    """Let an officer give one party more time."""
    round_ = _round(meeting_id)
    form = ExtensionForm()
    form.offer(db.session.scalars(parties_without_extension(round_.id)).all())
    if form.validate_on_submit() and (answer := _extend(round_, form)):
        return answer
    return render_template("meetings/extend_round.html", form=form, meeting=round_.meeting, round=round_)


def _extend(round_: Round, form: ExtensionForm) -> ResponseReturnValue | None:
    """Grant the extension, or put what is wrong with it beside its field."""
    party: Party = db.first_or_404(party_by_code(form.party.data))
    due_on = day_in(form.due_on)
    if due_on <= round_.due_on:
        form.refuse(form.due_on, _("The others have until %(day)s. Enter a later day.", day=day(round_.due_on)))
        return None
    if due_on < network_today():
        form.refuse(form.due_on, _("This day has passed. Enter a later one."))
        return None
    name, meeting_id = party.short_name, round_.meeting_id
    services.grant_extension(
        round_, party, due_on=due_on, reason=form.reason.data or "", by=current_user(), at=utc_now()
    )
    db.session.commit()
    flash(
        _("%(party)s has until the end of %(day)s. Its reminders go by that day.", party=name, day=day(due_on)), "done"
    )
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))


@bp.post("/<int:meeting_id>/round/extensions/<code:code>/withdraw")
def withdraw_extension(meeting_id: int, code: str) -> ResponseReturnValue:
    """Let an officer take an extension back."""
    round_ = _round(meeting_id)
    party: Party = db.first_or_404(party_by_code(code))
    extension: Extension | None = extension_of(round_, party.id)
    if extension is None:
        raise services.ExtensionRefused(_("%(party)s has no extension any more.", party=party.short_name))
    name, due_on = party.short_name, round_.due_on
    services.withdraw_extension(extension, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("%(party)s reports by the end of %(day)s, as the others.", party=name, day=day(due_on)), "done")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))
