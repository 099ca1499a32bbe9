"""P9 and P23 for the pages about accounts, and what else an outsider tried on them."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory, PasskeyFactory
from tracker.accounts import passkeys, passwords, recovery_codes
from tracker.accounts.models import Membership, Passkey, Role, SignIn, SignInAttempt, User
from tracker.accounts.services import second_factor
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db

PASSWORD = "šuma reka nebo"
CODES = recovery_codes.new_set()
#: Fields that no form about accounts has.
FOREIGN = {
    "role": "administrator", "roles": "administrator", "is_admin": "1", "active": "", "party_id": "1",
    "status": "in_use", "owner_id": "1", "person_id": "1", "id": "1", "version": "99",
    "email": "evil@example.org", "password_hash": "x",
    "fs_uniquifier": "x", "second_factor_since": "", "tf_totp_secret": "", "is_sample": "1",
    "memberships-0-role": "administrator", "factor": "passkey", "sid": "x",
}  # fmt: skip
#: What is typed to break something.
TYPED = (
    "", " ", "\x00", "a\x00b", "'", "\"'><script>alert(1)</script>", "{{7*7}}", "${7*7}", "%s%s%n", "../../etc/passwd",
    "-1", "99999999999999999999", "1e309", "NaN", "true", "null", "[]", "{}", '{"id": "x"}', "\U0001f40e",
    "\u202e\u200b",
    "\r\nSet-Cookie: x=1", "x" * 5000, "；DROP TABLE user_account", "=1+1", "javascript:alert(1)", "[" * 3000, "٣٤٥٦٧٨",
    "000 000",
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":'
    '{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}',
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2M"}}',
)  # fmt: skip
FORMS = (
    "/me/details", "/me/email", "/me/password", "/me/reminders", "/me/second-factor/app", "/me/second-factor/passkeys",
    "/people/invite", "/people/{id}/edit", "/people/{id}/roles", "/people/{id}/roles/{membership}/end",
    "/people/{id}/second-factor/lift", "/verify",
)  # fmt: skip
BEFORE_SIGNING_IN = (
    "/login",
    "/login/passkey",
    "/login/second-step",
    "/login/second-step/passkey",
    "/login/recovery-code",
    "/reset",
)


@pytest.fixture
def person() -> User:
    """Somebody with an app, whose password is known."""
    person = MembershipFactory.create(
        role=Role.OBSERVER, party=None, person__email="ana@example.org",
        person__password=passwords.hash_password(PASSWORD),
    ).person  # fmt: skip
    second_factor.use_app(person, bytes(20), counter=0, codes=CODES, at=utc_now(), keep="")
    db.session.commit()
    return person


def addresses(person: User) -> list[str]:
    return [form.format(id=person.id, membership=person.memberships[0].id) for form in FORMS]


def fields_of(client: TrackerClient, address: str) -> list[str]:
    return sorted({str(each["name"]) for each in page(client.get(address)).select("main form [name]")} - {"csrf_token"})


def forget_failures() -> None:
    db.session.execute(sa.delete(SignInAttempt))
    db.session.commit()


def test_p23_no_form_about_accounts_breaks_on_what_is_typed(
    client: TrackerClient, administrator: User, person: User
) -> None:
    client.sign_in(administrator)
    tried = 0
    for number, address in enumerate(addresses(person)):
        names = fields_of(client, address)
        assert names or address == "/verify", address
        for typed in TYPED[number % 2 :: 2]:
            answer = client.post(address, data=dict.fromkeys(names, typed))
            tried += 1
            assert answer.status_code < 500, (address, typed)
            assert "<script>alert" not in answer.text
            assert ">49<" not in answer.text
            forget_failures()
        client.sign_in(administrator)
    assert tried > 150


def test_p23_no_step_of_signing_in_breaks_on_what_is_typed(client: TrackerClient, person: User) -> None:
    for address in BEFORE_SIGNING_IN:
        client.post("/login", data={"email": "ana@example.org", "password": PASSWORD})
        for typed in TYPED:
            answer = client.post(address, data=dict.fromkeys(("email", "password", "code", "answer", "next"), typed))
            assert answer.status_code < 500, (address, typed)
            assert "<script>alert" not in answer.text
            forget_failures()
    assert db.session.scalars(sa.select(SignIn)).all() == []


def test_p9_no_form_takes_fields_that_are_not_its_own(
    client: TrackerClient, administrator: User, observer: User, person: User
) -> None:
    def stand() -> list[object]:
        db.session.expire_all()
        people = db.session.scalars(sa.select(User).order_by(User.id)).all()
        kept = [(p.email, p.active, p.password, p.fs_uniquifier, p.is_sample, p.second_factor_since) for p in people]
        roles = db.session.execute(sa.select(Membership.person_id, Membership.role, Membership.party_id)).all()
        return [kept, sorted(roles)]

    client.sign_in(observer)
    before = stand()
    for address in (
        "/me/details",
        "/me/password",
        "/me/reminders",
        "/me/second-factor/app",
        "/me/second-factor/passkeys",
    ):
        data = {"name": "Ana", "function": "", "timezone": "", "digest_hour": "", "language": "en"}
        client.post(address, data=FOREIGN | data)
    client.sign_in(administrator)
    client.post(f"/people/{person.id}/edit", data=FOREIGN | {"name": "Ana", "function": ""})
    client.post(f"/people/{person.id}/second-factor/lift", data=FOREIGN | {"reason": " "})

    assert stand() == before


def test_a_passkey_is_no_good_for_the_account_of_somebody_else(
    app: Flask, client: TrackerClient, person: User, observer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a signature that holds; and a question is answered once."""
    PasskeyFactory.create(person_id=person.id, credential_id="own")
    monkeypatch.setattr(passkeys, "signed", lambda *_args, **_kwargs: 1)
    monkeypatch.setattr(passkeys, "credential_of", lambda answer: answer)
    for name, owner in (("own", person), ("foreign", observer)):
        key = db.session.scalar(sa.select(Passkey).filter_by(credential_id=name)) or PasskeyFactory.create(
            person_id=owner.id, credential_id=name
        )
        key.credential_hash = second_factor.credential_hash(name)
    db.session.commit()
    client.post("/login", data={"email": "ana@example.org", "password": PASSWORD})
    client.get("/login/second-step")

    assert "The passkey was not accepted." in client.post("/login/second-step/passkey", data={"answer": "foreign"}).text
    assert client.get("/me").status_code == 302
    client.get("/login/second-step")
    cookie = client.get_cookie("tracker")
    assert cookie is not None
    assert client.post("/login/second-step/passkey", data={"answer": "own"}).location == "/"

    replay = app.test_client()
    replay.set_cookie("tracker", cookie.value)
    assert replay.post("/login/second-step/passkey", data={"answer": "own"}).status_code == 200
    assert replay.get("/me").status_code == 302


