"""Mail leaves once, to one person each, and waits out a mail server in trouble."""

import mailbox
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.headerregistry import UniqueAddressHeader
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.mail.conftest import Queue
from tests.smtp import Server, free_port, smtp_server
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.mail import delivery, rendering, transport
from tracker.mail.delivery import LEASE, delay_before_next
from tracker.mail.jobs import deliver_mail, forget_old_bodies
from tracker.mail.models import DeliveryState, MailPause, Notification
from tracker.mail.rendering import Attachment, Cancel, Mail, Postpone
from tracker.mail.services import send_again
from tracker.mail.transport import MaildirTransport, SmtpServer, SmtpTransport


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as running:
        yield running


@pytest.fixture(autouse=True)
def mail_url(app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", server.url)
    for name in ("_TO_CONNECT", "_TO_ANSWER", "_TO_ACCEPT"):
        monkeypatch.setattr(transport, name, 0.3)


def state_of(notification: Notification) -> DeliveryState:
    db.session.refresh(notification)
    return notification.state


def test_a_mail_leaves_once(queue: Queue, server: Server, now: datetime) -> None:
    notification = queue("k1", address="ana@example.org")

    assert deliver_mail(now) == 1
    assert deliver_mail(now) == 0

    [mail] = server.accepted
    assert mail.to == ["ana@example.org"]
    assert mail.message["Message-ID"] == notification.message_id
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Reply-To"] == "secretariat@localhost"
    assert (state_of(notification), notification.lease) == (DeliveryState.SENT, None)
    assert notification.server_answer == "250 OK, taken"
    assert notification.subject == "About k1"
    assert notification.body_text == "Text of k1\n"


def test_many_mails_take_one_connection_and_one_recipient_each(queue: Queue, server: Server, now: datetime) -> None:
    for number in range(45):
        queue(f"k{number}")

    assert deliver_mail(now) == 45
    assert server.connections == 1
    assert all(len(mail.to) == 1 for mail in server.accepted)


def test_mail_waits_for_its_moment(queue: Queue, now: datetime) -> None:
    queue("k1", not_before=now + timedelta(hours=1))

    assert deliver_mail(now) == 0
    assert deliver_mail(now + timedelta(hours=1)) == 1


def test_line_ends_and_addresses_of_a_name_reach_no_header(queue: Queue, server: Server, now: datetime) -> None:
    def hostile(_notification: Notification, _now: datetime) -> Mail:
        return Mail(
            "Subject\r\nBcc: victim@example.org",
            "Text\r\n.\r\nMAIL FROM:<x@example.org>\r\n..\r\n",
            "<p>Text</p>",
            headers={"List-Unsubscribe": "<http://localhost/>\r\nBcc: victim@example.org"},
        )

    rendering.register("sample", hostile)
    notification = queue("k1")
    notification.to_name = 'Ђорђе "Đ", Ş <victim@example.org>\r\nBcc: victim@example.org'
    db.session.commit()

    deliver_mail(now)

    [mail] = server.accepted
    assert mail.to == ["k1@example.org"]
    assert mail.message["Bcc"] is None
    to = cast(UniqueAddressHeader, mail.message["To"])
    assert [address.addr_spec for address in to.addresses] == ["k1@example.org"]
    assert to.addresses[0].display_name.startswith('Ђорђе "Đ", Ş <')
    raw_headers = mail.content.split(b"\r\n\r\n", 1)[0]
    assert raw_headers.isascii()
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.splitlines() == ["Text", ".", "MAIL FROM:<x@example.org>", ".."]


@pytest.mark.parametrize("address", ["no address", "a@b.c, d@e.f", "a@b.c\r\nBcc: d@e.f", "юрій@example.org", "@x.org"])
def test_what_is_not_an_address_fails_at_once(queue: Queue, server: Server, now: datetime, address: str) -> None:
    bad = queue("k1", address=address)
    good = queue("k2")

    assert deliver_mail(now) == 1
    assert state_of(bad) is DeliveryState.FAILED
    assert state_of(good) is DeliveryState.SENT
    assert server.attempts == ["k2@example.org"]


def test_attachments_and_texts_arrive_as_they_are(queue: Queue, server: Server, now: datetime) -> None:
    calendar = Attachment(name="due.ics", content=b"BEGIN:VCALENDAR\r\n", type="text/calendar; method=PUBLISH")
    text = "Chișinău, Тирана: " + "long " * 300 + "\n"

    rendering.register("sample", lambda *_: Mail("Čžš " * 40, text, f"<p>{text}</p>", attachments=(calendar,)))
    queue("k1")
    deliver_mail(now)

    message = server.accepted[0].message
    assert message["Subject"] == ("Čžš " * 40).strip()
    assert message.get_body(("plain",)).get_content().splitlines() == text.splitlines()  # type: ignore[union-attr]
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "due.ics"
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_payload(decode=True) == calendar.content


def test_a_secret_text_is_not_kept(queue: Queue, now: datetime) -> None:
    rendering.register("sample", lambda *_: Mail("Subject", "secret", "<p>secret</p>", keep_body=False))
    notification = queue("k1")

    deliver_mail(now)

    assert state_of(notification) is DeliveryState.SENT
    assert (notification.body_text, notification.body_html) == (None, None)


def test_a_renderer_may_cancel_or_postpone(queue: Queue, server: Server, now: datetime) -> None:
    def decide(notification: Notification, _now: datetime) -> Cancel | Postpone:
        return Cancel("Nothing is open.") if notification.unique_key == "k1" else Postpone(now + timedelta(hours=2))

    rendering.register("sample", decide)
    cancelled, postponed = queue("k1"), queue("k2")

    assert deliver_mail(now) == 0
    assert (state_of(cancelled), cancelled.note) == (DeliveryState.CANCELLED, "Nothing is open.")
    assert (state_of(postponed), postponed.attempts) == (DeliveryState.QUEUED, 0)
    assert postponed.next_attempt_at == now + timedelta(hours=2)
    assert server.attempts == []


def test_one_bad_recipient_stops_nobody_else(queue: Queue, server: Server, now: datetime) -> None:
    server.behaviour = lambda stage, address: (
        "550 no such mailbox" if stage == "RCPT" and address.startswith("bad") else None
    )
    bad = queue("bad")
    others = [queue(f"k{number}") for number in range(5)]

    assert deliver_mail(now) == 5
    assert (state_of(bad), bad.server_answer) == (DeliveryState.FAILED, "550 no such mailbox")
    assert {state_of(other) for other in others} == {DeliveryState.SENT}


def test_a_recipient_over_whom_the_server_falls_silent_delays_the_others_little(
    queue: Queue, server: Server, now: datetime
) -> None:
    server.behaviour = lambda stage, address: "hang" if stage == "RCPT" and address.startswith("bad") else None
    bad = queue("bad")
    queue("good")

    assert deliver_mail(now) == 1
    assert (state_of(bad), bad.attempts) == (DeliveryState.QUEUED, 1)
    assert transport._TO_CONNECT + transport._TO_ANSWER + transport._TO_ACCEPT < 60


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("MAIL", "450 later"),
        ("MAIL", "421 closing"),
        ("MAIL", "550 sender unknown"),
        ("RCPT", "450 greylisted"),
        ("RCPT", "451 local error"),
        ("RCPT", "421 closing"),
        ("DATA", "451 local error"),
        ("DATA", "421 closing"),
        ("MAIL", "hang"),
        ("RCPT", "hang"),
        ("DATA", "hang"),
    ],
)
def test_mail_waits_out_a_server_in_trouble_for_six_hours(
    queue: Queue, server: Server, now: datetime, stage: str, answer: str
) -> None:
    down_until = now + timedelta(hours=6)
    server.behaviour = lambda at, _address: answer if at == stage else None
    notifications = [queue(f"k{number}") for number in range(2)]
    every = 360 if answer == "hang" else 30  # each silence costs real time
    for moment in [now + timedelta(minutes=n) for n in range(0, 360, every)]:
        assert deliver_mail(moment) == 0
    assert {state_of(each) for each in notifications} == {DeliveryState.QUEUED}

    server.behaviour = lambda _stage, _address: None
    for minute in range(11):
        deliver_mail(down_until + timedelta(minutes=minute))

    assert {state_of(each) for each in notifications} == {DeliveryState.SENT}
    assert sorted(mail.to[0] for mail in server.accepted) == ["k0@example.org", "k1@example.org"]


