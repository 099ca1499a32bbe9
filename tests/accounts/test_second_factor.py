"""A second factor: set up, shown at sign-in, changed, lost, lifted."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from passlib.totp import TOTP

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory
from tracker.accounts import one_time_codes, passwords, recovery_codes, sealing
from tracker.accounts.models import Factor, LinkPurpose, RecoveryCode, Role, SignIn, SignInAttempt, User
from tracker.accounts.services import second_factor
from tracker.accounts.services.links import issue_link, token_of
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.health.checks import check_sealed_keys
from tracker.mail import rendering
from tracker.mail.models import Notification

PASSWORD = "šuma reka nebo"
KEY = bytes(range(20))
CODES = recovery_codes.new_set()


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def me(password_hash: str) -> User:
    """Somebody with an authenticator app and recovery codes."""
    person = MembershipFactory.create(
        role=Role.OBSERVER, party=None, person__email="ana@example.org", person__password=password_hash
    ).person
    second_factor.use_app(person, KEY, counter=0, codes=CODES, at=utc_now(), keep="")
    db.session.commit()
    db.session.execute(sa.delete(Notification))
    db.session.commit()
    return person


def code_at(at: datetime, key: bytes = KEY) -> str:
    return str(TOTP(key=key, format="raw").generate(at.timestamp()).token)


def give_password(client: TrackerClient, email: str = "ana@example.org", **query: str):  # type: ignore[no-untyped-def]
    return client.post("/login", data={"email": email, "password": PASSWORD}, query_string=query)


def give_code(client: TrackerClient, code: str, **kwargs: object):  # type: ignore[no-untyped-def]
    return client.post("/login/second-step", data={"code": code}, **kwargs)


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq)).all())


# -- signing in


def test_the_password_alone_opens_nothing_and_a_code_lets_in(client: TrackerClient, me: User) -> None:
    answer = give_password(client, next="/meetings")

    assert answer.location == "/login/second-step?next=/meetings"
    assert client.get("/me").status_code == 302
    assert db.session.scalars(sa.select(SignIn)).all() == []
    assert page(client.get(answer.location)).select_one("#code") is not None

    answer = give_code(client, code_at(utc_now()), query_string={"next": "/meetings"})

    assert answer.location == "/meetings"
    assert client.get("/me").status_code == 200
    assert db.session.scalars(sa.select(SignIn.factor)).one() is Factor.CODE


def test_a_code_works_once(app: Flask, client: TrackerClient, me: User) -> None:
    code = code_at(utc_now())
    give_password(client)
    assert give_code(client, code).status_code == 302

    other = app.test_client()
    give_password(other)  # type: ignore[arg-type]
    answer = give_code(other, code)  # type: ignore[arg-type]

    assert answer.status_code == 200
    assert "was used already" in answer.text
    assert other.get("/me").status_code == 302


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_the_step_before_or_after_counts(client: TrackerClient, me: User, steps: int, is_taken: bool) -> None:
    give_password(client)

    answer = give_code(client, code_at(utc_now() + timedelta(seconds=30 * steps)))

    assert (answer.status_code == 302) == is_taken


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 56", "\x00", "1" * 5000])
def test_what_cannot_be_a_code_is_explained_and_not_counted(client: TrackerClient, me: User, code: str) -> None:
    give_password(client)

    answer = give_code(client, code)

    assert answer.status_code == 200
    assert "six digits" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(SignInAttempt.id))) == 0


def test_five_wrong_codes_lock_the_account_for_fifteen_minutes_from_everywhere(
    app: Flask, client: TrackerClient, me: User
) -> None:
    give_password(client)
    given = [
        give_code(client, "000000", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status_code
        for number in range(6)
    ]
    assert given == [200] * 5 + [429]

    with time_machine.travel(utc_now() + timedelta(minutes=9)):
        answer = give_code(client, code_at(utc_now()))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 360

    with time_machine.travel(utc_now() + timedelta(minutes=15, seconds=5)):
        give_password(client)
        assert give_code(client, code_at(utc_now())).status_code == 302
    assert "account.second_factor_locked" in acts()
    assert db.session.scalars(sa.select(Notification.parameters)).all()[0]["change"] == "locked"


def test_the_half_way_is_open_for_ten_minutes(client: TrackerClient, me: User) -> None:
    give_password(client)

    with time_machine.travel(utc_now() + timedelta(minutes=10, seconds=1)):
        answer = give_code(client, code_at(utc_now()))

    assert answer.location == "/login"
    assert client.get("/me").status_code == 302


@pytest.mark.parametrize("path", ["/login/second-step", "/login/recovery-code", "/login/second-step/passkey"])
def test_the_second_step_needs_the_first(client: TrackerClient, me: User, path: str) -> None:
    assert client.post(path, data={"code": code_at(utc_now())}).location == "/login"


def test_a_change_of_the_password_ends_the_half_way(client: TrackerClient, me: User) -> None:
    give_password(client)
    me.password = passwords.hash_password("kobila trava dez")
    db.session.commit()

    assert give_code(client, code_at(utc_now())).location == "/login"


def test_a_reset_of_the_password_does_not_lift_the_second_factor(client: TrackerClient, me: User) -> None:
    link = issue_link(me, LinkPurpose.RESET, by=None, at=utc_now())
    db.session.commit()
    client.post(f"/reset/{token_of(link)}", data={"password": "kobila trava dez", "again": "kobila trava dez"})

    answer = client.post("/login", data={"email": "ana@example.org", "password": "kobila trava dez"})

    assert answer.location == "/login/second-step"
    assert client.get("/me").status_code == 302


def test_a_sign_in_from_before_the_second_factor_is_over(client: TrackerClient, observer: User) -> None:
    client.sign_in(observer)
    observer.second_factor_since = utc_now()
    db.session.commit()

    assert client.get("/me").status_code == 302


# -- recovery codes


def test_a_recovery_code_lets_in_once_and_the_person_is_told(app: Flask, client: TrackerClient, me: User) -> None:
    give_password(client)
    typed = CODES.codes[3].lower().replace("-", " ")

    assert client.post("/login/recovery-code", data={"code": typed}).location == "/"

    assert db.session.scalars(sa.select(SignIn.factor)).one() is Factor.RECOVERY_CODE
    assert "9 codes are left" in client.get("/me/second-factor").text
    assert [each["change"] for each in db.session.scalars(sa.select(Notification.parameters))] == ["code_used"]
    other = app.test_client()
    give_password(other)  # type: ignore[arg-type]
    answer = other.post("/login/recovery-code", data={"code": typed})
    assert "none of your codes" in answer.text


def test_wrong_recovery_codes_count_with_the_others(client: TrackerClient, me: User) -> None:
    give_password(client)
    for _ in range(3):
        give_code(client, "000000")
    given = [client.post("/login/recovery-code", data={"code": f"AAAA-AAAA-AAA{n}"}).status_code for n in (2, 3, 4)]

    assert given == [200, 200, 429]


def test_recovery_codes_are_kept_as_hashes_only(me: User) -> None:
    kept = db.session.execute(sa.select(RecoveryCode.salt, RecoveryCode.digest)).all()

    assert len(kept) == len({row.digest for row in kept}) == 10
    assert all(re.fullmatch(r"[0-9a-f]{64}", row.digest) for row in kept)
    assert not any(code.replace("-", "") in str(kept) for code in CODES.codes)


def test_new_recovery_codes_take_the_password_again_and_kill_the_earlier(client: TrackerClient, me: User) -> None:
    signed_in(client, me)
    with client.session_transaction() as session:
        session["fs_paa"] = (utc_now() - timedelta(minutes=6)).timestamp()
    assert client.post("/me/second-factor/recovery-codes").location.startswith("/verify")
    client.post("/verify", data={"password": PASSWORD})

    answer = client.post("/me/second-factor/recovery-codes")

    shown = [each.text for each in page(answer).select(".recovery-codes code")]
    assert len(set(shown)) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    client.post("/logout")
    give_password(client)
    assert client.post("/login/recovery-code", data={"code": CODES.codes[0]}).status_code == 200
    assert client.post("/login/recovery-code", data={"code": shown[0]}).status_code == 302


# -- setting up


def signed_in(client: TrackerClient, person: User, factor: Factor = Factor.CODE) -> TrackerClient:
    client.sign_in(person)
    db.session.execute(sa.update(SignIn).values(factor=factor))
    db.session.commit()
    return client


def test_an_app_is_set_up_with_a_code_and_recovery_codes_are_shown_once(
    app: Flask, client: TrackerClient, observer: User
) -> None:
    other = app.test_client()
    other.sign_in(observer)  # type: ignore[attr-defined]
    client.sign_in(observer)
    with client.session_transaction() as session:
        before = session["sid"]
    form = page(client.get("/me/second-factor/app"))
    typed = form.select_one(".typed-key").text  # type: ignore[union-attr]
    picture = client.get("/me/second-factor/app/key.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", typed)
    key = TOTP(typed.replace(" ", "")).key

    assert "does not fit" in client.post("/me/second-factor/app", data={"code": "000000"}).text
    answer = client.post("/me/second-factor/app", data={"code": code_at(utc_now(), key)})

    assert len(page(answer).select(".recovery-codes code")) == 10
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    with client.session_transaction() as session:
        assert session["sid"] != before
        assert "offered_key" not in session
    assert observer.tf_totp_secret is not None
    assert typed.replace(" ", "") not in observer.tf_totp_secret
    assert second_factor.app_key(observer) == key
    assert acts()[-2:] == ["account.sign_ins_ended", "account.app_added"]
    assert client.get("/me/second-factor/app/key.svg").status_code == 404


def test_another_app_takes_the_place_of_the_first(client: TrackerClient, me: User) -> None:
    signed_in(client, me)
    typed = page(client.get("/me/second-factor/app")).select_one(".typed-key").text  # type: ignore[union-attr]
    key = TOTP(typed.replace(" ", "")).key

    answer = client.post("/me/second-factor/app", data={"code": code_at(utc_now(), key)})

    assert answer.location == "/me/second-factor"
    assert second_factor.app_key(me) == key != KEY
    assert db.session.scalar(sa.select(sa.func.count(RecoveryCode.id)).where(RecoveryCode.used_at.is_(None))) == 10


def test_the_code_that_set_an_app_up_does_not_let_in_again(client: TrackerClient, observer: User) -> None:
    observer.password = passwords.hash_password(PASSWORD)
    db.session.commit()
    client.sign_in(observer)
    typed = page(client.get("/me/second-factor/app")).select_one(".typed-key").text  # type: ignore[union-attr]
    code = code_at(utc_now(), TOTP(typed.replace(" ", "")).key)
    client.post("/me/second-factor/app", data={"code": code})
    client.post("/logout")

    give_password(client, observer.email)
    assert give_code(client, code).status_code == 200


def test_somebody_else_s_offered_key_is_nobody_s(client: TrackerClient, observer: User, peer: User) -> None:
    client.sign_in(observer)
    client.get("/me/second-factor/app")
    with client.session_transaction() as session:
        stolen = session["offered_key"]
    client.sign_in(peer)
    with client.session_transaction() as session:
        session["offered_key"] = stolen

    assert client.get("/me/second-factor/app/key.svg").status_code == 404


def test_a_person_stops_using_the_app(client: TrackerClient, me: User) -> None:
    signed_in(client, me)

    assert client.post("/me/second-factor/app/stop").location == "/me/second-factor"

    assert not me.has_second_factor
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []
    client.post("/logout")
    assert give_password(client).location == "/"


def test_changes_of_the_second_factor_take_the_password_again(client: TrackerClient, me: User) -> None:
    signed_in(client, me)
    with client.session_transaction() as session:
        session["fs_paa"] = (utc_now() - timedelta(minutes=6)).timestamp()

    for path in ("app", "app/key.svg", "app/stop", "passkeys", "passkeys/1/remove", "recovery-codes"):
        assert client.get(f"/me/second-factor/{path}").location.startswith("/verify")
    for path in ("app", "app/stop", "passkeys", "passkeys/1/remove", "recovery-codes"):
        assert client.post(f"/me/second-factor/{path}").location.startswith("/verify")


# -- roles that need one


@pytest.fixture
def strict(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it is in production."""
    monkeypatch.setitem(app.config, "TRACKER_REQUIRE_2FA", ("administrator", "secretariat"))
    return app


