"""Invitation, reset and change of address by links in mails."""

import re
import time
from datetime import timedelta
from statistics import median

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory, SignInFactory
from tracker.accounts import passwords
from tracker.accounts.models import AccountLink, LinkPurpose, Role, SignIn, SignInAttempt, User
from tracker.accounts.services import own_account
from tracker.accounts.services.links import MAIL_KINDS, issue_link, recipient, token_of
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.mail import rendering
from tracker.mail import services as outbox
from tracker.mail.models import Notification
from tracker.mail.rendering import Cancel, Mail

PASSWORD = "šuma reka nebo"
NEW = "kobila trava dez"
TWICE = {"password": NEW, "again": NEW}


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def person(password_hash: str) -> User:
    return MembershipFactory.create(
        role=Role.OBSERVER, party=None, person__email="ana@example.org", person__password=password_hash
    ).person


@pytest.fixture
def invited() -> User:
    return MembershipFactory.create(role=Role.OBSERVER, party=None, person__email="ana@example.org").person


def link_for(person: User, purpose: LinkPurpose, **kwargs: str) -> str:
    """The path of a fresh link."""
    link = issue_link(person, purpose, by=None, at=utc_now(), **kwargs)
    db.session.commit()
    folder = {LinkPurpose.INVITATION: "invitation", LinkPurpose.RESET: "reset", LinkPurpose.CHANGE_OF_EMAIL: "email"}
    return f"/{folder[purpose]}/{token_of(link)}"


def mails() -> list[Mail | Cancel]:
    """All mails in the outbox, as they would leave now."""
    notifications = db.session.scalars(sa.select(Notification).order_by(Notification.id)).all()
    rendered = rendering.render_batch(notifications, utc_now())
    return [rendered[notification.id] for notification in notifications]  # type: ignore[misc]


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq)))


def test_an_invited_person_chooses_a_password_and_signs_in(client: TrackerClient, invited: User) -> None:
    path = link_for(invited, LinkPurpose.INVITATION)
    assert "ana@example.org" in client.get(path).text

    assert client.post(path, data=TWICE).location == "/login"

    assert client.post("/login", data={"email": "ana@example.org", "password": NEW}).location == "/"
    assert acts() == ["account.invitation_accepted", "account.signed_in"]


@pytest.mark.parametrize("purpose", [LinkPurpose.INVITATION, LinkPurpose.RESET])
def test_a_link_works_once(client: TrackerClient, person: User, purpose: LinkPurpose) -> None:
    path = link_for(person, purpose)
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert client.post(path, data=TWICE).status_code == 302

    assert client.get(path).status_code == 410
    assert client.post(path, data={"password": "another good one", "again": "another good one"}).status_code == 410
    assert passwords.matches(NEW, person.password)


@pytest.mark.parametrize(
    ("purpose", "holds"),
    [
        (LinkPurpose.INVITATION, timedelta(hours=72)),
        (LinkPurpose.RESET, timedelta(minutes=30)),
        (LinkPurpose.CHANGE_OF_EMAIL, timedelta(hours=2)),
    ],
)
def test_a_link_runs_out(client: TrackerClient, person: User, purpose: LinkPurpose, holds: timedelta) -> None:
    path = link_for(person, purpose, new_email="new@example.org")
    link = db.session.scalars(sa.select(AccountLink)).one()
    assert link.expires_at - link.created_at == holds

    link.expires_at = utc_now()
    db.session.commit()

    assert client.get(path).status_code == 410
    assert client.post(path, data=TWICE).status_code == 410


def test_a_link_dies_with_the_next_one(client: TrackerClient, person: User) -> None:
    first, second = link_for(person, LinkPurpose.RESET), link_for(person, LinkPurpose.RESET)

    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_links_die_when_the_password_changes(client: TrackerClient, person: User) -> None:
    reset = link_for(person, LinkPurpose.RESET)
    change = link_for(person, LinkPurpose.CHANGE_OF_EMAIL, new_email="new@example.org")
    own_account.change_password(person, password_hash="x", at=utc_now(), keep=None)
    db.session.commit()

    assert [client.get(path).status_code for path in (reset, change)] == [410, 410]


