"""The Secretariat enters and corrects meetings."""

import json
from datetime import date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import InstrumentFactory, MeetingFactory, ThemeFactory
from tests.meetings.conftest import errors, form_of
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.meetings.models import DatePrecision, Meeting, MeetingKind, MeetingState
from tracker.meetings.services import meetings as services
from tracker.meetings.services.meetings import MeetingValues
from tracker.parties.models import Party


def last_event() -> tuple[str, dict[str, Any]]:
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    return event.act, json.loads(event.content or "{}")


def test_a_meeting_is_planned_and_its_round_comes_next(
    client: TrackerClient, secretariat: User, typed: dict[str, Any]
) -> None:
    theme, instrument = ThemeFactory.create(code="compensation"), InstrumentFactory.create(code="STRAT-2025")

    answer = client.sign_in(secretariat).post(
        "/meetings/new", data=typed | {"topics": [theme.code], "instruments": [str(instrument.id)]}
    )

    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert answer.location == f"/meetings/{meeting.id}/round"
    assert (meeting.code, meeting.state, meeting.kind) == ("M-2027-05-1", MeetingState.PLANNED, MeetingKind.NETWORK)
    assert (meeting.starts_on, meeting.ends_on, meeting.starts_at) == (
        date(2027, 5, 12),
        date(2027, 5, 13),
        time(9, 30),
    )
    assert (meeting.timezone, meeting.country_code, meeting.is_online) == ("Europe/Skopje", "MK", False)
    assert (meeting.topics, meeting.instruments) == (["compensation"], [instrument])
    act, changes = last_event()
    assert act == "meeting.planned"
    assert changes["starts_at"] == [None, "09:30"]
    assert changes["instruments"] == [[], ["STRAT-2025"]]


def test_a_second_meeting_of_a_month_gets_the_next_code(
    client: TrackerClient, secretariat: User, typed: dict[str, Any]
) -> None:
    MeetingFactory.create(code="M-2027-05-skopje")
    MeetingFactory.create(code="M-2027-05-9")

    client.sign_in(secretariat).post("/meetings/new", data=typed)

    assert db.session.scalar(sa.select(Meeting.code).where(Meeting.city == "Skopje")) == "M-2027-05-10"


def test_a_meeting_of_the_past_is_entered_as_held(
    client: TrackerClient, secretariat: User, typed: dict[str, Any]
) -> None:
    client.sign_in(secretariat).post("/meetings/new", data=typed | {"starts_on": "2019-05-12", "ends_on": ""})

    assert db.session.scalar(sa.select(Meeting.state)) is MeetingState.HELD


def test_a_month_is_kept_as_a_month(client: TrackerClient, secretariat: User, typed: dict[str, Any]) -> None:
    data = typed | {"only_month": "y", "starts_on": "2027-06-17", "ends_on": "", "starts_at": ""}

    client.sign_in(secretariat).post("/meetings/new", data=data)

    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert (meeting.date_precision, meeting.starts_on, meeting.ends_on) == (DatePrecision.MONTH, date(2027, 6, 1), None)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "   ", "Enter a title."),
        ("title", "\x00\x01", "Enter a title."),
        ("title", "x" * 301, "Use at most 300 characters."),
        ("kind", "party", "Choose one of the entries of the list."),
        ("starts_on", "", "Enter the first day of the meeting."),
        ("starts_on", "2027-02-29", "Enter a real date, for example 14 December 2026."),
        ("starts_on", "9999-12-31", "Enter a real date, for example 14 December 2026."),
        ("starts_on", "soon", "Enter a real date, for example 14 December 2026."),
        ("ends_on", "2027-05-11", "The last day cannot come before the first. Enter a later day, or none."),
        ("ends_on", "2027-08-11", "A meeting lasts at most a month. Correct one of the two days."),
        ("ends_on", "31.04.2027", "Enter a real date, for example 14 December 2026."),
        ("starts_at", "25:00", "Enter an hour from 00:00 to 23:59, for example 09:30."),
        ("only_month", "y", "There can be no hour while only the month is known. Empty it."),
        ("timezone", "Europe/Atlantis", "Choose a time zone of the list, for example Europe/Skopje."),
        ("timezone", "../../etc/passwd", "Choose a time zone of the list, for example Europe/Skopje."),
        ("timezone", "\x00", "Choose a time zone of the list, for example Europe/Skopje."),
        ("is_online", "maybe", "Choose one of the entries of the list."),
        ("country_code", "ZZ", "Choose one of the entries of the list."),
        ("city", "x" * 301, "Use at most 300 characters."),
        ("host", "x" * 10_001, "Use at most 10000 characters."),
        ("agenda", "x" * 10_001, "Use at most 10000 characters."),
        ("topics", "nonsense", "Choose one of the entries of the list."),
        ("instruments", "999999", "Choose one of the entries of the list."),
        ("instruments", "'; DROP TABLE meeting", "Choose one of the entries of the list."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    client: TrackerClient, secretariat: User, typed: dict[str, Any], field: str, value: str, sentence: str
) -> None:
    response = client.sign_in(secretariat).post("/meetings/new", data=typed | {field: value})

    assert response.status_code == 200
    assert errors(response) == [sentence]
    assert page(response).select_one("textarea#host") is not None
    assert field == "title" or page(response).select_one("#title")["value"] == "Network meeting, Skopje"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 0


