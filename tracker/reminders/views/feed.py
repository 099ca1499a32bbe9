"""The calendar that programs fetch from a person's private address. It needs no sign-in, and is none."""

from flask import Blueprint, abort, current_app, g
from flask.typing import ResponseReturnValue

from tracker.accounts.access import public
from tracker.accounts.links import hash_of
from tracker.accounts.queries import calendar_address_with_person
from tracker.core.clock import network_today
from tracker.core.database import db
from tracker.mail.rendering import speaking
from tracker.meetings.calendar import TYPE
from tracker.reminders.feed import calendar_of

feed_bp = Blueprint("calendar", __name__, url_prefix="/calendar")


@feed_bp.get("/<token>.ics")
@public
def download_feed(token: str) -> ResponseReturnValue:
    """Give a person's calendar to whoever knows its address; the person's roles are asked each time."""
    g.referrer_policy = "no-referrer"
    address = db.session.scalar(calendar_address_with_person(hash_of(token)))
    if address is None or not address.person.rights.any:
        abort(404)
    config = current_app.config
    with speaking("en"):
        content = calendar_of(
            address.person,
            today=network_today(),
            network_zone=config["TRACKER_TIMEZONE"],
            base_url=config["TRACKER_BASE_URL"],
        )
    return (
        content,
        {
            "Content-Type": TYPE,
            "Content-Disposition": 'attachment; filename="calendar.ics"',
            "Cache-Control": "no-store",
        },
    )
