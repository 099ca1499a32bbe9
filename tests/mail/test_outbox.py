"""Mail is queued once, cancelled while it waits, and written from what is true when it leaves."""

from datetime import date, datetime

import pytest
from flask import Flask

from tests.mail.conftest import Queue
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.mail import rendering
from tracker.mail.models import DeliveryState, Notification
from tracker.mail.rendering import CannotRender, Mail, absolute_url, render_batch
from tracker.mail.services import CannotSendAgain, Recipient, cancel_unsent, enqueue, send_again


def test_the_same_mail_is_queued_once(now: datetime) -> None:
    to = Recipient(person_id=None, address="a@example.org", name="A")

    assert enqueue("sample", unique_key="k/1", to=to, at=now) is not None
    assert enqueue("sample", unique_key="k/1", to=to, at=now) is None
    assert db.session.query(Notification).count() == 1


def test_a_person_has_one_digest_a_day(now: datetime, coordinator: User) -> None:
    to = Recipient(person_id=coordinator.id, address=coordinator.email, name=coordinator.name)

    assert enqueue("sample", unique_key="k/1", to=to, at=now, local_day=date(2026, 11, 23)) is not None
    assert enqueue("sample", unique_key="k/2", to=to, at=now, local_day=date(2026, 11, 23)) is None
    assert enqueue("sample", unique_key="k/3", to=to, at=now, local_day=date(2026, 11, 24)) is not None


def test_mail_of_an_unknown_kind_is_not_queued(now: datetime) -> None:
    with pytest.raises(LookupError):
        enqueue("no such kind", unique_key="k/1", to=Recipient(person_id=None, address="a@b.c", name=""), at=now)


def test_the_message_id_follows_from_the_key(queue: Queue) -> None:
    first = queue("k/1").message_id
    second = queue("k/2").message_id

    assert first != second
    assert first.startswith("<")
    assert first.endswith("@localhost>")


def test_waiting_mail_is_cancelled_with_the_reason(queue: Queue, now: datetime) -> None:
    waiting, sent = queue("returned/1"), queue("returned/2")
    sent.state, sent.sent_at = DeliveryState.SENT, now

    assert cancel_unsent("The meeting was cancelled.", at=now, key_begins="returned/") == 1
    assert (waiting.state, waiting.note) == (DeliveryState.CANCELLED, "The meeting was cancelled.")
    assert sent.state is DeliveryState.SENT
    with pytest.raises(ValueError, match="name the mail"):
        cancel_unsent("Everything.", at=now)


def test_only_failed_mail_is_sent_again(queue: Queue, now: datetime, secretariat: User) -> None:
    notification = queue("k/1")
    with pytest.raises(CannotSendAgain):
        send_again(notification, by=secretariat, at=now)
    notification.state, notification.attempts = DeliveryState.FAILED, 7

    send_again(notification, by=secretariat, at=now)

    assert (notification.state, notification.attempts) == (DeliveryState.QUEUED, 0)


def test_a_mail_that_cannot_be_written_spoils_no_other(queue: Queue, now: datetime) -> None:
    def sometimes(notification: Notification, _now: datetime) -> Mail:
        if notification.unique_key == "bad":
            raise ZeroDivisionError
        return Mail("Subject", "Text", "<p>Text</p>")

    rendering.register("sample", sometimes)
    good, bad = queue("good"), queue("bad")

    rendered = render_batch([good, bad], now)

    assert isinstance(rendered[good.id], Mail)
    assert isinstance(rendered[bad.id], CannotRender)


def test_addresses_in_mail_never_follow_the_host_header(app: Flask) -> None:
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert absolute_url("security.login", next="/work") == "http://localhost:8000/login?next=/work"
