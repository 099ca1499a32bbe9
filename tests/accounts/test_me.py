"""One's own account."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory, SignInFactory
from tracker.accounts import passwords
from tracker.accounts.devices import device_words
from tracker.accounts.models import Role, SignIn, User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.filters import day
from tracker.mail import rendering
from tracker.mail.models import Notification
from tracker.parties.models import Party

PASSWORD = "šuma reka nebo"
NEW = "kobila trava dez"


@pytest.fixture
def me(coordinator: User) -> User:
    coordinator.password = passwords.hash_password(PASSWORD)
    db.session.commit()
    return coordinator


# -- password


def test_a_password_is_changed_and_other_sign_ins_end(app: Flask, client: TrackerClient, me: User) -> None:
    other = app.test_client()
    assert isinstance(other, TrackerClient)
    other.sign_in(me)
    client.sign_in(me)

    answer = client.post("/me/password", data={"current": PASSWORD, "password": NEW, "again": NEW})

    assert answer.location == "/me"
    assert passwords.matches(NEW, me.password)
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    assert db.session.scalars(sa.select(Notification.kind)).all() == ["password_changed"]
    assert db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq)).all() == [
        "account.sign_ins_ended", "account.password_changed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"current": "wrong password"}, "This is not your present password."),
        ({"current": ""}, "Enter your password."),
        ({"current": "x" * 129}, "A password has at most 128 characters."),
        ({"password": "Coordinator1", "again": "Coordinator1"}, "This is easy to guess"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one(
    client: TrackerClient, me: User, data: dict[str, str], sentence: str
) -> None:
    answer = client.sign_in(me).post("/me/password", data={"current": PASSWORD, "password": NEW, "again": NEW} | data)

    assert answer.status_code == 200
    assert sentence in answer.text
    assert passwords.matches(PASSWORD, me.password)


def test_the_present_password_cannot_be_tried_for_ever(client: TrackerClient, me: User) -> None:
    client.sign_in(me)

    given = [
        client.post("/me/password", data={"current": "wrong password", "password": NEW, "again": NEW}).status_code
        for _ in range(6)
    ]

    assert given == [200] * 5 + [429]


# -- details


def test_a_person_changes_their_details(client: TrackerClient, me: User) -> None:
    answer = client.sign_in(me).post(
        "/me/details",
        data={
            "name": "  Ana\u0000   Novak ", "function": "Coordinator", "timezone": "Europe/Chisinau",
            "digest_hour": "7", "language": "en",
        },
    )  # fmt: skip

    assert answer.location == "/me"
    assert (me.name, me.function, me.timezone, me.digest_hour) == ("Ana Novak", "Coordinator", "Europe/Chisinau", 7)
    assert "Europe/Chisinau" in client.get("/me").text


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""}, {"name": "x" * 201}, {"function": "x" * 201}, {"timezone": "Mars/Base"}, {"timezone": "../.."},
        {"timezone": "\x00"}, {"digest_hour": "24"}, {"digest_hour": "x"}, {"digest_hour": "-1"}, {"language": "xx"},
    ],
)  # fmt: skip
def test_details_that_cannot_be_are_explained(client: TrackerClient, me: User, change: dict[str, str]) -> None:
    data = {"name": "Ana", "function": "", "timezone": "", "digest_hour": "", "language": "en"}

    answer = client.sign_in(me).post("/me/details", data=data | change)

    assert answer.status_code == 200
    assert page(answer).select_one(".error-summary") is not None
    assert me.name == "Coordinator"


# -- sign-ins


def test_a_person_ends_another_sign_in_of_theirs(app: Flask, client: TrackerClient, me: User) -> None:
    other = app.test_client()
    assert isinstance(other, TrackerClient)
    other.sign_in(me)
    theirs = db.session.scalars(sa.select(SignIn)).one()
    client.sign_in(me)
    assert "This device" in client.get("/me").text

    client.post(f"/me/sign-ins/{theirs.id}/end")

    assert other.get("/me").status_code == 302
    assert client.get("/me").status_code == 200


def test_a_person_ends_all_other_sign_ins(client: TrackerClient, me: User) -> None:
    for _ in range(3):
        SignInFactory.create(person=me)
    client.sign_in(me)

    client.post("/me/sign-ins/end-others")

    assert db.session.scalar(sa.select(sa.func.count()).where(SignIn.ended_at.is_(None))) == 1
    assert client.get("/me").status_code == 200


def test_nobody_ends_the_sign_ins_of_others(client: TrackerClient, me: User, peer: User) -> None:
    theirs = SignInFactory.create(person=peer)

    assert client.sign_in(me).post(f"/me/sign-ins/{theirs.id}/end").status_code == 404
    assert theirs.ended_at is None


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari on iOS"),
        ("curl/8.5.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_in_words(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words


# -- pause


def in_days(days: int) -> date:
    return utc_now().date() + timedelta(days=days)


def test_a_person_pauses_reminders_and_names_who_stands_in(client: TrackerClient, me: User, deputy: User) -> None:
    deputy.password = "set"
    db.session.commit()

    answer = client.sign_in(me).post(
        "/me/reminders", data={"until": in_days(10).isoformat(), "stand_in": str(deputy.id)}, follow_redirects=True
    )

    assert "Deputy gets them meanwhile." in answer.text
    assert (me.paused_until, me.stand_in_id) == (in_days(10), deputy.id)

    client.post("/me/reminders/resume")
    assert (me.paused_until, me.stand_in_id) == (None, None)


@pytest.mark.parametrize("until", ["", "never", "2020-01-01", "2199-01-01", "9999-12-31"])
def test_a_pause_ends_within_a_year(client: TrackerClient, me: User, until: str) -> None:
    answer = client.sign_in(me).post("/me/reminders", data={"until": until})

    assert answer.status_code == 200
    assert page(answer).select_one("#until-error") is not None
    assert me.paused_until is None


def test_only_active_people_of_the_same_party_who_are_not_away_stand_in(
    client: TrackerClient, me: User, party: Party, peer: User, secretariat: User
) -> None:
    def colleague(name: str, **kwargs: object) -> User:
        return MembershipFactory.create(
            role=Role.CONTRIBUTOR, party=party, person__name=name, person__password="set", **kwargs
        ).person

    colleague("Here")
    colleague("Away", person__paused_until=in_days(1))
    colleague("Back", person__paused_until=in_days(-2))
    colleague("Disabled", person__active=False)
    colleague("Left", ends_on=in_days(-1))
    peer.password = secretariat.password = "set"
    db.session.commit()

    answer = client.sign_in(me).get("/me/reminders")

    assert [option.text for option in page(answer).select("#stand_in option")] == [
        "Nobody in particular",
        "Back",
        "Here",
    ]
    refused = client.post("/me/reminders", data={"until": in_days(1).isoformat(), "stand_in": str(peer.id)})
    assert "Choose a person of the list." in refused.text
    assert me.stand_in_id is None


@pytest.mark.parametrize("path", ["/me", "/me/details", "/me/password", "/me/email", "/me/reminders", "/people"])
def test_pages_about_accounts_are_not_kept(client: TrackerClient, administrator: User, path: str) -> None:
    assert client.sign_in(administrator).get(path).headers["Cache-Control"] == "no-store"


# -- settings on one page


def test_one_page_says_every_setting_and_what_it_does(
    client: TrackerClient, me: User, deputy: User, party: Party
) -> None:
    party.languages = ["sq"]
    me.timezone, me.digest_hour, me.language = "Europe/Chisinau", 6, "sq"
    me.paused_until, me.stand_in_id = utc_now().date() + timedelta(days=5), deputy.id
    db.session.commit()

    shown = page(client.sign_in(me).get("/me"))
    rows = {
        row.th.text: " ".join(row.text.split()) for row in shown.select("section[aria-labelledby=settings] tbody tr")
    }

    assert list(rows) == [
        "Time zone", "Hour of digests", "Reminders", "Other mail", "Your calendar", "Language", "Colours",
    ]  # fmt: skip
    assert "Europe/Chisinau" in rows["Time zone"]
    assert "it is 11:00 there now" in rows["Time zone"]  # 09:00 UTC
    assert "06:00" in rows["Hour of digests"]
    assert "Deputy gets them meanwhile." in rows["Reminders"]
    assert "cannot be switched off" in rows["Other mail"]
    assert "No private address" in rows["Your calendar"]
    assert "Shqip" in rows["Language"]
    assert "come in English until they are translated" in rows["Language"]


def test_a_language_of_ones_party_is_kept_and_mail_stays_in_english_until_it_is_translated(
    client: TrackerClient, me: User, party: Party
) -> None:
    party.languages = ["sq"]
    db.session.commit()
    details = {"name": "Ana", "function": "", "timezone": "", "digest_hour": "", "language": "sq"}

    assert client.sign_in(me).post("/me/details", data=details).location == "/me"

    assert me.language == "sq"
    with rendering.speaking(me.language):
        assert day(date(2026, 12, 14)) == "14 December 2026"
