"""A meeting as a calendar file (RFC 5545)."""

from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar, Event

from tracker.core.zones import zone
from tracker.meetings.models import Meeting, MeetingState, Round

TYPE: Final = "text/calendar; charset=utf-8"
#: How long a meeting with an hour, but on one day, stands in a calendar.
_USUAL_LENGTH: Final = timedelta(hours=8)


def meeting_calendar(meeting: Meeting, *, address: str, place: str, base_url: str) -> bytes:
    """Return the meeting, and the due date of its round if it has one, for calendars.

    Args:
        meeting: its day is known; see ``date_precision``.
        address: of its page.
        place: in words.
        base_url: of this installation; it makes the ids unique.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//NATC SEE//Commitment Tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    host = urlsplit(base_url).hostname or "localhost"
    calendar.add_component(meeting_event(meeting, host=host, address=address, place=place))
    if meeting.round is not None:
        calendar.add_component(due_event(meeting, meeting.round, host=host, address=address))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def meeting_event(meeting: Meeting, *, host: str, address: str, place: str) -> Event:
    """Return a meeting whose day is known; its identity stays the same wherever it is given."""
    event = _event(meeting.title, uid=f"{meeting.code}@{host}", address=address, changed_at=meeting.updated_at)
    if meeting.starts_at is None:
        event.add("dtstart", meeting.starts_on)
        event.add("dtend", meeting.last_day + timedelta(days=1))
    else:
        starts_at = datetime.combine(meeting.starts_on, meeting.starts_at, tzinfo=zone(meeting.timezone))
        event.add("dtstart", starts_at)
        event.add("dtend", _end(meeting, starts_at))
    if place:
        event.add("location", place)
    event.add("status", "CANCELLED" if meeting.state is MeetingState.CANCELLED else "CONFIRMED")
    return event


def _end(meeting: Meeting, starts_at: datetime) -> datetime:
    """Return the end: eight hours on, on the meeting's last day; no hour is known for it."""
    last = datetime.combine(meeting.last_day, starts_at.time(), tzinfo=starts_at.tzinfo) + _USUAL_LENGTH
    return min(last, datetime.combine(meeting.last_day, time(23, 59), tzinfo=starts_at.tzinfo))


def due_event(meeting: Meeting, round_: Round, *, host: str, address: str) -> Event:
    """Return the day on which the parties' reports of a round are due."""
    summary = _("Reports are due: %(meeting)s", meeting=meeting.title)
    return _day(round_, round_.due_on, summary, uid=f"{meeting.code}-due@{host}", address=address)


def round_events(meeting: Meeting, round_: Round, *, host: str, address: str) -> list[Event]:
    """Return the days of a round, for those who run it; the share date where there is one."""
    days = [
        ("opens", round_.opens_on, _("Round opens: %(meeting)s", meeting=meeting.title)),
        ("closes", round_.closes_on, _("Round closes: %(meeting)s", meeting=meeting.title)),
        ("shares", round_.share_on, _("Answers are shared: %(meeting)s", meeting=meeting.title)),
    ]
    return [
        due_event(meeting, round_, host=host, address=address),
        *(
            _day(round_, day, summary, uid=f"{meeting.code}-{name}@{host}", address=address)
            for name, day, summary in days
            if day is not None
        ),
    ]


def _day(round_: Round, day: date, summary: str, *, uid: str, address: str) -> Event:
    event = _event(summary, uid=uid, address=address, changed_at=round_.updated_at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if round_.cancelled_at is not None else "CONFIRMED")
    return event


def _event(summary: str, *, uid: str, address: str, changed_at: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("summary", summary)
    event.add("url", address)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    # Calendars take a later copy of an event only where its number is higher.
    event.add("sequence", int(changed_at.timestamp()) - _EPOCH)
    return event


#: Seconds; keeps the sequence numbers small.
_EPOCH: Final = 1_577_836_800
