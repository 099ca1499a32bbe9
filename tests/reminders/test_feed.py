"""The private address of a person's calendar: what it holds for whom, and when it stops."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from tests.client import TrackerClient, page
from tests.factories import (
    AssignmentFactory,
    CommitmentFactory,
    ExtensionFactory,
    ItemFactory,
    MeetingFactory,
    RoundFactory,
)
from tracker.accounts.models import CalendarAddress, User
from tracker.accounts.services.calendar_address import make_address
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.meetings.models import DatePrecision, Meeting, MeetingState, Round
from tracker.parties.models import Footnote, Party
from tracker.progress.models import Assignment, Item


@pytest.fixture
def round_(party: Party, other_party: Party) -> Round:
    """A round that asks two parties, before a meeting with an hour."""
    meeting = MeetingFactory.create(
        code="M-2027-01-1", title="Meeting, Brdo", starts_at=time(9, 30), ends_on=None, agenda="Secret agenda."
    )
    commitment = CommitmentFactory.create(code="BRDO-01", title="Appoint a focal point", summary="Secret summary.")
    for each in (party, other_party):
        ItemFactory.create(commitment=commitment, party=each)
    return RoundFactory.create(meeting=meeting, instruments=[commitment.instrument])


@pytest.fixture
def assignment(round_: Round, party: Party, contributor: User) -> Assignment:
    item = db.session.scalars(sa.select(Item).filter_by(party_id=party.id)).one()
    return AssignmentFactory.create(
        item=item, round_id=round_.id, person=contributor, due_on=date(2026, 12, 4), note="Secret note."
    )


def address_for(person: User) -> str:
    token = make_address(person, at=utc_now())
    db.session.commit()
    return f"/calendar/{token}.ics"


def events(client: TrackerClient, address: str) -> dict[str, Any]:
    """What a program would find at the address, by identity."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(response.data)
    return {str(each["uid"]).removesuffix("@localhost"): each for each in read.walk("VEVENT")}


def days(found: dict[str, Any]) -> dict[str, date]:
    return {
        uid: event.decoded("dtstart") for uid, event in found.items() if "T" not in event["dtstart"].to_ical().decode()
    }


def test_a_coordinator_sees_meetings_and_the_due_date_of_the_own_party(
    client: TrackerClient, coordinator: User, round_: Round, assignment: Assignment
) -> None:
    found = events(client, address_for(coordinator))

    assert set(found) == {"M-2027-01-1", f"due-{round_.id}-AL"}
    assert found["M-2027-01-1"].decoded("dtstart").astimezone(UTC) == datetime(2027, 1, 20, 8, 30, tzinfo=UTC)
    due = found[f"due-{round_.id}-AL"]
    assert due.decoded("dtstart") == date(2026, 12, 14)
    assert str(due["summary"]) == "Reports due: Albania, Meeting, Brdo"
    assert "23:59, Tirana time" in str(due["description"])


def test_a_contributor_sees_the_days_of_their_own_items_by_code_and_title(
    client: TrackerClient, contributor: User, round_: Round, assignment: Assignment
) -> None:
    address = address_for(contributor)

    found = events(client, address)

    assert set(found) == {"M-2027-01-1", f"due-{round_.id}-AL", f"assignment-{assignment.id}"}
    assert str(found[f"assignment-{assignment.id}"]["summary"]) == "BRDO-01 Appoint a focal point"
    assert found[f"assignment-{assignment.id}"].decoded("dtstart") == date(2026, 12, 4)
    assert b"Secret" not in client.get(address).data


def test_an_officer_sees_all_days_of_the_round_and_no_party(
    client: TrackerClient, secretariat: User, round_: Round, assignment: Assignment
) -> None:
    assert days(events(client, address_for(secretariat))) == {
        "M-2027-01-1-opens": date(2026, 11, 2),
        "M-2027-01-1-due": date(2026, 12, 14),
        "M-2027-01-1-closes": date(2027, 1, 8),
        "M-2027-01-1-shares": date(2027, 1, 20),
    }


