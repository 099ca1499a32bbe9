"""P20, P21, P28, P29: what every answer carries, where links may lead, what a mistake gives away.

The headers of P20 are looked at on every answer that any test of the suite is given (``tests/client.py``), so on every
page and file of the access table as well; here stand the answers that no page gives.
"""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Config
from tests.accounts.test_sign_in import OFF_SITE
from tests.client import TrackerClient
from tests.headers import header_faults
from tracker import create_app
from tracker.accounts.models import SignInAttempt, User
from tracker.core.database import db


def test_p20_errors_redirects_and_static_files_carry_them_too(client: TrackerClient, observer: User) -> None:
    client.sign_in(observer)
    answers = {
        "missing": client.get("/no-such-page"),
        "missing file": client.get("/static/no-such-file.js"),
        "hidden": client.get("/people"),
        "method": client.put("/login"),
        "too large": client.post("/me/details", data={"name": "x" * 1_100_000}),
        "json": client.post("/me/details", json={}),
        "foreign": client.post("/me/details", headers={"Sec-Fetch-Site": "cross-site"}),
        "redirect": client.get("/"),
        "used link": client.get("/reset/nothing"),
        "options": client.options("/login"),
        "head": client.head("/meetings"),
        "style sheet": client.get("/static/tracker.css"),
        "picture": client.get("/static/tracker.svg"),
        "bootstrap": client.get("/static/bootstrap/css/bootstrap.min.css"),
        "API": client.get("/api/v1/no-such-thing"),
    }

    for each in answers.values():
        each.close()
    errors = {name: each.headers["Cache-Control"] for name, each in answers.items() if each.status_code >= 400}
    assert set(errors.values()) == {"no-store"}


@pytest.fixture(scope="module")
def behind_tls(make_config: Callable[..., Config], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application as people reach it in production, with pages that fail."""
    empty = tmp_path_factory.mktemp("empty") / "empty.db"
    app = create_app(
        make_config(
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{empty}",
            TRACKER_ENV="production",
            TRACKER_BASE_URL="https://tracker.example.org",
            SESSION_COOKIE_NAME="__Host-tracker",
            SESSION_COOKIE_SECURE=True,
            TESTING=False,
            WTF_CSRF_ENABLED=True,
        )
    )
    yield app
    with app.app_context():
        db.engine.dispose()


def test_p20_behind_tls_browsers_are_told_to_stay_there_for_a_year(behind_tls: Flask) -> None:
    client = behind_tls.test_client()

    for path in ("/login", "/no-such-page", "/static/tracker.css", "/meetings"):
        with client.get(path, base_url="https://tracker.example.org") as answer:
            assert header_faults(answer, https=True) == []


def test_p21_cookies_are_for_this_host_alone(behind_tls: Flask, client: TrackerClient) -> None:
    answer = behind_tls.test_client().get("/login", base_url="https://tracker.example.org")
    colours = behind_tls.test_client().post("/colours", base_url="https://tracker.example.org", data={"theme": "dark"})

    for cookie in (*answer.headers.getlist("Set-Cookie"), *colours.headers.getlist("Set-Cookie")):
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    plain = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly; Path=/; SameSite=Lax" in plain
    assert "Domain" not in plain


PLACES = (
    "/login", "/verify", "/login/second-step", "/login/passkey",
)  # fmt: skip


def test_p28_no_spelling_of_another_site_leads_away(client: TrackerClient, observer: User) -> None:
    assert len(OFF_SITE) >= 24
    client.sign_in(observer)

    for target in OFF_SITE:
        referer = "".join(character for character in target if character.isascii() and character.isprintable())
        answers = [client.get(place, query_string={"next": target}) for place in PLACES]
        answers.append(client.post("/colours", data={"theme": "dark", "next": target}, headers={"Referer": referer}))
        answers.append(client.post("/verify", data={"password": "x", "next": target}, query_string={"next": target}))
        for answer in answers:
            where = answer.headers.get("Location", "/")
            assert where.startswith("/"), (target, where)
            assert not where.startswith(("//", "/\\")), (target, where)
            assert "evil.example" not in where
            assert answer.status_code < 500
            assert 'href="//' not in answer.text
        db.session.execute(sa.delete(SignInAttempt))
        db.session.commit()


def test_p29_a_mistake_of_ours_gives_nothing_away(behind_tls: Flask) -> None:
    """Its database has no tables, so whatever reads one fails."""
    client = behind_tls.test_client()
    page = client.get("/login", base_url="https://tracker.example.org").text
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]

    answer = client.post(
        "/login",
        base_url="https://tracker.example.org",
        headers={"Referer": "https://tracker.example.org/login"},
        data={"csrf_token": token, "email": "ana@example.org", "password": "kobila trava dez"},
    )

    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.text + str(answer.headers)
    for word in ("Traceback", "SELECT", "INSERT", "sqlite", "sqlalchemy", "/work", "/srv", ".py", "Werkzeug", "Flask"):
        assert word.lower() not in told.lower()
    assert header_faults(answer, https=True) == []


@pytest.mark.parametrize(
    "path", ["/console", "/dev/mailbox", "/dev/components", "/?__debugger__=yes&cmd=resource&f=style.css"]
)
def test_p29_no_page_for_developers_in_production(behind_tls: Flask, path: str) -> None:
    answer = behind_tls.test_client().get(path, base_url="https://tracker.example.org")

    assert answer.status_code in (302, 404)
    assert not behind_tls.debug
