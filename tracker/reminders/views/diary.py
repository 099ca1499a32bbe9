"""What will leave: the diary, a look at a mail before it leaves, the pause, the test."""

from datetime import date
from itertools import groupby
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.paging import Page, page_number
from tracker.core.zones import local_day
from tracker.mail import services as mail
from tracker.mail.display import shown, shows_mail
from tracker.mail.rendering import Mail, speaking
from tracker.reminders import policies, queries, services
from tracker.reminders.diary import DiaryRow, step_words
from tracker.reminders.digest import compose
from tracker.reminders.forms import DiaryFilter
from tracker.reminders.mails import write
from tracker.reminders.situation import Situation
from tracker.reminders.views.blueprint import bp, rows_ahead

#: Days on one page of the diary.
DAYS_ON_A_PAGE = 5


@bp.get("")
def show_diary() -> ResponseReturnValue:
    """Show what leaves today and in the next 60 days."""
    require(policies.see_reminders, None)
    now = utc_now()
    situation, rows = rows_ahead(now)
    form = DiaryFilter(request.args)
    form.offer((party.code, party.short_name) for party in situation.parties.values())
    unknown = form.unknown()
    rows = [row for row in rows if _fits(row, form)]
    days = [(day, list(group)) for day, group in groupby(rows, key=lambda row: row.day)]
    number = max(1, min(page_number(), -(-len(days) // DAYS_ON_A_PAGE)))
    cut = days[(number - 1) * DAYS_ON_A_PAGE : number * DAYS_ON_A_PAGE]
    today = local_day(now, current_app.config["TRACKER_TIMEZONE"])
    return render_template(
        "reminders/show_diary.html",
        form=form,
        unknown=unknown,
        page=Page(items=cut, number=number, size=DAYS_ON_A_PAGE, total=len(days)),
        today=today,
        todays=_todays(today) if number == 1 and not any(field.data for field in form) else [],
        trouble=db.session.execute(queries.trouble()).all(),
        rounds=list(situation.rounds.values()),
        is_paused=None in situation.paused_rounds,
        paused_rounds=situation.paused_rounds,
    )


def _fits(row: DiaryRow, form: DiaryFilter) -> bool:
    if form.party.data and (row.party is None or row.party.code != form.party.data):
        return False
    if form.kind.data and form.kind.data not in {kind.value for kind in row.kinds}:
        return False
    delivery = "held" if row.is_paused else "diverted" if row.away else "planned"
    return not form.delivery.data or form.delivery.data == delivery


def _todays(today: date) -> list[dict[str, Any]]:
    """Return today's reminders that were queued, each with its steps."""
    found: dict[int, dict[str, Any]] = {}
    for row in db.session.execute(queries.digests_of_day(today)):
        entry = found.setdefault(row.id, {"row": row, "steps": []})
        words = step_words(row.kind, row.rule_key)
        if words not in entry["steps"]:
            entry["steps"].append(words)
    return list(found.values())


def _planned(person_id: int, day: str) -> tuple[Situation, DiaryRow]:
    """Return a message of the diary, by its recipient and day; 404 where there is none."""
    situation, rows = rows_ahead(utc_now())
    row = next((each for each in rows if each.recipient.id == person_id and each.day.isoformat() == day), None)
    if row is None:
        abort(404)
    return situation, row


def _as_planned(situation: Situation, row: DiaryRow) -> Mail:
    """Write a mail of the diary with what is open now."""
    with speaking(row.recipient.language):
        return write(compose(situation, row.recipient, row.carried, row.at), row.at)


@bp.get("/planned/<int:person_id>/<day>")
def preview(person_id: int, day: str) -> ResponseReturnValue:
    """Show a mail as it would leave with what is open now."""
    require(policies.see_reminders, None)
    situation, row = _planned(person_id, day)
    return render_template("reminders/preview.html", row=row, mail=_as_planned(situation, row), day=day)


@bp.get("/planned/<int:person_id>/<day>/html")
@shows_mail
def preview_html(person_id: int, day: str) -> ResponseReturnValue:
    """Show the same as its recipient will see it."""
    require(policies.see_reminders, None)
    return shown(_as_planned(*_planned(person_id, day)).html)


@bp.post("/planned/<int:person_id>/<day>/test")
def send_planned_test(person_id: int, day: str) -> ResponseReturnValue:
    """Send the officer a planned mail, to try it out."""
    require(policies.run_reminders, None)
    _situation, row = _planned(person_id, day)
    db.session.rollback()
    services.send_test(current_user(), at=utc_now(), carried=row.carried, instead_of=row.recipient.id)
    db.session.commit()
    flash(_("The test was put into the outbox. It leaves within a minute or two."), "done")
    return redirect(url_for(".preview", person_id=person_id, day=day))


@bp.post("/test")
def send_test() -> ResponseReturnValue:
    """Send the officer a plain test."""
    require(policies.run_reminders, None)
    services.send_test(current_user(), at=utc_now())
    db.session.commit()
    flash(_("The test was put into the outbox. It leaves within a minute or two."), "done")
    return redirect(url_for(".show_diary"))


@bp.post("/pause")
def pause() -> ResponseReturnValue:
    """Hold back all reminders."""
    require(policies.run_reminders, None)
    mail.pause(by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("All reminders are held back. Mail about accounts still leaves."), "done")
    return redirect(url_for(".show_diary"))


@bp.post("/resume")
def resume() -> ResponseReturnValue:
    """Let reminders leave again."""
    require(policies.run_reminders, None)
    mail.resume(by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("Reminders leave again. Steps of the last three days are caught up."), "done")
    return redirect(url_for(".show_diary"))
