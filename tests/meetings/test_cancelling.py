"""A meeting is cancelled, planned again, or was held."""

import json
from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import ItemFactory, MeetingFactory, reported
from tests.meetings.conftest import errors
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.mail.models import DeliveryState, Notification
from tracker.mail.rendering import Mail, render_batch
from tracker.meetings.models import Meeting, MeetingState, Round
from tracker.meetings.schedule import RoundPhase
from tracker.meetings.services import meetings as services
from tracker.progress.workflow import UpdateState

Queued = Callable[[str], list[str]]


@pytest.fixture
def reminder(round_: Round, coordinator: User, now: datetime) -> Notification:
    """Mail about the round that has not left."""
    notification = Notification(
        unique_key="something/1",
        kind="updates_accepted",
        person_id=coordinator.id,
        to_address=coordinator.email,
        to_name=coordinator.name,
        round_id=round_.id,
        next_attempt_at=now,
        message_id="<1@x>",
    )
    db.session.add(notification)
    db.session.commit()
    return notification


def test_a_cancelled_meeting_sends_nothing_more_but_the_one_notice(
    client: TrackerClient,
    secretariat: User,
    coordinator: User,
    meeting: Meeting,
    round_: Round,
    reminder: Notification,
    queued: Queued,
    now: datetime,
) -> None:
    client.sign_in(secretariat)
    asked = client.get(f"/meetings/{meeting.id}/cancel")
    assert "get one notice of the cancellation" in page(asked).text

    answer = client.post(f"/meetings/{meeting.id}/cancel", data={"reason": "Floods in the host country."})

    assert answer.location == f"/meetings/{meeting.id}"
    db.session.expire_all()
    assert (meeting.state, meeting.state_reason) == (MeetingState.CANCELLED, "Floods in the host country.")
    assert (round_.share_on, round_.phase_on(date(2026, 12, 1))) == (None, RoundPhase.CANCELLED)
    assert reminder.state is DeliveryState.CANCELLED
    assert queued("meeting_cancelled") == ["Coordinator"]
    (notice,) = db.session.scalars(sa.select(Notification).where(Notification.kind == "meeting_cancelled"))
    mail = render_batch([notice], now)[notice.id]
    assert isinstance(mail, Mail)
    assert mail.subject == "Network meeting, Brdo, 20–21 January 2027, is cancelled"
    assert "Floods in the host country." in mail.text


def test_what_was_accepted_is_no_longer_shared_until_a_day_is_set(
    meeting: Meeting, round_: Round, coordinator: User, secretariat: User, now: datetime
) -> None:
    item = ItemFactory.create(party=coordinator.memberships[0].party)
    reported(item, round_, coordinator, state=UpdateState.ACCEPTED)

    services.cancel_meeting(meeting, by=secretariat, at=now, reason="Floods.")
    db.session.commit()

    assert item.standing.shared_from is None


@pytest.mark.parametrize(("reason", "sentence"), [("  ", "Say in a sentence why it is cancelled."), ("x" * 2001, None)])
def test_a_reason_is_needed(
    client: TrackerClient, secretariat: User, meeting: Meeting, reason: str, sentence: str | None
) -> None:
    response = client.sign_in(secretariat).post(f"/meetings/{meeting.id}/cancel", data={"reason": reason})

    assert errors(response) == [sentence or "Use at most 2000 characters."]
    assert meeting.state is MeetingState.PLANNED


def test_a_meeting_is_cancelled_once(client: TrackerClient, secretariat: User, meeting: Meeting) -> None:
    client.sign_in(secretariat).post(f"/meetings/{meeting.id}/cancel", data={"reason": "Floods."})

    again = client.post(f"/meetings/{meeting.id}/cancel", data={"reason": "Snow."})

    assert again.status_code == 409
    assert meeting.state_reason == "Floods."


def test_a_cancelled_meeting_is_planned_again(
    client: TrackerClient,
    secretariat: User,
    coordinator: User,
    meeting: Meeting,
    round_: Round,
    queued: Queued,
    now: datetime,
) -> None:
    client.sign_in(secretariat).post(f"/meetings/{meeting.id}/cancel", data={"reason": "Floods."})

    answer = client.post(f"/meetings/{meeting.id}/reinstate")

    assert answer.location == f"/meetings/{meeting.id}/round"
    db.session.expire_all()
    assert (meeting.state, meeting.state_reason, meeting.cancelled_at) == (MeetingState.PLANNED, "", None)
    assert (round_.cancelled_at, round_.share_on, round_.edition) == (None, None, 2)
    assert round_.phase_on(date(2026, 12, 1)) is RoundPhase.OPEN
    assert queued("meeting_cancelled") == []
    assert queued("meeting_reinstated") == ["Coordinator"]
    (notice,) = db.session.scalars(sa.select(Notification).where(Notification.kind == "meeting_reinstated"))
    assert isinstance(render_batch([notice], now)[notice.id], Mail)


def test_the_share_date_of_a_cancelled_round_can_be_set(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round, now: datetime
) -> None:
    services.cancel_meeting(meeting, by=secretariat, at=now, reason="Floods.")
    db.session.commit()
    client.sign_in(secretariat)
    seen = page(client.get(f"/meetings/{meeting.id}/round")).select_one("#seen")["value"]
    days = {"opens_on": "2026-11-02", "due_on": "2026-12-14", "closes_on": "2027-01-08", "share_on": "2027-02-01"}
    scope = {"instruments": [str(each.id) for each in round_.instruments], "seen": seen}

    answer = client.post(f"/meetings/{meeting.id}/round", data=days | scope)

    assert answer.status_code == 302
    db.session.expire_all()
    assert round_.share_on == date(2027, 2, 1)

    seen = page(client.get(f"/meetings/{meeting.id}/round")).select_one("#seen")["value"]
    refused = client.post(f"/meetings/{meeting.id}/round", data=days | scope | {"seen": seen, "due_on": "2026-12-20"})
    assert refused.status_code == 409


def test_both_acts_are_in_the_log(secretariat: User, meeting: Meeting, round_: Round, now: datetime) -> None:
    services.cancel_meeting(meeting, by=secretariat, at=now, reason="Floods.")
    services.reinstate_meeting(meeting, by=secretariat, at=now)
    db.session.commit()

    events = {event.act: json.loads(event.content or "{}") for event in db.session.scalars(sa.select(AuditEvent))}
    assert list(events) == ["meeting.cancelled", "round.cancelled", "meeting.reinstated", "round.reinstated"]
    assert events["meeting.cancelled"] == {"reason": "Floods."}
    assert events["round.cancelled"]["share_on"] == ["2027-01-20", None]


def test_a_meeting_whose_day_has_come_is_marked_as_held(client: TrackerClient, secretariat: User) -> None:
    meeting = MeetingFactory.create(starts_on=date(2026, 11, 23), ends_on=None)

    client.sign_in(secretariat).post(f"/meetings/{meeting.id}/held")

    assert meeting.state is MeetingState.HELD


def test_a_meeting_that_is_ahead_was_not_held(client: TrackerClient, secretariat: User, meeting: Meeting) -> None:
    response = client.sign_in(secretariat).post(f"/meetings/{meeting.id}/held")

    assert response.status_code == 409
    assert meeting.state is MeetingState.PLANNED
