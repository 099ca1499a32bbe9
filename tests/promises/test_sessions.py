"""P13 to P19: sign-ins, what ends them, the second factor, links."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from passlib.totp import TOTP

from config import Config, ConfigurationError
from tests.accounts.test_links import mails
from tests.client import TrackerClient, page
from tests.factories import MembershipFactory
from tracker.accounts import passwords, recovery_codes
from tracker.accounts.models import AccountLink, Factor, LinkPurpose, RecoveryCode, Role, SignIn, User
from tracker.accounts.services import people, second_factor
from tracker.accounts.services.links import issue_link, token_of
from tracker.accounts.services.people import Grant
from tracker.accounts.signing_in import IDLE, IDLE_ADMINISTRATOR, LONGEST, sid_hash
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.parties.models import Party

PASSWORD = "šuma reka nebo"
KEY = bytes(range(20))
CODES = recovery_codes.new_set()
OPEN, SIGN_IN_FIRST = 200, 302


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def person(password_hash: str) -> User:
    return MembershipFactory.create(
        role=Role.OBSERVER, party=None, person__email="ana@example.org", person__password=password_hash
    ).person


@pytest.fixture
def with_app(person: User) -> User:
    """Somebody with an authenticator app."""
    second_factor.use_app(person, KEY, counter=0, codes=CODES, at=utc_now(), keep="")
    db.session.commit()
    return person


def give_password(client: TrackerClient, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post("/login", data={"email": "ana@example.org", "password": password})


def give_code(client: TrackerClient):  # type: ignore[no-untyped-def]
    code = TOTP(key=KEY, format="raw").generate(utc_now().timestamp()).token
    return client.post("/login/second-step", data={"code": code})


def set_up_app(client: TrackerClient) -> None:
    key = page(client.get("/me/second-factor/app")).select_one(".typed-key")
    assert key is not None
    code = TOTP(key.text.replace(" ", "")).generate(utc_now().timestamp()).token
    client.post("/me/second-factor/app", data={"code": code})


def sid_of(client: TrackerClient) -> str | None:
    with client.session_transaction() as session:
        return session.get("sid")


def another(app: Flask, person: User) -> TrackerClient:
    client = app.test_client()
    assert isinstance(client, TrackerClient)
    return client.sign_in(person)


def copy_of(app: Flask, client: TrackerClient) -> TrackerClient:
    """A browser that somebody gave a copy of the cookie."""
    cookie = client.get_cookie("tracker")
    assert cookie is not None
    thief = app.test_client()
    assert isinstance(thief, TrackerClient)
    thief.set_cookie("tracker", cookie.value)
    return thief


# -- P13


def test_p13_a_new_session_id_at_sign_in_and_at_the_second_factor(
    app: Flask, client: TrackerClient, with_app: User
) -> None:
    with client.session_transaction() as session:
        session["sid"] = "chosen by somebody else"
    planted = copy_of(app, client)

    give_password(client)
    half_way = copy_of(app, client)
    give_code(client)

    assert client.get("/me").status_code == OPEN
    assert sid_of(client) not in (None, "chosen by somebody else")
    assert planted.get("/me").status_code == half_way.get("/me").status_code == SIGN_IN_FIRST


def test_p13_a_new_session_id_when_a_second_factor_is_set_up(app: Flask, client: TrackerClient, person: User) -> None:
    client.sign_in(person)
    before, stolen = sid_of(client), copy_of(app, client)
    key = page(client.get("/me/second-factor/app")).select_one(".typed-key")
    assert key is not None

    client.post(
        "/me/second-factor/app", data={"code": TOTP(key.text.replace(" ", "")).generate(utc_now().timestamp()).token}
    )

    assert client.get("/me").status_code == OPEN
    assert sid_of(client) != before
    assert stolen.get("/me").status_code == SIGN_IN_FIRST


# -- P14


def test_p14_every_sign_in_is_a_row_with_the_hash_of_its_id_only(client: TrackerClient, person: User) -> None:
    give_password(client)
    sid = sid_of(client)
    assert sid is not None

    row = db.session.scalars(sa.select(SignIn)).one()

    assert len(sid) >= 43  # 256 bits
    assert row.sid_hash == sid_hash(sid)
    assert sid not in str({column.name: getattr(row, column.name) for column in SignIn.__table__.columns})
    row.ended_at = utc_now()
    db.session.commit()
    assert client.get("/me").status_code == SIGN_IN_FIRST


def test_p14_a_sign_in_ends_after_its_limits(client: TrackerClient, person: User, administrator: User) -> None:
    assert (timedelta(minutes=30), timedelta(hours=8), timedelta(hours=12)) == (IDLE_ADMINISTRATOR, IDLE, LONGEST)
    second = timedelta(seconds=5)

    for somebody, idle in ((person, IDLE), (administrator, IDLE_ADMINISTRATOR)):
        for seen, began, is_open in (
            (idle - second, idle, True), (idle + second, idle + second, False), (second, LONGEST + second, False),
        ):  # fmt: skip
            client.sign_in(somebody)
            at = utc_now()
            db.session.execute(
                sa.update(SignIn).where(SignIn.ended_at.is_(None)).values(last_seen_at=at - seen, started_at=at - began)
            )
            db.session.commit()
            assert (client.get("/me").status_code == OPEN) == is_open


# -- P15


def test_p15_signing_out_ends_this_sign_in_alone(app: Flask, client: TrackerClient, person: User) -> None:
    other = another(app, person)
    client.sign_in(person)
    kept = copy_of(app, client)

    client.post("/logout")

    assert kept.get("/me").status_code == SIGN_IN_FIRST
    assert other.get("/me").status_code == OPEN


def _change_password(client: TrackerClient, _person: User, _other: Party) -> None:
    new = "kobila trava dez"
    client.post("/me/password", data={"current": PASSWORD, "password": new, "again": new})


def _change_factor(client: TrackerClient, _person: User, _other: Party) -> None:
    key = page(client.get("/me/second-factor/app")).select_one(".typed-key")
    assert key is not None
    client.post(
        "/me/second-factor/app", data={"code": TOTP(key.text.replace(" ", "")).generate(utc_now().timestamp()).token}
    )


def _give_role(_client: TrackerClient, person: User, other: Party) -> None:
    grant = Grant(role=Role.CONTRIBUTOR, party_id=other.id, is_deputy=False, starts_on=utc_now().date(), ends_on=None)
    people.give_role(person, grant, by=None, at=utc_now())


def _take_role(_client: TrackerClient, person: User, _other: Party) -> None:
    people.take_back(person.memberships[0], by=MembershipFactory.create(role=Role.ADMINISTRATOR).person, at=utc_now())


def _disable(_client: TrackerClient, person: User, _other: Party) -> None:
    people.disable(person, by=MembershipFactory.create(role=Role.ADMINISTRATOR).person, at=utc_now())


@pytest.mark.parametrize("change", [_change_password, _change_factor, _give_role, _take_role, _disable])
def test_p15_changes_of_an_account_end_all_other_sign_ins_at_once(
    app: Flask,
    client: TrackerClient,
    person: User,
    other_party: Party,
    change: Callable[[TrackerClient, User, Party], None],
) -> None:
    others = [another(app, person) for _ in range(3)]
    client.sign_in(person)

    change(client, person, other_party)
    db.session.commit()

    assert [other.get("/me").status_code for other in others] == [SIGN_IN_FIRST] * 3


# -- P16


def test_p16_no_damaged_cookie_is_anybodys_or_breaks_a_page(app: Flask, client: TrackerClient, person: User) -> None:
    give_password(client)
    cookie = client.get_cookie("tracker")
    assert cookie is not None
    chance = random.Random(16)  # noqa: S311 - the same mutants each time
    thief = app.test_client()
    for _ in range(200):
        value = list(cookie.value)
        for _change in range(chance.randint(1, 3)):
            place = chance.randrange(len(value) - 1)  # the last sign holds bits that decode to nothing
            value[place] = chance.choice([sign for sign in "abcXYZ019-_." if sign != value[place]])
        thief.set_cookie(
            "tracker", "".join(value[: chance.randint(1, len(value))]) if chance.random() < 0.3 else "".join(value)
        )

        assert thief.get("/me").status_code == SIGN_IN_FIRST


@pytest.mark.parametrize("key", ["", "secret", "changeme" * 4, "a" * 64, "0123456789" * 2])
def test_p16_production_does_not_start_with_a_weak_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("TRACKER_ENV", "production")
    monkeypatch.setenv("TRACKER_BASE_URL", "https://tracker.example.org")
    monkeypatch.setenv("TRACKER_SECRET_KEY", key)

    with pytest.raises(ConfigurationError, match="TRACKER_SECRET_KEY"):
        Config.from_environment()


# -- P17

SENSITIVE = (
    "/me/email", "/me/second-factor/app", "/me/second-factor/app/stop", "/me/second-factor/passkeys",
    "/me/second-factor/recovery-codes", "/people/invite", "/people/{id}/roles", "/people/{id}/roles/{membership}/end",
    "/people/{id}/disable", "/people/{id}/enable", "/people/{id}/second-factor/lift",
    "/people/{id}/invitation", "/people/{id}/invitation/revoke",
)  # fmt: skip


def test_p17_sensitive_changes_take_the_password_again_within_five_minutes(
    client: TrackerClient, administrator: User, coordinator: User
) -> None:
    client.sign_in(administrator)
    for minutes, is_asked in ((6, True), (-1, True)):  # a time that lies ahead was made up
        with client.session_transaction() as session:
            session["fs_paa"] = (utc_now() - timedelta(minutes=minutes)).timestamp()
        for path in SENSITIVE:
            address = path.format(id=coordinator.id, membership=coordinator.memberships[0].id)
            answer = client.post(address, data={"reason": "x"})
            assert answer.headers.get("Location", "").startswith("/verify") == is_asked, path
    # The password itself: the present one is asked for in the same form.
    assert "Enter your password." in client.post("/me/password", data={"password": "kobila trava dez"}).text


def test_p17_people_see_their_sign_ins_and_end_them(app: Flask, client: TrackerClient, person: User) -> None:
    other = another(app, person)
    client.sign_in(person)
    ends = [form["action"] for form in page(client.get("/me")).select("form[action$='/end']")]
    assert len(ends) == 1

    client.post(str(ends[0]))

    assert other.get("/me").status_code == SIGN_IN_FIRST
    assert client.get("/me").status_code == OPEN


# -- P18


def test_p18_a_code_works_once_and_five_wrong_ones_lock_for_fifteen_minutes(
    app: Flask, client: TrackerClient, with_app: User
) -> None:
    give_password(client)
    assert give_code(client).status_code == SIGN_IN_FIRST
    assert client.get("/me").status_code == OPEN
    again = app.test_client()
    assert isinstance(again, TrackerClient)
    give_password(again)
    assert give_code(again).status_code == 200

    given = [again.post("/login/second-step", data={"code": "000000"}) for _ in range(5)]

    assert [each.status_code for each in given] == [200] * 4 + [429]
    assert 14 * 60 < int(given[-1].headers["Retry-After"]) <= 15 * 60


def test_p18_ten_recovery_codes_are_kept_hashed_and_a_new_password_lifts_nothing(
    client: TrackerClient, with_app: User
) -> None:
    assert db.session.scalar(sa.select(sa.func.count(RecoveryCode.id))) == 10
    link = issue_link(with_app, LinkPurpose.RESET, by=None, at=utc_now())
    db.session.commit()
    client.post(f"/reset/{token_of(link)}", data={"password": "kobila trava dez", "again": "kobila trava dez"})

    assert give_password(client, "kobila trava dez").location == "/login/second-step"
    assert client.post("/login/recovery-code", data={"code": CODES.codes[0]}).location == "/"
    assert db.session.scalars(sa.select(SignIn.factor)).one() is Factor.RECOVERY_CODE


@pytest.mark.parametrize("role", ["administrator", "secretariat"])
def test_p18_the_roles_that_need_one_can_do_nothing_before(
    app: Flask, client: TrackerClient, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """Every address without a variable that is not public; by default, as production is set up."""
    monkeypatch.setitem(app.config, "TRACKER_REQUIRE_2FA", Config.__dataclass_fields__["TRACKER_REQUIRE_2FA"].default)
    client.sign_in(request.getfixturevalue(role))
    open_to_them = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments
        and "GET" in (rule.methods or ())
        and not getattr(app.view_functions[rule.endpoint], "is_public", False)
        and client.get(rule.rule).headers.get("Location") != "/me/second-factor"
    }

    assert open_to_them == {
        "/me/second-factor", "/me/second-factor/app", "/me/second-factor/app/key.svg", "/me/second-factor/passkeys",
        "/login", "/verify",
    }  # fmt: skip


# -- P19


def test_p19_a_token_has_256_bits_and_only_its_hash_is_kept(person: User) -> None:
    link = issue_link(person, LinkPurpose.RESET, by=None, at=utc_now())
    db.session.commit()

    token = token_of(link)

    assert len(token) == 43
    row = db.session.execute(sa.select(AccountLink.__table__)).mappings().one()
    assert token not in str(dict(row))


def test_p19_links_begin_with_the_configured_host_whatever_the_request_says(
    client: TrackerClient, person: User
) -> None:
    client.post(
        "/reset",
        data={"email": "ana@example.org"},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )

    [mail] = mails()
    assert "http://localhost:8000/reset/" in mail.text  # type: ignore[union-attr]
    assert "evil.example" not in str(mail)
