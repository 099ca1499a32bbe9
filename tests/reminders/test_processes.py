"""Several schedulers at once, and schedulers that are killed: nothing lost, nothing doubled. Promises P1 and P3."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from config import Config
from tests.conftest import SECRET_KEY
from tests.factories import (
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MembershipFactory,
    PartyFactory,
    RoundFactory,
)
from tests.smtp import Server, smtp_server
from tracker import create_app
from tracker.accounts.models import Role
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.mail.models import DeliveryState, Notification
from tracker.reminders.services import send_test
from tracker.scheduler import tick

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
ZONES = ("Europe/Vienna", "Europe/Sarajevo", "Europe/Chisinau", "Asia/Tbilisi", "UTC", "Europe/Belgrade")
COUNTRIES, PEOPLE = 12, 4
#: Due on 14 December 2026; late enough in the day that it is past eight in every zone.
MOMENTS = [
    datetime(2026, 11, 23, 9, tzinfo=UTC),
    datetime(2026, 12, 7, 9, tzinfo=UTC),
    datetime(2026, 12, 13, 9, tzinfo=UTC),
]


@pytest.fixture
def address(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def installation(address: str, make_config: Callable[..., Config]) -> Iterator[Flask]:
    """An application on a database of its own, with twelve countries that have not reported."""
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=address))
    with app.app_context():
        upgrade()
        instrument = InstrumentFactory.create()
        round_ = RoundFactory.create()
        round_.instruments.append(instrument)
        commitment = CommitmentFactory.create(instrument=instrument)
        for number in range(COUNTRIES):
            party = PartyFactory.create(timezone=ZONES[number % len(ZONES)])
            ItemFactory.create(commitment=commitment, party=party)
            for _ in range(PEOPLE):
                MembershipFactory.create(party=party)
        db.session.commit()
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as running:
        yield running


@pytest.fixture
def environment(address: str, server: Server, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": address,
        "MAIL_URL": server.url,
        "TRACKER_INSTANCE": str(tmp_path),
        "TRACKER_SECRET_KEY": SECRET_KEY,
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def tickers(environment: dict[str, str], errands: list[tuple[Path, list[datetime]]]) -> Iterator[list[int]]:
    """Start a process for each errand, which waits for its file and then ticks; end what is left of them."""
    arguments = [f"{go}={','.join(moment.isoformat() for moment in moments)}" for go, moments in errands]
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.reminders.ticker", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    children = [int(parent.stdout.readline()) for _ in errands]
    try:
        yield children
        parent.wait(timeout=120)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        parent.wait(timeout=10)
        parent.stdout.close()


def test_five_schedulers_send_each_reminder_once(
    installation: Flask, server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    go = tmp_path / "go"
    with tickers(environment, [(go, MOMENTS)] * 5):
        go.touch()

    mails = Counter((mail.to[0], mail.message["Subject"], mail.message["Message-ID"]) for mail in server.accepted)
    assert set(mails.values()) == {1}
    assert len(mails) == COUNTRIES * PEOPLE * len(MOMENTS)
    assert set(Counter(mail.to[0] for mail in server.accepted).values()) == {len(MOMENTS)}


def test_killed_schedulers_lose_nothing_and_double_at_most_what_was_under_way(
    installation: Flask, server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    chance = random.Random(4711)  # noqa: S311 - no secret
    # Leases run out after five minutes, so each turn finds what the one before left.
    turns = [(tmp_path / f"go{turn}", [MOMENTS[0] + turn * timedelta(minutes=6)]) for turn in range(5)]
    with tickers(environment, [turn for turn in turns for _ in range(2)]) as children:
        for number, (go, _moments) in enumerate(turns):
            go.touch()
            time.sleep(chance.uniform(0.05, 0.5))
            for child in children[2 * number : 2 * number + 2]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    for minutes in (40, 46):
        tick_in_this_process(installation, server, MOMENTS[0] + timedelta(minutes=minutes))

    identities = Counter((mail.to[0], mail.message["Message-ID"]) for mail in server.accepted)
    assert len(identities) == COUNTRIES * PEOPLE
    assert len({to for to, _identity in identities}) == COUNTRIES * PEOPLE
    assert sum(identities.values()) - len(identities) <= 2 * len(turns)
    assert set(db.session.scalars(sa.select(Notification.state))) == {DeliveryState.SENT}


def tick_in_this_process(app: Flask, server: Server, moment: datetime) -> None:
    app.config["MAIL_URL"] = server.url
    with app.app_context():
        tick(moment)


@pytest.mark.parametrize("is_silent", [False, True], ids=["a server that is slow", "a server that has fallen silent"])
def test_a_scheduler_that_is_asked_to_stop_leaves_nothing_half_done(
    installation: Flask, server: Server, environment: dict[str, str], *, is_silent: bool
) -> None:
    def slow(stage: str, _address: str) -> str | None:
        if stage == "DATA" and not is_silent:
            time.sleep(0.5)
        return "hang" if stage == "DATA" and is_silent else None

    server.behaviour = slow
    with installation.app_context():
        secretariat = MembershipFactory.create(role=Role.SECRETARIAT).person
        send_test(secretariat, at=utc_now())
        db.session.commit()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "tracker", "scheduler"], cwd=ROOT, env=environment
    )
    try:
        ends = time.monotonic() + 60
        while not server.attempts and time.monotonic() < ends:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()

    states = Counter(db.session.scalars(sa.select(Notification.state)))
    assert states[DeliveryState.SENT] == len(server.accepted) == (0 if is_silent else 1)
    assert states[DeliveryState.SENDING] == 0