@pytest.mark.parametrize("role", ["administrator", "secretariat"])
def test_a_role_that_needs_a_second_factor_leads_to_it_and_opens_nothing_before(
    strict: Flask, client: TrackerClient, request: pytest.FixtureRequest, role: str
) -> None:
    client.sign_in(request.getfixturevalue(role))

    for path in ("/", "/people", "/me", "/audit", "/me/password", "/meetings"):
        assert client.get(path).location == "/me/second-factor"
    assert client.post("/me/sign-ins/end-others").location == "/me/second-factor"
    assert "Your role needs a second factor." in client.get("/me/second-factor").text
    assert client.get("/me/second-factor/app").status_code == 200
    assert client.get("/me/second-factor/app/key.svg").status_code == 200
    assert client.get("/help").status_code == 200
    assert client.post("/logout").status_code == 302


def test_after_the_set_up_everything_is_open(strict: Flask, client: TrackerClient, administrator: User) -> None:
    client.sign_in(administrator)
    typed = page(client.get("/me/second-factor/app")).select_one(".typed-key").text  # type: ignore[union-attr]
    client.post("/me/second-factor/app", data={"code": code_at(utc_now(), TOTP(typed.replace(" ", "")).key)})

    assert client.get("/people").status_code == 200
    answer = client.post("/me/second-factor/app/stop")
    assert answer.status_code == 409
    assert "Your role needs a second factor." in answer.text
    assert administrator.has_second_factor


