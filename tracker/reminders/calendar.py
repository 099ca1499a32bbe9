"""The due date for a person's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from icalendar import Calendar, Event

from tracker.core import filters
from tracker.core.zones import city
from tracker.mail.rendering import Attachment


@dataclass(frozen=True, kw_only=True)
class DueDay:
    """A due date as an entry of a calendar."""

    round_id: int
    party_code: str
    summary: str
    due_on: date
    #: The hour, in words, with both zones.
    description: str
    url: str
    #: When the date may last have changed: a later entry replaces an earlier one.
    changed_at: datetime
    is_cancelled: bool = False


def attachment(days: Sequence[DueDay], *, now: datetime) -> Attachment:
    """Return the file that goes with a reminder: each due date with an identity that stays."""
    host = urlsplit(str(current_app.config["TRACKER_BASE_URL"])).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", "-//Commitment Tracker//Reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for day in days:
        calendar.add_component(due_event(day, host=host, now=now))
    return Attachment(
        name="due-date.ics", content=calendar.to_ical(), type="text/calendar; method=PUBLISH; charset=utf-8"
    )


def due_event(day: DueDay, *, host: str, now: datetime) -> Event:
    """Return a due date with the identity that it has in every reminder."""
    event = day_event(day.summary, day.due_on, uid=f"due-{day.round_id}-{day.party_code}@{host}", url=day.url)
    event.add("sequence", int(day.changed_at.timestamp()))
    event.add("dtstamp", now)
    event.add("description", day.description)
    if day.is_cancelled:
        event.add("status", "CANCELLED")
    return event


def day_event(summary: str, day: date, *, uid: str, url: str) -> Event:
    """Return a day that takes nobody's time."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event


def due_words(last_minute: datetime, zone_name: str) -> str:
    """Return the last minute that is in time, as the clocks of a zone show it."""
    return str(
        _(
            "Due %(day)s, %(time)s, %(city)s time",
            day=filters.weekday_day(filters.local_day(last_minute, zone_name)),
            time=filters.clock(last_minute, zone_name),
            city=city(zone_name),
        )
    )