def test_a_server_that_is_not_there_costs_one_try_a_pass(
    queue: Queue, server: Server, now: datetime, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifications = [queue(f"k{number}") for number in range(30)]
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{free_port()}?tls=none")
    for minute in range(20):
        assert deliver_mail(now + timedelta(minutes=minute)) == 0
    assert sum(each.attempts for each in db.session.scalars(sa.select(Notification))) == 20

    monkeypatch.setitem(app.config, "MAIL_URL", server.url)
    for minute in range(20, 31):
        deliver_mail(now + timedelta(minutes=minute))

    assert {state_of(each) for each in notifications} == {DeliveryState.SENT}
    assert len(server.accepted) == 30


def test_the_delays_grow_from_half_a_minute_to_half_an_hour_for_two_days() -> None:
    delays, trouble_for, attempts = [], timedelta(0), 1
    while trouble_for < timedelta(hours=48):
        delays.append(delay_before_next(attempts, trouble_for))
        trouble_for, attempts = trouble_for + delays[-1], attempts + 1

    assert delays[0] == timedelta(seconds=30)
    assert delays == sorted(delays)
    assert delays[-1] == timedelta(minutes=30)


def test_after_two_days_it_is_given_up_and_can_be_sent_again(
    queue: Queue, server: Server, now: datetime, secretariat: User
) -> None:
    server.behaviour = lambda stage, _address: "450 later" if stage == "RCPT" else None
    notification = queue("k1")
    deliver_mail(now)
    for hours in (47.9, 48.5):
        assert state_of(notification) is DeliveryState.QUEUED
        deliver_mail(now + timedelta(hours=hours))
    assert state_of(notification) is DeliveryState.FAILED

    server.behaviour = lambda _stage, _address: None
    send_again(notification, by=secretariat, at=now)
    db.session.commit()

    assert deliver_mail(now + timedelta(days=3)) == 1
    assert server.accepted[0].message["Message-ID"] == notification.message_id


def test_what_a_dead_process_had_claimed_is_sent_when_its_lease_runs_out(
    queue: Queue, server: Server, now: datetime
) -> None:
    notification = queue("k1")
    db.session.commit()
    assert [row.id for row in delivery._claim("of a process that died", now)] == [notification.id]

    assert deliver_mail(now + LEASE - timedelta(seconds=2)) == 0
    assert deliver_mail(now + LEASE) == 1
    assert server.accepted[0].message["Message-ID"] == notification.message_id


def test_no_transaction_is_open_while_the_server_is_talked_to(queue: Queue, server: Server, now: datetime) -> None:
    queue("k1")
    seen: list[bool] = []

    class Watching(SmtpTransport):
        def send(self, to_address: str, message: bytes) -> str:
            seen.append(db.session().in_transaction())
            return super().send(to_address, message)

    watching = Watching(SmtpServer.from_url(server.url), sender="tracker@localhost", own_name="localhost")
    assert deliver_mail(now, transport=watching) == 1
    assert seen == [False]


def test_stopping_gives_back_what_was_claimed(queue: Queue, server: Server, now: datetime) -> None:
    notifications = [queue(f"k{number}") for number in range(5)]

    deliver_mail(now, is_stopping=lambda: len(server.accepted) >= 2)

    assert [state_of(each) for each in notifications] == [DeliveryState.SENT] * 2 + [DeliveryState.QUEUED] * 3
    assert {each.lease for each in notifications} == {None}


def test_a_pause_holds_back_reminders_but_no_other_mail(queue: Queue, now: datetime, secretariat: User) -> None:
    queue("k1")
    held = queue("k2", kind="sample_reminder")
    db.session.add(MailPause(paused_by_id=secretariat.id, paused_at=now))
    db.session.commit()

    assert deliver_mail(now) == 1
    assert state_of(held) is DeliveryState.QUEUED

    db.session.execute(sa.delete(MailPause))
    db.session.commit()
    assert deliver_mail(now) == 1


def test_texts_are_blanked_after_two_years(queue: Queue, now: datetime) -> None:
    notification = queue("k1")
    deliver_mail(now)

    assert forget_old_bodies(now + timedelta(days=729)) == 0
    assert forget_old_bodies(now + timedelta(days=731)) == 1
    assert state_of(notification) is DeliveryState.SENT
    assert (notification.body_text, notification.subject) == (None, "About k1")


def test_a_folder_serves_as_a_mailbox(queue: Queue, now: datetime, tmp_path: Path) -> None:
    queue("k1")

    assert deliver_mail(now, transport=MaildirTransport(tmp_path / "mailbox")) == 1
    [message] = mailbox.Maildir(tmp_path / "mailbox")
    assert message["Subject"] == "About k1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, "", "", "")),
        ("smtp://u%40x:p%2Fq@mail.example.org", ("mail.example.org", 587, "u@x", "p/q", "")),
        ("smtp://mail.example.org?tls=implicit", ("mail.example.org", 465, "", "", "implicit")),
        ("smtp://mail.example.org:2525?tls=none", ("mail.example.org", 2525, "", "", "none")),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, expected: tuple[str, int, str, str, str]) -> None:
    server = SmtpServer.from_url(url)

    assert (server.host, server.port, server.user, server.password, server.tls) == expected


def test_an_address_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="tls must be"):
        SmtpServer.from_url("smtp://mail.example.org?tls=maybe")