def test_links_die_when_the_address_changes(client: TrackerClient, person: User) -> None:
    reset = link_for(person, LinkPurpose.RESET)
    client.post(link_for(person, LinkPurpose.CHANGE_OF_EMAIL, new_email="new@example.org"))

    assert person.email == "new@example.org"
    assert client.get(reset).status_code == 410


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 3000, "%00", "..%2f", "ä"])
@pytest.mark.parametrize("folder", ["invitation", "reset", "email"])
def test_a_made_up_token_looks_like_one_that_is_used_up(client: TrackerClient, folder: str, token: str) -> None:
    assert client.get(f"/{folder}/{token}").status_code in (404, 410)


def test_a_token_of_one_purpose_opens_no_other(client: TrackerClient, person: User) -> None:
    token = link_for(person, LinkPurpose.CHANGE_OF_EMAIL, new_email="new@example.org").rsplit("/", 1)[1]

    assert client.get(f"/reset/{token}").status_code == 410


def test_neither_token_nor_address_of_a_link_stand_in_the_database(person: User) -> None:
    token = link_for(person, LinkPurpose.RESET).rsplit("/", 1)[1]

    for table in (AccountLink, Notification, AuditEvent):
        for row in db.session.execute(sa.select(table.__table__)):
            assert token not in str(row)


def test_the_mail_names_the_configured_host_and_is_not_kept(client: TrackerClient, person: User) -> None:
    client.post("/reset", data={"email": "ana@example.org"}, headers={"Host": "evil.example"})

    (mail,) = mails()

    assert isinstance(mail, Mail)
    assert not mail.keep_body
    addresses = re.findall(r"https?://[^\s\"<]+", mail.text)
    assert [address for address in addresses if not address.startswith("http://localhost:8000/reset/")] == []
    assert client.get(addresses[0].removeprefix("http://localhost:8000")).status_code == 200
    assert "evil.example" not in mail.html


def test_a_mail_whose_link_is_dead_is_not_sent(person: User) -> None:
    link_for(person, LinkPurpose.RESET)
    link_for(person, LinkPurpose.RESET)

    first, second = mails()

    assert isinstance(first, Cancel)
    assert isinstance(second, Mail)


def test_a_page_whose_address_is_a_secret_gives_it_to_nobody(client: TrackerClient, person: User) -> None:
    answer = client.get(link_for(person, LinkPurpose.RESET))
    dead = client.get("/reset/" + "a" * 43)

    for response in (answer, dead):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
    assert not page(answer).select("a[href^=http]")


@pytest.mark.parametrize(
    "kind", ["invitation", "password_reset", "email_change", "password_changed", "email_changed", "role_given"]
)
def test_every_mail_about_accounts_can_be_written(person: User, secretariat: User, kind: str) -> None:
    purposes = {kind: purpose for purpose, kind in MAIL_KINDS.items()}
    if kind in purposes:
        issue_link(person, purposes[kind], by=secretariat, at=utc_now(), new_email="new@example.org")
    else:
        outbox.enqueue(kind, unique_key=kind, to=recipient(person), at=utc_now())

    (mail,) = mails()

    assert isinstance(mail, Mail)
    assert "Commitment Tracker" in mail.subject
    assert f"Dear {person.name}," in mail.text
    assert f"Dear {person.name}," in mail.html
    assert mail.keep_body is (kind not in purposes)
    assert "style" in mail.html


# -- asking for a reset


def test_a_forgotten_password_is_replaced_and_all_sign_ins_end(client: TrackerClient, person: User) -> None:
    SignInFactory.create(person=person)
    client.post("/reset", data={"email": " ANA@example.org"})
    (mail,) = mails()
    assert isinstance(mail, Mail)
    path = re.search(r"http://localhost:8000(/reset/\S+)", mail.text)[1]  # type: ignore[index]

    assert client.post(path, data=TWICE).location == "/login"

    assert passwords.matches(NEW, person.password)
    assert db.session.scalars(sa.select(SignIn.ended_at)).one() is not None
    assert [notification.kind for notification in db.session.scalars(sa.select(Notification))] == [
        "password_reset", "password_changed",
    ]  # fmt: skip
    assert acts() == ["account.reset_asked", "account.sign_ins_ended", "account.password_reset"]