def test_an_empty_form_is_answered_with_what_is_needed(client: TrackerClient, secretariat: User) -> None:
    response = client.sign_in(secretariat).post("/meetings/new", data={})

    assert response.status_code == 200
    assert "Enter a title." in errors(response)
    assert "Enter the first day of the meeting." in errors(response)


def test_control_characters_are_taken_out(client: TrackerClient, secretariat: User, typed: dict[str, Any]) -> None:
    data = typed | {"title": "Састанак\x00 мреже", "host": "Ministria\x07 e Brendshme\r\nTiranë"}

    client.sign_in(secretariat).post("/meetings/new", data=data)

    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert (meeting.title, meeting.host) == ("Састанак мреже", "Ministria e Brendshme\nTiranë")


def test_the_form_takes_no_other_columns(client: TrackerClient, secretariat: User, typed: dict[str, Any]) -> None:
    client.sign_in(secretariat).post(
        "/meetings/new", data=typed | {"state": "cancelled", "code": "X", "is_sample": "y", "id": "77"}
    )

    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert (meeting.state, meeting.code, meeting.is_sample) == (MeetingState.PLANNED, "M-2027-05-1", False)


def test_the_form_shows_what_is_stored(client: TrackerClient, secretariat: User, party: Party) -> None:
    meeting = MeetingFactory.create(starts_at=time(9, 0), country_code="AL", is_online=True, host="Host & co.")

    shown = page(client.sign_in(secretariat).get(f"/meetings/{meeting.id}/edit"))

    assert shown.select_one("#starts_on")["value"] == "2027-01-20"
    assert shown.select_one("#starts_at")["value"] == "09:00"
    assert shown.select_one("#timezone option[selected]")["value"] == "Europe/Ljubljana"
    assert shown.select_one("#country_code option[selected]").text == party.short_name
    assert shown.select_one("input[name=is_online][checked]")["value"] == "yes"
    assert shown.select_one("#host").text.strip() == "Host & co."


def test_a_correction_is_recorded_with_old_and_new(client: TrackerClient, secretariat: User, meeting: Meeting) -> None:
    client.sign_in(secretariat)

    client.post(
        f"/meetings/{meeting.id}/edit", data=form_of(client, f"/meetings/{meeting.id}/edit") | {"city": "Portorož"}
    )

    assert meeting.city == "Portorož"
    assert last_event() == ("meeting.changed", {"city": ["Brdo pri Kranju", "Portorož"]})


def test_saving_without_a_change_leaves_no_trace(client: TrackerClient, secretariat: User, meeting: Meeting) -> None:
    client.sign_in(secretariat)
    data, changed_at = form_of(client, f"/meetings/{meeting.id}/edit"), meeting.updated_at

    client.post(f"/meetings/{meeting.id}/edit", data=data)

    assert meeting.updated_at == changed_at
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == 0


def test_the_second_of_two_officers_sees_both_values_and_loses_nothing(
    client: TrackerClient, secretariat: User, meeting: Meeting, now: datetime
) -> None:
    client.sign_in(secretariat)
    mine = form_of(client, f"/meetings/{meeting.id}/edit") | {"city": "Portorož", "host": "Ministry of the Interior"}
    theirs = MeetingValues(
        title=meeting.title, starts_on=meeting.starts_on, ends_on=meeting.ends_on, city="Ljubljana", country_code="SI",
        timezone=meeting.timezone,
    )  # fmt: skip
    services.change_meeting(meeting, theirs, by=secretariat, at=now)
    db.session.commit()

    response = client.post(f"/meetings/{meeting.id}/edit", data=mine)

    shown = page(response)
    assert response.status_code == 409
    assert "Secretariat saved it on 23 November 2026, 10:00." in shown.select_one(".notice-stop").text
    rows = [
        [cell.get_text(strip=True) for cell in row.select("th, td")] for row in shown.select(".notice-stop tbody tr")
    ]
    assert ["City", "Ljubljana", "Portorož"] in rows
    assert ["Host", "empty", "Ministry of the Interior"] in rows
    assert shown.select_one("#city")["value"] == "Portorož"
    db.session.expire_all()
    assert meeting.city == "Ljubljana"

    again = mine | {"seen": shown.select_one("#seen")["value"]}
    assert client.post(f"/meetings/{meeting.id}/edit", data=again).status_code == 302
    db.session.expire_all()
    assert (meeting.city, meeting.host) == ("Portorož", "Ministry of the Interior")


def test_a_made_up_version_is_a_conflict_too(client: TrackerClient, secretariat: User, meeting: Meeting) -> None:
    client.sign_in(secretariat)

    response = client.post(
        f"/meetings/{meeting.id}/edit", data=form_of(client, f"/meetings/{meeting.id}/edit") | {"seen": "\x00x"}
    )

    assert response.status_code == 409
