"""Failures are counted even when they come together, and waits grow."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask_migrate import upgrade

from config import Config
from tracker import create_app
from tracker.accounts.throttle import Failures, pause_before_answer, wait_before_next
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
