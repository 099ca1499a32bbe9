"""A meeting moves: the round and all unsent mail move with it, and people are told once."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import ExtensionFactory, MembershipFactory
from tests.meetings.conftest import as_sent_back, errors, form_of
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.mail.models import DeliveryState, Notification
from tracker.mail.rendering import Cancel, Mail, render_batch
from tracker.meetings.models import Meeting, MeetingState, Round
from tracker.meetings.schedule import RoundDates
from tracker.meetings.services import meetings as services
from tracker.meetings.services.meetings import DueWouldPass, MeetingValues
from tracker.parties.models import Party

Queued = Callable[[str], list[str]]


def moved_to(meeting: Meeting, starts_on: date) -> MeetingValues:
    return MeetingValues(
        title=meeting.title,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=1),
        timezone=meeting.timezone,
        city=meeting.city,
        country_code=meeting.country_code,
    )


def move(meeting: Meeting, starts_on: date, *, by: User, at: datetime, accept_past: bool = False) -> int:
    told = services.change_meeting(meeting, moved_to(meeting, starts_on), by=by, at=at, accept_past=accept_past)
    db.session.commit()
    return told


def the_mails(kind: str) -> list[Notification]:
    return list(db.session.scalars(sa.select(Notification).where(Notification.kind == kind).order_by(Notification.id)))


def test_nothing_is_saved_before_old_and_new_days_were_seen(
    client: TrackerClient, secretariat: User, coordinator: User, meeting: Meeting, round_: Round, queued: Queued
) -> None:
    client.sign_in(secretariat)
    typed = form_of(client, f"/meetings/{meeting.id}/edit") | {"starts_on": "2027-02-03", "ends_on": "2027-02-04"}

    asked = client.post(f"/meetings/{meeting.id}/edit", data=typed | {"host": "Host <b>"})

    rows = [[c.get_text(strip=True) for c in row.select("th, td")] for row in page(asked).select("table tbody tr")]
    assert rows == [
        ["Meeting", "20–21 January 2027", "3–4 February 2027"],
        ["Round opens", "2 November 2026", "stays: 2 November 2026"],
        ["Reports are due", "14 December 2026", "28 December 2026"],
        ["Round closes", "8 January 2027", "22 January 2027"],
        ["Answers are shared from", "20 January 2027", "3 February 2027"],
    ]
    db.session.expire_all()
    assert (meeting.starts_on, round_.due_on, queued("meeting_moved")) == (date(2027, 1, 20), date(2026, 12, 14), [])

    done = client.post(f"/meetings/{meeting.id}/edit", data=as_sent_back(asked))

    assert done.location == f"/meetings/{meeting.id}"
    db.session.expire_all()
    assert (meeting.starts_on, meeting.ends_on, meeting.host) == (date(2027, 2, 3), date(2027, 2, 4), "Host <b>")
    assert (round_.opens_on, round_.due_on, round_.edition) == (date(2026, 11, 2), date(2026, 12, 28), 1)
    assert queued("meeting_moved") == ["Coordinator"]


def test_a_change_of_hour_or_place_asks_nothing_and_tells_nobody(
    client: TrackerClient, secretariat: User, coordinator: User, meeting: Meeting, round_: Round, queued: Queued
) -> None:
    client.sign_in(secretariat)
    typed = form_of(client, f"/meetings/{meeting.id}/edit")

    done = client.post(f"/meetings/{meeting.id}/edit", data=typed | {"city": "Kranj", "starts_at": "10:00"})

    assert done.status_code == 302
    assert queued("meeting_moved") == []


def test_a_due_date_in_the_past_has_to_be_meant(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round
) -> None:
    address = f"/meetings/{meeting.id}/edit"
    client.sign_in(secretariat)
    typed = form_of(client, address) | {"starts_on": "2026-12-20", "ends_on": ""}

    asked = client.post(address, data=typed)
    assert "Reports would have been due on 13 November 2026." in asked.text
    assert errors(asked) == []

    asked = client.post(address, data=as_sent_back(asked))
    assert errors(asked) == ["Tick that this is meant, or go back and choose another day."]
    db.session.expire_all()
    assert meeting.starts_on == date(2027, 1, 20)

    assert client.post(address, data=as_sent_back(asked) | {"accept_past": "y"}).status_code == 302
    db.session.expire_all()
    assert (meeting.starts_on, round_.due_on) == (date(2026, 12, 20), date(2026, 11, 13))


def test_the_service_refuses_such_a_move_too(secretariat: User, meeting: Meeting, round_: Round, now: datetime) -> None:
    with pytest.raises(DueWouldPass):
        move(meeting, date(2026, 12, 20), by=secretariat, at=now)


def test_days_shown_in_another_form_than_saved_are_shown_again(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round
) -> None:
    address = f"/meetings/{meeting.id}/edit"
    client.sign_in(secretariat)
    asked = client.post(address, data=form_of(client, address) | {"starts_on": "2027-02-03", "ends_on": ""})

    again = client.post(address, data=as_sent_back(asked) | {"starts_on": "2027-03-03"})

    assert "3 March 2027" in page(again).h1.text
    db.session.expire_all()
    assert meeting.starts_on == date(2027, 1, 20)


def test_a_day_set_by_hand_keeps_its_distance(
    secretariat: User, meeting: Meeting, round_: Round, now: datetime
) -> None:
    move(meeting, date(2027, 1, 25), by=secretariat, at=now)

    assert round_.dates == RoundDates(
        opens_on=date(2026, 11, 2), due_on=date(2026, 12, 19), closes_on=date(2027, 1, 13), share_on=date(2027, 1, 25)
    )


@pytest.mark.parametrize(("days", "edition"), [(14, 1), (15, 2), (-10, 1)])
def test_the_edition_rises_when_the_meeting_moves_back_by_more_than_14_days(
    secretariat: User, meeting: Meeting, round_: Round, now: datetime, days: int, edition: int
) -> None:
    move(meeting, date(2027, 1, 20) + timedelta(days=days), by=secretariat, at=now)

    assert round_.edition == edition


def test_extensions_move_too_and_never_fall_behind_the_due_date(
    secretariat: User, meeting: Meeting, round_: Round, party: Party, now: datetime
) -> None:
    extension = ExtensionFactory.create(
        round=round_, party=party, due_on=date(2026, 12, 18), granted_by_id=secretariat.id
    )

    move(meeting, date(2027, 1, 23), by=secretariat, at=now)

    assert extension.due_on == date(2026, 12, 21)


def test_every_person_concerned_is_told_once_and_whoever_did_it_knows(
    secretariat: User,
    coordinator: User,
    deputy: User,
    contributor: User,
    observer: User,
    nobody: User,
    meeting: Meeting,
    round_: Round,
    other_party: Party,
    now: datetime,
    queued: Queued,
) -> None:
    MembershipFactory.create(person=coordinator, role=Role.COORDINATOR, party=other_party)
    colleague = MembershipFactory.create(role=Role.SECRETARIAT, party=None, person__name="Colleague").person
    assert colleague.id != secretariat.id

    told = move(meeting, date(2027, 2, 3), by=secretariat, at=now)

    assert told == 3
    assert queued("meeting_moved") == ["Colleague", "Coordinator", "Deputy"]


def test_whoever_had_mail_about_the_round_is_told(
    secretariat: User, contributor: User, meeting: Meeting, round_: Round, now: datetime, queued: Queued
) -> None:
    db.session.add(
        Notification(
            unique_key="digest/1", kind="updates_accepted", person_id=contributor.id, to_address=contributor.email,
            to_name=contributor.name, round_id=round_.id, next_attempt_at=now, message_id="<1@x>",
            state=DeliveryState.SENT, sent_at=now,
        )
    )  # fmt: skip

    move(meeting, date(2027, 2, 3), by=secretariat, at=now)

    assert queued("meeting_moved") == ["Contributor"]


def test_a_second_move_before_the_first_news_left_is_told_as_one(
    secretariat: User, coordinator: User, meeting: Meeting, round_: Round, now: datetime, queued: Queued
) -> None:
    move(meeting, date(2027, 2, 3), by=secretariat, at=now)
    move(meeting, date(2027, 2, 10), by=secretariat, at=now + timedelta(minutes=1))

    first, second = the_mails("meeting_moved")
    assert (first.state, second.state) == (DeliveryState.CANCELLED, DeliveryState.QUEUED)
    assert (second.parameters["was_on"], second.parameters["is_on"]) == ("2027-01-20", "2027-02-10")

    move(meeting, date(2027, 1, 20), by=secretariat, at=now + timedelta(minutes=2))
    assert queued("meeting_moved") == []


def test_a_move_there_and_back_is_told_both_times_if_both_news_leave(
    secretariat: User, coordinator: User, meeting: Meeting, round_: Round, now: datetime
) -> None:
    for minute, day in enumerate((date(2027, 2, 3), date(2027, 1, 20), date(2027, 2, 3))):
        move(meeting, day, by=secretariat, at=now + timedelta(minutes=minute))
        db.session.execute(sa.update(Notification).values(state=DeliveryState.SENT, sent_at=now))

    assert len(the_mails("meeting_moved")) == 3


def test_the_mail_says_old_and_new_day_and_the_deadline(
    secretariat: User, coordinator: User, meeting: Meeting, round_: Round, party: Party, now: datetime
) -> None:
    ExtensionFactory.create(round=round_, party=party, due_on=date(2026, 12, 18), granted_by_id=secretariat.id)
    move(meeting, date(2027, 2, 3), by=secretariat, at=now)
    (notification,) = the_mails("meeting_moved")

    mail = render_batch([notification], now)[notification.id]

    assert isinstance(mail, Mail)
    assert mail.subject == "Network meeting, Brdo moves to 3–4 February 2027"
    assert "20 January 2027" in mail.text
    assert "by the end of 1 January 2027, Vienna time" in " ".join(mail.text.split())
    assert f"http://localhost:8000/meetings/{meeting.id}" in mail.text
    assert f"http://localhost:8000/meetings/{meeting.id}" in mail.html


def test_news_that_is_no_longer_true_is_not_sent(
    secretariat: User, coordinator: User, meeting: Meeting, round_: Round, now: datetime
) -> None:
    move(meeting, date(2027, 2, 3), by=secretariat, at=now)
    (notification,) = the_mails("meeting_moved")
    meeting.state = MeetingState.CANCELLED
    db.session.flush()

    assert isinstance(render_batch([notification], now)[notification.id], Cancel)


def test_the_move_is_in_the_log_with_each_day(
    secretariat: User, meeting: Meeting, round_: Round, party: Party, now: datetime
) -> None:
    ExtensionFactory.create(round=round_, party=party, due_on=date(2026, 12, 18), granted_by_id=secretariat.id)

    move(meeting, date(2027, 2, 10), by=secretariat, at=now)

    events = {event.act: json.loads(event.content or "{}") for event in db.session.scalars(sa.select(AuditEvent))}
    assert events["meeting.changed"]["starts_on"] == ["2027-01-20", "2027-02-10"]
    assert events["round.moved"] == {
        "due_on": ["2026-12-14", "2027-01-04"],
        "closes_on": ["2027-01-08", "2027-01-29"],
        "share_on": ["2027-01-20", "2027-02-10"],
        "edition": [1, 2],
    }
    assert events["extension.moved"] == {"due_on": ["2026-12-18", "2027-01-08"]}


def test_the_round_of_a_meeting_that_was_held_does_not_move(
    secretariat: User, coordinator: User, meeting: Meeting, round_: Round, now: datetime
) -> None:
    meeting.state = MeetingState.HELD

    assert move(meeting, date(2027, 2, 3), by=secretariat, at=now) == 0
    assert round_.due_on == date(2026, 12, 14)


def test_the_round_of_a_cancelled_meeting_moves_in_silence(
    secretariat: User, coordinator: User, meeting: Meeting, round_: Round, now: datetime, queued: Queued
) -> None:
    services.cancel_meeting(meeting, by=secretariat, at=now, reason="Floods.")

    assert move(meeting, date(2027, 2, 3), by=secretariat, at=now) == 0
    assert round_.due_on == date(2026, 12, 28)
    assert queued("meeting_moved") == []


def test_moving_many_people_costs_no_more_reading_than_moving_one(
    client: TrackerClient,
    secretariat: User,
    coordinator: User,
    meeting: Meeting,
    round_: Round,
    queued: Queued,
    recording_sql: Any,
) -> None:
    address = f"/meetings/{meeting.id}/edit"
    client.sign_in(secretariat)
    with recording_sql() as before:
        client.get(address)
    for _ in range(5):
        MembershipFactory.create(role=Role.COORDINATOR)
    with recording_sql() as after:
        client.get(address)

    assert len(after) == len(before) <= 10
