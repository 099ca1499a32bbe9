"""The ladder of a round: its rungs, and the Secretariat's own words."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.mail import services as mail
from tracker.meetings.models import Round
from tracker.reminders import policies, queries, services
from tracker.reminders.forms import RungForm
from tracker.reminders.records import RoundNow
from tracker.reminders.schedule import Audience, Rung
from tracker.reminders.texts import PLACEHOLDERS
from tracker.reminders.views.blueprint import bp


@bp.get("/rounds/<int:round_id>")
def show_ladder(round_id: int) -> ResponseReturnValue:
    """Show when a round reminds whom."""
    require(policies.see_reminders, None)
    row = db.session.execute(queries.rounds_by_id([round_id])).one_or_none()
    if row is None:
        abort(404)
    rules = db.session.scalars(queries.rules_of([round_id])).all()
    round_ = RoundNow(*row)
    round_.rungs.extend(rule.rung for rule in rules)
    season = round_.season()
    steps = [
        (rung, season.day_of(rung.offset_days)) for rung in sorted(round_.ladder, key=lambda each: each.offset_days)
    ]
    paused = set(db.session.scalars(queries.pauses()))
    return render_template("reminders/show_ladder.html", round=round_, steps=steps, is_paused=round_id in paused)


@bp.route("/rounds/<int:round_id>/steps/new", methods=["GET", "POST"])
def add_rung(round_id: int) -> ResponseReturnValue:
    """Add a step to a round's ladder."""
    return _edit(round_id, None)


@bp.route("/rounds/<int:round_id>/steps/<key>", methods=["GET", "POST"])
def edit_rung(round_id: int, key: str) -> ResponseReturnValue:
    """Change a step of a round's ladder, by its name: ``D-21``."""
    return _edit(round_id, key)


def _edit(round_id: int, key: str | None) -> ResponseReturnValue:
    require(policies.run_reminders, None)
    round_ = db.get_or_404(Round, round_id)
    title = round_.meeting.title
    ladder = {rung.key: rung for rung in services.ladder_of(round_)}
    if key is not None and key not in ladder:
        abort(404)
    rung = ladder[key] if key is not None else Rung(0, Audience.PARTY)
    offset = rung.offset_days if key is not None else None
    form = RungForm(
        data={
            "days": offset,
            "audience": rung.audience.value,
            "is_enabled": rung.is_enabled,
            "subject": rung.subject,
            "body": rung.body,
        }
    )
    form.offer()
    if form.validate_on_submit():
        new = form.rung()
        if new.key != key and new.key in ladder:
            form.refuse(form.days, _("The ladder has a step on that day already. Change that one instead."))
        else:
            services.set_rung(round_, new, instead_of=offset, by=current_user(), at=utc_now())
            db.session.commit()
            flash(_("The step was saved. The diary shows what it means."), "done")
            return redirect(url_for(".show_ladder", round_id=round_id))
    return render_template(
        "reminders/edit_rung.html", form=form, round_id=round_id, title=title, offset=offset, places=PLACEHOLDERS
    )


@bp.post("/rounds/<int:round_id>/pause")
def pause_round(round_id: int) -> ResponseReturnValue:
    """Hold back a round's reminders."""
    require(policies.run_reminders, None)
    round_ = db.get_or_404(Round, round_id)
    mail.pause(by=current_user(), at=utc_now(), round_id=round_.id)
    db.session.commit()
    flash(_("The reminders of this round are held back."), "done")
    return redirect(url_for(".show_ladder", round_id=round_id))


@bp.post("/rounds/<int:round_id>/resume")
def resume_round(round_id: int) -> ResponseReturnValue:
    """Let a round's reminders leave again."""
    require(policies.run_reminders, None)
    round_ = db.get_or_404(Round, round_id)
    mail.resume(by=current_user(), at=utc_now(), round_id=round_.id)
    db.session.commit()
    flash(_("The reminders of this round leave again. Steps of the last three days are caught up."), "done")
    return redirect(url_for(".show_ladder", round_id=round_id))