def test_observers_administrators_and_peers_see_nothing_of_it(
    client: TrackerClient, observer: User, administrator: User, peer: User, round_: Round, assignment: Assignment
) -> None:
    assert set(events(client, address_for(observer))) == {"M-2027-01-1"}
    assert set(events(client, address_for(administrator))) == {"M-2027-01-1"}
    assert set(events(client, address_for(peer))) == {"M-2027-01-1", f"due-{round_.id}-RS"}


def test_an_extension_moves_the_due_date_of_its_party_only(
    client: TrackerClient, coordinator: User, peer: User, secretariat: User, round_: Round, party: Party
) -> None:
    own, others = address_for(coordinator), address_for(peer)
    before = events(client, own)[f"due-{round_.id}-AL"]
    granted_at = utc_now() + timedelta(minutes=1)
    ExtensionFactory.create(round=round_, party=party, granted_by_id=secretariat.id, granted_at=granted_at)

    after = events(client, own)[f"due-{round_.id}-AL"]

    assert after.decoded("dtstart") == date(2026, 12, 18)
    assert after["sequence"] > before["sequence"]
    assert days(events(client, others))[f"due-{round_.id}-RS"] == date(2026, 12, 14)


def test_what_is_cancelled_says_so_and_a_month_is_no_day(
    client: TrackerClient, coordinator: User, round_: Round, assignment: Assignment
) -> None:
    round_.meeting.state, round_.cancelled_at = MeetingState.CANCELLED, utc_now()
    MeetingFactory.create(code="M-2027-06-1", date_precision=DatePrecision.MONTH)
    MeetingFactory.create(code="M-2024-01-1", state=MeetingState.HELD, starts_on=date(2024, 1, 1), ends_on=None)
    db.session.commit()

    found = events(client, address_for(coordinator))

    assert {uid: str(event["status"]) for uid, event in found.items()} == {
        "M-2027-01-1": "CANCELLED",
        f"due-{round_.id}-AL": "CANCELLED",
    }


@pytest.mark.parametrize(("day", "hour"), [(date(2027, 3, 27), 8), (date(2027, 3, 28), 7), (date(2027, 10, 31), 8)])
def test_the_hour_is_right_on_both_sides_of_a_change_of_clocks(
    client: TrackerClient, observer: User, day: date, hour: int
) -> None:
    MeetingFactory.create(code="M-1", starts_on=day, ends_on=None, starts_at=time(9), timezone="Europe/Vienna")
    address = address_for(observer)

    assert events(client, address)["M-1"].decoded("dtstart").astimezone(UTC).hour == hour
    assert b"BEGIN:VTIMEZONE" in client.get(address).data


@pytest.mark.parametrize("change", ["taken_back_at", "ready_at"])
def test_what_is_no_more_in_hand_leaves_the_calendar(
    client: TrackerClient, contributor: User, assignment: Assignment, change: str
) -> None:
    setattr(assignment, change, utc_now())
    db.session.commit()

    assert f"assignment-{assignment.id}" not in events(client, address_for(contributor))


def test_after_the_round_only_an_extension_keeps_items_in_hand(
    client: TrackerClient, contributor: User, secretariat: User, round_: Round, party: Party, assignment: Assignment
) -> None:
    round_.closed_at = utc_now()
    db.session.commit()
    address = address_for(contributor)
    assert f"assignment-{assignment.id}" not in events(client, address)

    ExtensionFactory.create(round=round_, party=party, granted_by_id=secretariat.id)

    assert f"assignment-{assignment.id}" in events(client, address)


def test_who_lost_a_role_sees_nothing_of_it_and_without_any_the_address_is_unknown(
    client: TrackerClient, contributor: User, round_: Round, assignment: Assignment
) -> None:
    address = address_for(contributor)
    contributor.memberships[0].ends_on = date(2026, 11, 22)
    db.session.commit()

    assert client.get(address).status_code == 404


def test_a_role_elsewhere_does_not_bring_back_what_an_ended_one_showed(
    client: TrackerClient, contributor: User, peer: User, round_: Round, assignment: Assignment
) -> None:
    assignment.person_id = peer.id
    db.session.commit()

    assert set(events(client, address_for(peer))) == {"M-2027-01-1", f"due-{round_.id}-RS"}