def test_a_question_for_one_purpose_is_not_answered_for_another(client: TrackerClient, person: User) -> None:
    client.get("/login/passkey")
    client.post("/login", data={"email": "ana@example.org", "password": PASSWORD})

    answer = client.post("/login/second-step/passkey", data={"answer": '{"id": "x"}'})

    assert "The passkey was not accepted." in answer.text


def test_nobody_removes_a_passkey_of_somebody_else(client: TrackerClient, person: User, observer: User) -> None:
    theirs = PasskeyFactory.create(person_id=person.id)

    assert client.sign_in(observer).post(f"/me/second-factor/passkeys/{theirs.id}/remove").status_code == 404
    assert db.session.scalars(sa.select(Passkey)).all() == [theirs]


def test_by_a_link_for_one_round_nobody_reaches_a_second_factor(app: Flask) -> None:
    """Such a sign-in is asked for none, and may change none: of the pages about accounts none is open to it."""
    opened = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if getattr(view, "is_open_to_links", False) and endpoint.startswith(("accounts.", "people.", "security."))
    }

    assert opened == set()


def test_passkeys_that_do_not_hold_are_counted_and_cannot_fill_the_log(client: TrackerClient) -> None:
    given = [client.post("/login/passkey", data={"answer": "{}"}).status_code for _ in range(8)]

    assert given == [200] * 5 + [429] * 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == 5
    away = client.post("/login/passkey", data={"answer": "{}"}, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert away.status_code == 200