def test_other_roles_do_not_need_one(strict: Flask, client: TrackerClient, coordinator: User) -> None:
    assert client.sign_in(coordinator).get("/meetings").status_code == 200


# -- lifted


def test_an_administrator_lifts_a_lost_factor_with_a_reason(
    app: Flask, client: TrackerClient, me: User, administrator: User
) -> None:
    other = app.test_client()
    signed_in(other, me)  # type: ignore[arg-type]
    client.sign_in(administrator)
    path = f"/people/{me.id}/second-factor/lift"
    assert "Say why" in client.post(path, data={"reason": "  "}).text

    answer = client.post(path, data={"reason": "Phone lost; called back."})

    assert answer.location == f"/people/{me.id}"
    assert not me.has_second_factor
    assert other.get("/me").status_code == 302
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert (event.act, event.actor_id) == ("account.second_factor_lifted", administrator.id)
    assert event.content is not None
    assert "Phone lost; called back." in event.content
    assert [each["change"] for each in db.session.scalars(sa.select(Notification.parameters))] == ["lifted"]


def test_nobody_lifts_their_own_and_no_officer_lifts_any(
    client: TrackerClient, me: User, administrator: User, secretariat: User
) -> None:
    assert client.sign_in(administrator).get(f"/people/{administrator.id}/second-factor/lift").status_code == 403
    assert client.sign_in(secretariat).get(f"/people/{me.id}/second-factor/lift").status_code == 403


