"""P29 and P30: what the log of the processes says, and what it never says."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.client import TrackerClient
from tests.factories import MembershipFactory
from tracker.accounts import passwords
from tracker.accounts.models import LinkPurpose, Role, User
from tracker.accounts.services import second_factor
from tracker.accounts.services.links import issue_link, token_of
from tracker.core import logs
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.uploads.kinds import UploadRefused, kind_named

PASSWORD = "šuma reka nebo"
WRONG = "wrong-and-secret-password"
Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged in this test, as it stands on stderr."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.formatter())
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def lines(written: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.fixture
def person() -> User:
    return MembershipFactory.create(
        role=Role.OBSERVER, party=None, person__email="ana@example.org",
        person__password=passwords.hash_password(PASSWORD),
    ).person  # fmt: skip


def test_p30_at_least_twelve_events_are_written(
    app: Flask,
    client: TrackerClient,
    person: User,
    administrator: User,
    lines: Lines,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logs.tell_start(app, "web server")
    for _ in range(6):
        client.post("/login", data={"email": "ana@example.org", "password": WRONG})
    client.post("/login", data={"email": "ana@example.org", "password": PASSWORD}, environ_base={"REMOTE_ADDR": "::1"})
    client.get("/people")
    client.post("/login", json={})
    client.post("/me/details", headers={"Sec-Fetch-Site": "cross-site"})
    client.get("/logout")
    client.post("/me/details", data={"name": "x" * 1_100_000})
    client.get("/reset/no-such-token")
    client.post("/reset", data={"email": "ana@example.org"})
    client.post("/logout")
    client.sign_in(administrator)
    client.post(f"/people/{person.id}/disable")
    client.post(f"/people/{person.id}/enable")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client.post("/me/details")
    with pytest.raises(UploadRefused):
        kind_named("report.exe")

    names = {str(line["event"]) for line in lines()}

    assert names >= {
        "started", "account.sign_in_failed", "too_many_attempts", "account.signed_in", "access_denied",
        "content_refused", "request_refused", "method_refused", "too_large", "link_refused",
        "account.reset_asked", "account.signed_out", "account.disabled", "account.enabled", "form_token_refused",
        "upload_refused",
    }  # fmt: skip


def test_p30_a_line_is_json_in_utc_and_says_who_from_where_and_what(
    client: TrackerClient, observer: User, lines: Lines
) -> None:
    client.sign_in(observer).get("/people")

    line = next(line for line in lines() if line["event"] == "access_denied")

    assert datetime.fromisoformat(str(line["at"])).utcoffset() == timedelta(0)
    assert {name: line[name] for name in ("level", "person_id", "address", "method", "page", "rule")} == {
        "level": "warning", "person_id": observer.id, "address": "127.0.0.1", "method": "GET",
        "page": "people.list_people", "rule": "see_people",
    }  # fmt: skip
    assert line["request_id"]


def test_p30_no_password_token_or_cookie_is_written(
    app: Flask, client: TrackerClient, person: User, written: io.StringIO
) -> None:
    link = issue_link(person, LinkPurpose.RESET, by=None, at=utc_now())
    token = token_of(link)
    second_factor.note_locked(person, at=utc_now())
    db.session.commit()
    client.post("/login", data={"email": "ana@example.org", "password": WRONG})
    client.post("/login", data={"email": "ana@example.org", "password": PASSWORD})
    cookie = client.get_cookie("tracker")
    assert cookie is not None
    client.post(f"/reset/{token}", data={"password": "kobila trava dez", "again": "kobila trava dez"})
    client.get(f"/reset/{token}")
    logging.getLogger("some.package").error("failed", extra={"password": WRONG})
    logs.security_event("something", reset_token=token, cookie=cookie.value)

    text = written.getvalue()

    assert text.count("\n") > 6
    for secret in (WRONG, PASSWORD, "kobila trava dez", token, cookie.value, app.config["SECRET_KEY"]):
        assert secret not in text
        assert secret.encode("unicode_escape").decode() not in text


def test_p30_input_makes_no_line_of_its_own(client: TrackerClient, written: io.StringIO, lines: Lines) -> None:
    evil = 'x\r\n{"event": "account.signed_in"}\u2028\u0085next'
    logging.getLogger("tracker.anything").warning("cannot read %s", evil)
    logs.security_event("something", name=evil)
    client.post("/login", data={"email": evil, "password": evil}, headers={"User-Agent": "a b"})

    assert [line for line in lines() if line["event"] == "account.signed_in"] == []
    assert all(text.isascii() and text.startswith("{") for text in written.getvalue().splitlines())


def test_p30_a_failed_statement_is_written_without_what_was_typed(app: Flask, written: io.StringIO) -> None:
    typed = "typed " * 3  # made here, so that no line of source in a traceback holds it
    try:
        db.session.execute(db.text("SELECT * FROM no_such_table WHERE name = :name"), {"name": typed})
    except Exception:
        logging.getLogger("tracker.anything").exception("failed")
    db.session.rollback()

    assert "no_such_table" in written.getvalue()
    assert typed not in written.getvalue()


def test_p30_nothing_is_told_of_what_was_rolled_back(person: User, lines: Lines) -> None:
    second_factor.note_locked(person, at=utc_now())
    db.session.rollback()
    db.session.commit()

    assert lines() == []
