"""What people read of meetings."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from icalendar import Calendar

from tests.client import TrackerClient, page
from tests.factories import InstrumentFactory, MeetingFactory, PartyFactory, RoundFactory
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.panels import Panel, Panels
from tracker.meetings.models import DatePrecision, Meeting, MeetingKind, MeetingState, Round
from tracker.parties.models import Confidence, Footnote
from tracker.sources.models import Source


def held(**values: Any) -> Meeting:
    return MeetingFactory.create(**({"state": MeetingState.HELD, "confidence": Confidence.STATED} | values))


def test_planned_meetings_stand_first_and_held_ones_newest_first(client: TrackerClient, observer: User) -> None:
    held(title="Old", starts_on=date(2018, 3, 16), ends_on=None)
    held(title="New", starts_on=date(2025, 3, 27), ends_on=None)
    held(title="Elsewhere", kind=MeetingKind.NEIGHBOUR, starts_on=date(2024, 1, 1), ends_on=None)
    MeetingFactory.create(title="Later", starts_on=date(2027, 9, 1), ends_on=None)
    MeetingFactory.create(title="Next", starts_on=date(2027, 1, 20))

    shown = page(client.sign_in(observer).get("/meetings"))

    tables = [[link.text for link in table.select("th a")] for table in shown.select("main table")]
    assert tables == [["Next", "Later"], ["New", "Old"], ["Elsewhere"]]


def test_what_is_not_known_is_said(client: TrackerClient, observer: User) -> None:
    meeting = held(
        starts_on=date(2022, 6, 1),
        ends_on=None,
        date_precision=DatePrecision.MONTH,
        city="",
        country_code=None,
        confidence=Confidence.INFERRED,
    )

    row = page(client.sign_in(observer).get("/meetings")).select("main table tbody tr")[-1].get_text(" ", strip=True)
    own = page(client.get(f"/meetings/{meeting.id}")).get_text(" ", strip=True)

    assert "June 2022 day not known" in row
    assert "Place not known" in row
    assert "Concluded from sources, not stated" in row
    assert "Only the month is known." in own
    assert "Agenda Not known" in own


@pytest.mark.parametrize(
    ("city", "country", "is_online", "words"),
    [
        ("Skopje", "MK", False, "Skopje, North Macedonia"),
        ("", "SI", False, "Slovenia, city not known"),
        ("", None, True, "Online"),
        ("Budva", "ME", True, "Budva, Montenegro and online"),
        ("Pristina", "XK", False, "Pristina, Kosovo*"),
    ],
)
def test_a_place_is_printed_as_the_network_prints_it(
    client: TrackerClient, observer: User, city: str, country: str | None, is_online: bool, words: str
) -> None:
    note = Footnote(family="XK", form="un", text="* All references in full compliance.")
    PartyFactory.create(code="XK", name="Kosovo", short_name="Kosovo*", footnote=note)
    meeting = held(city=city, country_code=country, is_online=is_online)

    shown = page(client.sign_in(observer).get(f"/meetings/{meeting.id}"))

    assert words in shown.select_one(".head-meta").text
    assert ("All references in full compliance." in shown.text) is (country == "XK")


def test_sources_and_instruments_stand_with_the_meeting(client: TrackerClient, observer: User) -> None:
    db.session.add(Source(key="mk-2020", url="https://example.org/a", title="A report", publisher="Ministry"))
    meeting = held(sources=["mk-2020"], instruments=[InstrumentFactory.create(code="STRAT-2020")])

    shown = page(client.sign_in(observer).get(f"/meetings/{meeting.id}"))

    assert shown.select_one("#sources a")["href"] == "https://example.org/a"
    assert shown.select_one("section .code").text == "STRAT-2020"
    assert "1 source" in client.get("/meetings").text


def test_the_round_is_a_time_line(client: TrackerClient, coordinator: User, round_: Round) -> None:
    shown = page(client.sign_in(coordinator).get(f"/meetings/{round_.meeting_id}"))

    rungs = [(rung.b.text, rung.time.text, " ".join(rung.get("class", []))) for rung in shown.select(".ladder li")]
    assert rungs == [
        ("D−42", "2 November 2026", "is-done"),
        ("D−21", "Today", "is-next"),
        ("D−7", "7 December", ""),
        ("D−1", "13 December", ""),
        ("Due", "14 December", "is-due"),
        ("D+3", "17 December", ""),
        ("D+10", "24 December", ""),
        ("Closes", "8 January 2027", ""),
        ("Meeting", "20–21 January 2027", ""),
    ]


def test_reminders_after_the_beginning_of_the_meeting_are_not_shown(
    client: TrackerClient, coordinator: User, round_: Round
) -> None:
    round_.meeting.starts_on = round_.share_on = date(2026, 12, 20)
    round_.closes_on = date(2026, 12, 19)
    db.session.commit()

    shown = page(client.sign_in(coordinator).get(f"/meetings/{round_.meeting_id}"))

    assert "D+10" not in [rung.b.text for rung in shown.select(".ladder li")]


def test_a_reader_is_offered_no_acts(client: TrackerClient, coordinator: User, round_: Round) -> None:
    shown = page(client.sign_in(coordinator).get(f"/meetings/{round_.meeting_id}"))

    assert [button.text for button in shown.select("main button")] == []
    assert [link.text for link in shown.select("main a.btn")] == ["Add to your calendar"]


def test_a_higher_feature_adds_a_block(observer: User, meeting: Meeting) -> None:
    panels: Panels[Meeting, User] = Panels()
    panels.add("nothing", lambda _meeting, _reader: None)
    panels.add("test", lambda _meeting, reader: Panel("components/_none.html", {"who": reader.name}))

    found = panels.of(meeting, observer)

    assert [(panel.template, panel.context) for panel in found] == [("components/_none.html", {"who": "Observer"})]


def test_an_empty_list_says_what_fills_it(client: TrackerClient, observer: User, secretariat: User) -> None:
    assert "As soon as the Secretariat plans one" in client.sign_in(observer).get("/meetings").text
    assert "Plan a meeting" in client.sign_in(secretariat).get("/meetings").text


def test_a_meeting_that_is_not_there(client: TrackerClient, observer: User) -> None:
    client.sign_in(observer)

    for address in ("/meetings/77777", "/meetings/77777.ics", "/meetings/99999999999999999999", "/meetings/x"):
        assert client.get(address).status_code == 404


def test_the_calendar_file_holds_meeting_and_deadline(
    client: TrackerClient, coordinator: User, round_: Round, meeting: Meeting
) -> None:
    meeting.starts_at, meeting.title = time(9, 30), "Састанак мреже, Brdo"
    db.session.commit()

    response = client.sign_in(coordinator).get(f"/meetings/{meeting.id}.ics")

    events = Calendar.from_ical(response.data).walk("VEVENT")
    assert response.mimetype == "text/calendar"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{meeting.code}.ics"'
    assert response.headers["Cache-Control"] == "no-store"
    assert [str(event["summary"]) for event in events] == [
        "Састанак мреже, Brdo",
        "Reports are due: Састанак мреже, Brdo",
    ]
    first, due = events
    assert first["dtstart"].dt.astimezone(UTC) == datetime(2027, 1, 20, 8, 30, tzinfo=UTC)
    assert str(first["location"]) == "Brdo pri Kranju, Slovenia"
    assert str(first["url"]) == f"http://localhost:8000/meetings/{meeting.id}"
    assert due["dtstart"].dt == date(2026, 12, 14)


def test_a_meeting_without_an_hour_lasts_its_days(client: TrackerClient, coordinator: User, meeting: Meeting) -> None:
    (event,) = Calendar.from_ical(client.sign_in(coordinator).get(f"/meetings/{meeting.id}.ics").data).walk("VEVENT")

    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2027, 1, 20), date(2027, 1, 22))


def test_a_month_is_no_calendar_entry(client: TrackerClient, coordinator: User) -> None:
    meeting = MeetingFactory.create(date_precision=DatePrecision.MONTH, ends_on=None)

    assert client.sign_in(coordinator).get(f"/meetings/{meeting.id}.ics").status_code == 409
    assert "Add to your calendar" not in client.get(f"/meetings/{meeting.id}").text


def test_the_list_costs_the_same_whatever_its_length(
    client: TrackerClient, observer: User, recording_sql: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(observer)
    held()
    with recording_sql() as one:
        client.get("/meetings")
    for _ in range(5):
        held(instruments=[InstrumentFactory.create()], sources=["x"])
        RoundFactory.create()
    with recording_sql() as many:
        client.get("/meetings")

    assert len(one) == len(many) <= 8


def test_a_meeting_costs_few_statements(
    client: TrackerClient,
    secretariat: User,
    round_: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(secretariat)
    address = f"/meetings/{round_.meeting_id}"

    with recording_sql() as statements:
        client.get(address)

    assert len(statements) <= 15