@pytest.mark.parametrize("change", list(second_factor.Change))
def test_every_change_has_its_mail(app: Flask, me: User, change: second_factor.Change) -> None:
    second_factor.tell(me, change, at=utc_now())
    db.session.commit()
    notification = db.session.scalars(sa.select(Notification)).one()

    with app.test_request_context():
        mail = rendering.render_batch([notification], utc_now())[notification.id]

    assert isinstance(mail, rendering.Mail)
    assert "account" in mail.text
    assert "account" in (mail.html or "")


# -- keys at rest


def test_a_sealed_key_opens_for_its_person_and_under_its_key_only() -> None:
    sealed = sealing.seal(KEY, "person 1", ["a" * 40])

    assert sealing.unseal(sealed, "person 1", ["b" * 40, "a" * 40]) == KEY
    for purpose, keys in (("person 2", ["a" * 40]), ("person 1", ["b" * 40])):
        with pytest.raises(sealing.CannotBeOpened):
            sealing.unseal(sealed, purpose, keys)
    for damaged in ("", "x", sealed[:-4], sealed[:-6] + "AAAA==", sealed + "!", "a.b"):
        with pytest.raises(sealing.CannotBeOpened):
            sealing.unseal(damaged, "person 1", ["a" * 40])


def test_after_a_change_of_the_secret_key_the_app_works_and_its_key_is_sealed_anew(
    app: Flask, client: TrackerClient, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-key-0123456789-0123456789-0123456789")
    monkeypatch.setitem(app.config, "TRACKER_OLD_SECRET_KEYS", (old,))

    give_password(client)
    assert give_code(client, code_at(utc_now())).status_code == 302

    assert me.tf_totp_secret is not None
    assert sealing.is_sealed_with(me.tf_totp_secret, app.config["SECRET_KEY"])
    monkeypatch.setitem(app.config, "TRACKER_OLD_SECRET_KEYS", ())
    assert second_factor.app_key(me) == KEY


def test_without_the_old_key_the_code_is_refused_and_nothing_breaks(
    app: Flask, client: TrackerClient, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-key-0123456789-0123456789-0123456789")

    give_password(client)

    assert give_code(client, code_at(utc_now())).status_code == 200
    assert client.post("/login/recovery-code", data={"code": CODES.codes[0]}).status_code == 302


def test_the_doctor_says_which_secret_keys_are_still_needed(
    app: Flask, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = app.config["SECRET_KEY"]
    assert list(check_sealed_keys()) == []

    monkeypatch.setitem(app.config, "SECRET_KEY", "another-key-0123456789-0123456789-0123456789")
    assert "1 authenticator apps were set up under a secret key that is not known" in next(check_sealed_keys())
    monkeypatch.setitem(app.config, "TRACKER_OLD_SECRET_KEYS", (old,))
    assert list(check_sealed_keys()) == []
    second_factor.seal_again(me)
    db.session.commit()
    assert "Take them out." in next(check_sealed_keys())


def test_a_terminal_lifts_a_second_factor_where_no_administrator_can(app: Flask, me: User) -> None:
    answer = app.test_cli_runner().invoke(
        args=["tracker", "lift-second-factor", me.email, "--reason", "The only administrator lost the phone."]
    )

    assert answer.exit_code == 0, answer.output
    assert not me.has_second_factor
    assert acts()[-1] == "account.second_factor_lifted"
    again = app.test_cli_runner().invoke(args=["tracker", "lift-second-factor", me.email, "--reason", "again"])
    assert again.exit_code == 1


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, the last six digits."""
    key = b"12345678901234567890"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        at = datetime.fromtimestamp(seconds, tz=utc_now().tzinfo)
        assert one_time_codes.counter_of(code, key, at=at, after=None) == seconds // 30
        assert one_time_codes.counter_of(code, key, at=at, after=seconds // 30) is None
