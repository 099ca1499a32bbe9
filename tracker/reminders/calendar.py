"""The due date for a person's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from icalendar import Calendar, Event

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


def attachment(days: Sequence[DueDay], *, now: datetime) -> Attachment:
    """Return the file that goes with a reminder: each due date with an identity that stays."""
    host = urlsplit(str(current_app.config["TRACKER_BASE_URL"])).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", "-//Commitment Tracker//Reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for day in days:
        event = Event()
        event.add("uid", f"due-{day.round_id}-{day.party_code}@{host}")
        event.add("sequence", int(day.changed_at.timestamp()))
        event.add("dtstamp", now)
        event.add("dtstart", day.due_on)
        event.add("dtend", day.due_on + timedelta(days=1))
        event.add("summary", day.summary)
        event.add("description", day.description)
        event.add("url", day.url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return Attachment(
        name="due-date.ics", content=calendar.to_ical(), type="text/calendar; method=PUBLISH; charset=utf-8"
    )
