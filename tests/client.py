"""A test client that looks after every page and every header it is given."""

import secrets
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.headers import header_faults
from tracker.accounts.models import SignIn, User
from tracker.accounts.signing_in import SESSION_KEY, sid_hash
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only


class TrackerClient(FlaskClient):
    """Signs people in; fails the test on missing headers, broken HTML or changes that a view forgot to commit."""

    #: Reading a page strictly costs more than making it, and no page depends on the database: once is enough.
    reads_html = True

    def sign_in(self, user: User) -> "TrackerClient":
        sid, now = secrets.token_urlsafe(32), utc_now()
        set_reading_only(False)
        db.session.add(SignIn(person_id=user.id, sid_hash=sid_hash(sid), started_at=now, last_seen_at=now))
        db.session.commit()
        with self.session_transaction() as session:
            session.clear()
            session["_user_id"] = user.fs_uniquifier
            session["_fresh"] = True
            session["fs_cc"] = "set"
            session["fs_paa"] = (now - timedelta(seconds=1)).timestamp()
            session[SESSION_KEY] = sid
        return self

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g):  # the test's own context serves its requests too: nothing may be left of the last one
            g.pop(name)
        response = super().open(*args, **kwargs)
        set_reading_only(False)
        if db.session.new or db.session.dirty or db.session.deleted:
            pytest.fail(f"{response.request.method} {response.request.path} left changes uncommitted")
        db.session.rollback()
        assert header_faults(response) == []
        has_body = response.request.method not in ("HEAD", "OPTIONS")
        is_page = self.reads_html and response.mimetype == "text/html" and has_body
        if is_page and response.status_code not in (301, 302, 303):
            text = response.text
            html5lib.HTMLParser(strict=True).parse(text)
            soup = BeautifulSoup(text, "html.parser")
            assert len(soup.select("h1")) == 1, "a page has exactly one h1"
            for form in soup.select("form"):
                hidden = {field.get("name") for field in form.select("input[type=hidden]")}
                pressed = {button.get("name") for button in form.select("button[name]")}
                assert not hidden & pressed, "a hidden field would be read in place of the button that was pressed"
            assert " style=" not in text, "the policy allows no inline style"
            assert "onclick=" not in text, "the policy allows no inline script"
        return response


def page(response: TestResponse) -> BeautifulSoup:
    """Return the page for questions like ``page(response).h1``."""
    return BeautifulSoup(response.text, "html.parser")
