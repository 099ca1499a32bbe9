"""The local mailbox shows what was sent, in development only."""

from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from tests.client import TrackerClient, page
from tests.mail.conftest import Queue
from tracker import create_app
from tracker.mail import rendering
from tracker.mail.display import with_rules
from tracker.mail.jobs import deliver_mail
from tracker.mail.maildir import keys_newest_first, read_mail
from tracker.mail.rendering import Attachment, Mail
from tracker.mail.transport import mailbox_folder


@pytest.fixture(autouse=True)
def empty_mailbox(app: Flask) -> Iterator[None]:
    yield
    for folder in ("new", "cur"):
        for path in (mailbox_folder(app.config) / folder).glob("*"):
            path.unlink()


@pytest.fixture
def sent(app: Flask, queue: Queue, now: datetime) -> str:
    """A mail in the mailbox; its name."""
    html = '<!doctype html><html lang="en"><head><title>T</title></head><h1 style="color: red">Hi</h1></html>'
    file = Attachment(name="due.ics", content=b"BEGIN:VCALENDAR", type="text/calendar")
    rendering.register("sample", lambda *_: Mail("<b>Über</b>", "See http://localhost:8000/work", html, (file,)))
    queue("k1", address="ana@example.org")
    deliver_mail(now)
    return keys_newest_first(mailbox_folder(app.config))[0]


def test_an_empty_mailbox_says_what_fills_it(client: TrackerClient) -> None:
    assert "No mail yet" in client.get("/dev/mailbox").text


def test_everybody_reads_what_was_sent(client: TrackerClient, sent: str) -> None:
    listed = page(client.get("/dev/mailbox"))
    shown = page(client.get(f"/dev/mailbox/{sent}"))

    assert "<b>Über</b>" in listed.text
    assert shown.h1.text == "<b>Über</b>"
    assert shown.select_one('.mail-text a[href="http://localhost:8000/work"]') is not None
    assert "due.ics" in shown.text


def test_the_mail_as_seen_by_its_recipient_can_do_nothing(client: TrackerClient, sent: str) -> None:
    response = client.get(f"/dev/mailbox/{sent}/html")

    assert '<h1 data-look="0">Hi</h1>' in response.text
    nonce = page(response).style["nonce"]
    assert page(response).style.text == '[data-look="0"]{color: red}'
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"style-src  'nonce-{nonce}'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "form-action 'none'" in policy


def test_a_title_cannot_slip_a_rule_into_the_look_of_a_mail() -> None:
    shown = with_rules('<html><head></head><p style="color: red} body {x">a</p><p>b style="} i {"</p></html>', "n")

    assert '[data-look="0"]{color: red body x}' in shown
    assert 'b style="} i {"</p>' in shown


def test_a_file_is_handed_out_as_a_file(client: TrackerClient, sent: str) -> None:
    response = client.get(f"/dev/mailbox/{sent}/files/0")

    assert response.data == b"BEGIN:VCALENDAR"
    assert response.headers["Content-Disposition"] == "attachment; filename=due.ics"
    assert client.get(f"/dev/mailbox/{sent}/files/1").status_code == 404


@pytest.mark.parametrize("key", ["..", ".hidden", "no-such-mail", "..%2Fsecret-key", "%00"])
def test_nothing_but_mails_is_handed_out(client: TrackerClient, key: str) -> None:
    assert client.get(f"/dev/mailbox/{key}").status_code == 404


def test_production_has_no_mailbox(make_config: Callable[..., Config], database_url: str) -> None:
    production = create_app(
        make_config(
            TRACKER_ENV="production",
            TRACKER_BASE_URL="https://tracker.example",
            SQLALCHEMY_DATABASE_URI=database_url,
            MAIL_URL="smtp://localhost",
        )
    )

    assert [rule for rule in production.url_map.iter_rules() if "mailbox" in rule.endpoint] == []


def test_a_long_name_in_cyrillic_is_read_as_mail_programs_read_it(tmp_path: Path) -> None:
    message = EmailMessage(policy=SMTP)
    message["To"] = formataddr(("Соработник, внатрешни работи (sample)", "contributor.mk@demo.example"))
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1").write_bytes(message.as_bytes())

    mail = read_mail(tmp_path, "1")

    assert mail is not None
    assert mail.header("To") == "Соработник, внатрешни работи (sample) <contributor.mk@demo.example>"
    assert mail.header("Subject") == ""