def _without_token(text: str) -> str:
    return re.sub(r'value="[^"]*"', "", text)


@pytest.mark.parametrize("stranger", ["unknown", "disabled", "invited"])
def test_asking_for_a_reset_says_the_same_to_everybody(client: TrackerClient, person: User, stranger: str) -> None:
    other = MembershipFactory.create(role=Role.OBSERVER, party=None, person__email=f"{stranger}@example.org").person
    if stranger == "disabled":
        other.password, other.active = person.password, False
    elif stranger == "unknown":
        other.email = "somebody.else@example.org"
    db.session.commit()

    known = client.post("/reset", data={"email": "ana@example.org"})
    unknown = client.post("/reset", data={"email": f"{stranger}@example.org"})

    assert known.status_code == unknown.status_code == 200
    assert _without_token(known.text) == _without_token(unknown.text)
    assert len(mails()) == 1


def test_asking_for_a_reset_takes_the_same_time_for_everybody(app: Flask, person: User) -> None:
    def seconds(email: str, number: int) -> float:
        began = time.perf_counter()
        app.test_client().post("/reset", data={"email": email}, environ_base={"REMOTE_ADDR": f"10.1.{number}.1"})
        return time.perf_counter() - began

    pairs = [(seconds("ana@example.org", n), seconds("unknown@example.org", n)) for n in range(4)]

    assert median(a for a, _ in pairs) == pytest.approx(median(b for _, b in pairs), rel=0.2)


def test_asking_for_resets_is_limited(client: TrackerClient, person: User) -> None:
    db.session.add_all(
        SignInAttempt(account_hash="0" * 64, address="127.0.0.1", at=utc_now(), purpose="reset") for _ in range(20)
    )
    db.session.commit()

    answer = client.post("/reset", data={"email": "ana@example.org"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert mails() == []


# -- choosing a password


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose a password."),
        ({"password": "short", "again": "short"}, "12 to 128 characters"),
        ({"password": "x" * 129, "again": "x" * 129}, "12 to 128 characters"),
        ({"password": NEW, "again": NEW + "!"}, "The two passwords differ."),
        ({"password": "123456789012", "again": "123456789012"}, "This is easy to guess"),
        ({"password": "ana@example.org", "again": "ana@example.org"}, "This is easy to guess"),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained(
    client: TrackerClient, invited: User, data: dict[str, str], sentence: str
) -> None:
    answer = client.post(link_for(invited, LinkPurpose.INVITATION), data=data)

    assert answer.status_code == 200
    assert sentence in answer.text
    assert invited.password is None


# -- change of address


def test_a_person_changes_their_address(client: TrackerClient, person: User) -> None:
    client.sign_in(person)
    answer = client.post("/me/email", data={"email": "New@Example.org"}, follow_redirects=True)
    assert "A link was sent to " in answer.text
    assert person.email == "ana@example.org"
    (mail,) = mails()
    assert isinstance(mail, Mail)
    notification = db.session.scalars(sa.select(Notification)).one()
    assert notification.to_address == "new@example.org"

    path = re.search(r"http://localhost:8000(/email/\S+)", mail.text)[1]  # type: ignore[index]
    assert client.get(path).status_code == 200
    assert client.post(path).location == "/login"

    assert person.email == "new@example.org"
    assert client.get("/me").status_code == 302
    notice = db.session.scalars(sa.select(Notification).where(Notification.kind == "email_changed")).one()
    assert notice.to_address == "ana@example.org"


def test_an_address_that_another_has_is_not_given_away(client: TrackerClient, person: User, observer: User) -> None:
    client.sign_in(person)

    answer = client.post("/me/email", data={"email": observer.email}, follow_redirects=True)

    assert "A link was sent to " in answer.text
    assert mails() == []


def test_an_address_that_somebody_took_meanwhile_is_refused(
    client: TrackerClient, person: User, observer: User
) -> None:
    path = link_for(person, LinkPurpose.CHANGE_OF_EMAIL, new_email="new@example.org")
    observer.email = "new@example.org"
    db.session.commit()

    assert client.post(path).status_code == 409
    assert person.email == "ana@example.org"
