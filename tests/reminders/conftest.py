"""What tests of reminders share: an open round that asks a country for three items, and its mail server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.factories import CommitmentFactory, InstrumentFactory, ItemFactory, RoundFactory
from tests.smtp import Server, smtp_server
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.reminders.jobs import plan_reminders

#: The local morning of D−21 in Tirana, where the party's people live: 08:00 is 07:00 UTC.
D_21 = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def instrument() -> Instrument:
    return InstrumentFactory.create()


@pytest.fixture
def open_round(instrument: Instrument) -> Round:
    """Due on 14 December 2026, for the meeting of 20–21 January 2027."""
    round_ = RoundFactory.create()
    round_.instruments.append(instrument)
    db.session.commit()
    return round_


@pytest.fixture
def ask(instrument: Instrument) -> Callable[[Party, int], list[Item]]:
    """Gives a party items in the open round."""

    def give(party: Party, count: int) -> list[Item]:
        return [
            ItemFactory.create(commitment=CommitmentFactory.create(instrument=instrument), party=party)
            for _ in range(count)
        ]

    return give


@pytest.fixture
def items(open_round: Round, party: Party, ask: Callable[[Party, int], list[Item]], coordinator: User) -> list[Item]:
    """Three items that the party is asked for; its coordinator is there."""
    assert open_round, coordinator
    return ask(party, 3)


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with smtp_server() as running:
        monkeypatch.setitem(app.config, "MAIL_URL", running.url)
        yield running


@pytest.fixture
def taken_before(items: list[Item]) -> datetime:
    """A moment at which the opening of the round was told; what is planned later is what a test is about."""
    assert items
    opening = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
    plan_reminders(opening)
    return opening
