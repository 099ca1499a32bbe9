"""A person's own calendar, as programs fetch it from a private address: days and titles, nothing of the substance."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar, Event

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.zones import end_of_day
from tracker.mail.rendering import absolute_url, site_url
from tracker.meetings.calendar import meeting_event, round_events
from tracker.meetings.models import DatePrecision, Extension, Meeting, Round
from tracker.meetings.places import place_known
from tracker.parties.models import Party
from tracker.parties.queries import all_parties
from tracker.reminders import queries
from tracker.reminders.calendar import DueDay, day_event, due_event, due_words

#: So long what has passed stays.
_LOOK_BACK: Final = timedelta(days=366)
_Extensions = Mapping[tuple[int, int], Extension]


def calendar_of(person: User, *, today: date, network_zone: str, base_url: str) -> bytes:
    """Return what stands ahead of a person, by the roles that hold now; five statements, in the present language.

    Args:
        person: loaded with their memberships and parties.
        today: in the network's zone.
        network_zone: by its name, for people whose party says none.
        base_url: of this installation; it makes the ids unique.
    """
    host = urlsplit(base_url).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", "-//NATC SEE//Commitment Tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Commitment Tracker"))
    calendar.add("x-published-ttl", "PT6H")
    meetings = db.session.scalars(queries.meetings_since(today - _LOOK_BACK)).all()
    parties = {party.code: party for party in db.session.scalars(all_parties())}
    rounds = {meeting.round.id: meeting.round for meeting in meetings if meeting.round is not None}
    own = {party.id: party for party in person.parties}
    extensions = {
        (each.round_id, each.party_id): each for each in db.session.scalars(queries.extensions_for(rounds, own))
    }
    for meeting in meetings:
        for event in _of_meeting(meeting, parties, host=host, is_officer=person.is_secretariat):
            calendar.add_component(event)
    zone_name = person.zone_name or network_zone
    for row in db.session.execute(queries.parties_asked(rounds, own)):
        round_ = rounds[row.round_id]
        extension = extensions.get((row.round_id, row.party_id))
        calendar.add_component(_due(round_, own[row.party_id], extension, zone_name=zone_name, host=host))
    for row in db.session.execute(queries.days_in_hand(person.id, rounds, person.rights.contributes)):
        if not _takes_reports(rounds[row.round_id], extensions.get((row.round_id, row.party_id)), today):
            continue
        url = site_url(f"/items/{row.item_id}")
        event = day_event(f"{row.code} {row.title}", row.due_on, uid=f"assignment-{row.id}@{host}", url=url)
        event.add("sequence", int(row.updated_at.timestamp()))
        event.add("dtstamp", row.updated_at)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _of_meeting(meeting: Meeting, parties: Mapping[str, Party], *, host: str, is_officer: bool) -> list[Event]:
    """Return the meeting, if its day is known, and for officers the days of its round."""
    address = absolute_url("meetings.show_meeting", meeting_id=meeting.id)
    events: list[Event] = []
    if meeting.date_precision is DatePrecision.DAY:
        event = meeting_event(meeting, host=host, address=address, place=place_known(meeting, parties))
        party = parties.get(meeting.country_code or "")
        if party is not None and party.footnote_text:
            event.add("description", party.footnote_text)
        events.append(event)
    if meeting.round is not None and is_officer:
        events += round_events(meeting, meeting.round, host=host, address=address)
    return events


def _due(round_: Round, party: Party, extension: Extension | None, *, zone_name: str, host: str) -> Event:
    due_on = extension.due_on if extension is not None else round_.due_on
    # People read 23:59 better than 24:00.
    last_minute = end_of_day(due_on, round_.timezone) - timedelta(minutes=1)
    words = due_words(last_minute, zone_name)
    changed_at = round_.updated_at if extension is None else max(round_.updated_at, extension.granted_at)
    day = DueDay(
        round_id=round_.id,
        party_code=party.code,
        summary=_("Reports due: %(party)s, %(meeting)s", party=party.short_name, meeting=round_.meeting.title),
        due_on=due_on,
        description=f"{words}\n{party.footnote_text}" if party.footnote_text else words,
        url=site_url("/work"),
        changed_at=changed_at,
        is_cancelled=round_.cancelled_at is not None,
    )
    return due_event(day, host=host, now=changed_at)


def _takes_reports(round_: Round, extension: Extension | None, today: date) -> bool:
    """Tell whether what a contributor has in hand is still theirs; see ``is_assigned`` in ``progress/policies.py``."""
    if round_.cancelled_at is not None:
        return False
    runs_longer = extension is not None and extension.due_on >= today
    return runs_longer or (round_.closed_at is None and round_.closes_on >= today)