def test_made_shown_once_made_anew_and_withdrawn(client: TrackerClient, coordinator: User) -> None:
    client.sign_in(coordinator)
    assert "No private address" in client.get("/me").text

    shown = client.post("/me/calendar/make")
    first = page(shown).select_one("#calendar-address")["value"]  # type: ignore[index]
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert str(first).startswith("http://localhost")
    path = "/calendar/" + str(first).rsplit("/", 1)[-1]
    assert client.get(path).status_code == 200
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in client.get("/me").text + client.get("/me/calendar").text
    assert token not in repr(db.session.execute(sa.select(CalendarAddress.__table__)).all())

    again = page(client.post("/me/calendar/make")).select_one("#calendar-address")["value"]  # type: ignore[index]
    assert client.get(path).status_code == 404
    path = "/calendar/" + str(again).rsplit("/", 1)[-1]
    assert client.get(path).status_code == 200

    client.post("/me/calendar/withdraw")
    client.post("/me/calendar/withdraw")
    assert client.get(path).status_code == 404
    written = db.session.execute(sa.select(AuditEvent.act, AuditEvent.content)).all()
    acts = [row.act for row in written if row.act.startswith("account.calendar")]
    assert acts == ["account.calendar_made", "account.calendar_made_anew", "account.calendar_withdrawn"]
    assert token not in repr(written)


def test_unknown_withdrawn_disabled_and_hostile_addresses_get_the_same_answer(
    client: TrackerClient, coordinator: User, caplog: pytest.LogCaptureFixture
) -> None:
    address = address_for(coordinator)
    coordinator.active = False
    db.session.commit()
    stored = db.session.scalars(sa.select(CalendarAddress)).one().token_hash
    hostile = ["x", stored, "%00", "%ff%fe", "..", "a" * 5000, "' OR 1=1 --", "%25", "Ж", address[10:-4].upper()]

    with caplog.at_level(logging.DEBUG):
        answers = [client.get(address), *(client.get(f"/calendar/{token}.ics") for token in hostile)]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    bodies = {page(answer).main.get_text(" ", strip=True) for answer in answers}  # type: ignore[union-attr]
    assert len(bodies) == 1
    assert address[10:-4] not in caplog.text


def test_the_address_is_no_sign_in_and_takes_nothing_but_reading(client: TrackerClient, coordinator: User) -> None:
    address = address_for(coordinator)

    response = client.get(address)

    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/me").status_code == 302
    assert client.post(address).status_code == 405


def test_a_name_with_a_footnote_carries_it(
    client: TrackerClient, coordinator: User, round_: Round, party: Party
) -> None:
    footnote = Footnote(family="AL", form="un", text="* In line with a resolution.")
    party.short_name, party.footnote = "Albania*", footnote
    round_.meeting.country_code = "AL"
    db.session.commit()

    for event in events(client, address_for(coordinator)).values():
        assert "* In line with a resolution." in str(event["description"])


def test_however_many_rounds_it_takes_six_statements(
    client: TrackerClient,
    contributor: User,
    round_: Round,
    assignment: Assignment,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    address = address_for(contributor)
    for _ in range(4):
        more = RoundFactory.create(instruments=list(round_.instruments))
        AssignmentFactory.create(item=assignment.item, round_id=more.id, person=contributor, due_on=date(2026, 12, 5))
    db.session.expunge_all()

    with recording_sql() as statements:
        found = events(client, address)

    assert len(found) == 5 * 3
    assert len(statements) == 6


def test_the_meeting_has_the_identity_of_its_own_file(client: TrackerClient, coordinator: User, round_: Round) -> None:
    meeting: Meeting = round_.meeting
    found = events(client, address_for(coordinator))["M-2027-01-1"]

    file = client.sign_in(coordinator).get(f"/meetings/{meeting.id}.ics")

    own = Calendar.from_ical(file.data).walk("VEVENT")[0]
    assert [own[name] for name in ("uid", "sequence", "summary")] == [
        found[name] for name in ("uid", "sequence", "summary")
    ]
