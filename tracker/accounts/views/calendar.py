"""The private address of one's own calendar."""

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts import queries
from tracker.accounts.access import current_user
from tracker.accounts.services import calendar_address
from tracker.accounts.views.blueprint import bp
from tracker.core.clock import utc_now
from tracker.core.database import db


@bp.get("/me/calendar")
def show_my_calendar() -> ResponseReturnValue:
    """Show whether a person has a private address for their calendar, and what it is for."""
    address = db.session.scalar(queries.calendar_address_of(current_user().id))
    return render_template("accounts/show_my_calendar.html", made_at=address.made_at if address is not None else None)


@bp.post("/me/calendar/make")
def make_my_calendar() -> ResponseReturnValue:
    """Give a person a private address for their calendar, in place of the one they had; it is shown once."""
    g.referrer_policy = "no-referrer"
    token = calendar_address.make_address(current_user(), at=utc_now())
    db.session.commit()
    base_url = str(current_app.config["TRACKER_BASE_URL"]).rstrip("/")
    return render_template("accounts/make_my_calendar.html", address=f"{base_url}/calendar/{token}.ics")


@bp.post("/me/calendar/withdraw")
def withdraw_my_calendar() -> ResponseReturnValue:
    """Let the private address of a person's calendar open nothing any more."""
    calendar_address.withdraw_address(current_user(), at=utc_now())
    db.session.commit()
    flash(_("The address of your calendar does not work any more."), "done")
    return redirect(url_for(".show_my_calendar"))
