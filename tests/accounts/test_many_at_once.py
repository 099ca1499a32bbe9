"""Failures are counted even when they come together, and waits grow."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_migrate import upgrade
from passlib.totp import TOTP

from config import Config
from tracker import create_app
from tracker.accounts import passwords, recovery_codes
from tracker.accounts.models import SignIn, SignInAttempt, User
from tracker.accounts.services import second_factor
from tracker.accounts.throttle import Failures, pause_before_answer, wait_before_next
from tracker.core.clock import utc_now
from tracker.core.database import db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NONE = Failures(0, None)


@pytest.mark.processes
def test_failures_that_come_together_are_all_counted(
    new_database: Callable[[], str], make_config: Callable[..., Config]
) -> None:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database()))
    with app.app_context():
        upgrade()

    def fail(_: int) -> int:
        return (
            app.test_client().post("/login", data={"email": "ana@example.org", "password": "not this one"}).status_code
        )

    with ThreadPoolExecutor(8) as pool:
        given = Counter(pool.map(fail, range(16)))

    assert given == {200: 5, 429: 11}
    with app.app_context():
        db.engine.dispose()


@pytest.mark.processes
def test_of_many_who_type_the_same_code_at_once_one_gets_in(
    new_database: Callable[[], str], make_config: Callable[..., Config]
) -> None:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database()))
    key, codes = bytes(20), recovery_codes.new_set()
    with app.app_context():
        upgrade()
        person = User(
            email="ana@example.org", name="Ana", fs_uniquifier="x", password=passwords.hash_password("šuma reka nebo")
        )
        db.session.add(person)
        db.session.flush()
        second_factor.use_app(person, key, counter=0, codes=codes, at=utc_now(), keep="")
        db.session.commit()

    def half_way() -> FlaskClient:
        client = app.test_client()
        client.post("/login", data={"email": "ana@example.org", "password": "šuma reka nebo"})
        return client

    def get_in(path: str, code: str, clients: list[FlaskClient]) -> Counter[int]:
        with ThreadPoolExecutor(len(clients)) as pool:
            return Counter(pool.map(lambda client: client.post(path, data={"code": code}).status_code, clients))

    clients = [half_way() for _ in range(12)]
    code = TOTP(key=key, format="raw").generate(utc_now().timestamp()).token
    by_code = get_in("/login/second-step", code, clients[:6])
    with app.app_context():
        db.session.execute(sa.delete(SignInAttempt))
        db.session.commit()
    by_recovery_code = get_in("/login/recovery-code", codes.codes[0], clients[6:])

    # Each attempt counts as wrong until it is found right, so the sixth may be told to wait.
    assert by_code[302] == by_recovery_code[302] == 1
    assert set(by_code) | set(by_recovery_code) <= {200, 302, 429}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 2
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("count", "seconds"), [(4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (99, 900)]
)
def test_waits_grow_up_to_a_quarter_of_an_hour(count: int, seconds: int) -> None:
    failed = Failures(count, NOW)

    assert wait_before_next(failed, NONE, NOW) == timedelta(seconds=seconds)
    assert wait_before_next(failed, NONE, NOW + timedelta(seconds=seconds)) == timedelta(0)


def test_an_address_waits_after_twenty_failures() -> None:
    assert wait_before_next(NONE, Failures(19, NOW), NOW) == timedelta(0)
    assert wait_before_next(NONE, Failures(20, NOW), NOW) == timedelta(seconds=30)


def test_an_account_is_slower_but_never_shut() -> None:
    assert [pause_before_answer(count) for count in (0, 9, 10, 11, 12, 13, 14, 500)] == [
        0, 0, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0,
    ]  # fmt: skip
