"""No form is taken without its token, none as JSON, none from another site."""

import pytest
from flask import Flask

from tests.client import TrackerClient
from tracker.accounts.models import User


def _addresses(app: Flask) -> list[str]:
    """An address of every endpoint that takes a form; whether the things in it exist does not matter."""
    with app.test_request_context():
        return sorted(
            {
                app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
                for rule in app.url_map.iter_rules()
                if rule.methods and rule.methods & {"POST", "PUT", "PATCH", "DELETE"} and "/api/" not in rule.rule
            }
        )


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it runs: other tests go without tokens."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app


def _token_of_somebody_else(app: Flask) -> str:
    other = app.test_client()
    text = other.get("/login").text
    return text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_form_is_taken_without_its_token(
    guarded: Flask, client: TrackerClient, administrator: User, signed_in: bool
) -> None:
    if signed_in:
        client.sign_in(administrator)
    foreign = _token_of_somebody_else(guarded)
    assert len(foreign) > 50
    addresses = _addresses(guarded)
    assert len(addresses) > 10

    for token in ("", "made-up", "a.b.c", foreign):
        given = {address: client.post(address, data={"csrf_token": token}).status_code for address in addresses}
        assert given == dict.fromkeys(addresses, 400)


def test_a_form_with_its_token_is_taken(guarded: Flask, client: TrackerClient, administrator: User) -> None:
    client.sign_in(administrator)
    text = client.get("/me").text
    token = text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]

    assert client.post("/me/sign-ins/end-others", data={"csrf_token": token}).status_code == 302


def test_no_form_is_taken_as_json(app: Flask, client: TrackerClient, administrator: User) -> None:
    client.sign_in(administrator)
    addresses = _addresses(app)

    given = {address: client.post(address, json={"role": "administrator"}).status_code for address in addresses}

    assert given == dict.fromkeys(addresses, 415)


def test_no_form_is_taken_from_another_site(app: Flask, client: TrackerClient, administrator: User) -> None:
    client.sign_in(administrator)

    for site in ("cross-site", "same-site"):
        answer = client.post("/me/sign-ins/end-others", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 400
    assert client.post("/me/sign-ins/end-others", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


@pytest.mark.parametrize("path", ["/logout", "/me/sign-ins/end-others", "/me/reminders/resume"])
def test_acts_are_not_done_by_reading(client: TrackerClient, administrator: User, path: str) -> None:
    assert client.sign_in(administrator).get(path).status_code == 405
