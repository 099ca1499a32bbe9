"""The story that the pages of reporting are tested on, at one frozen moment."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine

from tests.client import TrackerClient
from tests.factories import AssignmentFactory, CommitmentFactory, InstrumentFactory, ItemFactory, RoundFactory
from tests.progress.pages import place_of
from tracker.accounts.models import AccountLink, User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Item
from tracker.progress.services import round_links


@pytest.fixture
def at_that_time(now: datetime) -> Iterator[None]:
    """Stop the clock inside the open round."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def instrument() -> Instrument:
    return InstrumentFactory.create(code="BRDO-2018", short_title="Joint Declaration, Brdo 2018")


@pytest.fixture
def open_round(instrument: Instrument) -> Round:
    """The round that is open, and asks about the instrument."""
    return RoundFactory.create(instruments=[instrument])


@pytest.fixture
def earlier_round(instrument: Instrument) -> Round:
    """A round of the year before, shared long ago."""
    return RoundFactory.create(
        instruments=[instrument],
        meeting__title="Network meeting",
        meeting__starts_on=date(2025, 3, 27),
        meeting__ends_on=date(2025, 3, 28),
        opens_on=date(2025, 1, 1),
        due_on=date(2025, 3, 6),
        closes_on=date(2025, 3, 26),
        share_on=date(2025, 3, 27),
    )


@pytest.fixture
def asked_item(party: Party, instrument: Instrument, open_round: Round) -> Item:
    """An item of the party that the open round asks about."""
    commitment = CommitmentFactory.create(
        code="BRDO-2018-05", title="Set up formal compensation mechanisms", instrument=instrument, position=5
    )
    return ItemFactory.create(party=party, commitment=commitment)


@pytest.fixture
def held(asked_item: Item, open_round: Round, contributor: User) -> Assignment:
    """The item is in the contributor's hands."""
    return AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)


@pytest.fixture
def link(held: Assignment, open_round: Round, party: Party, coordinator: User) -> AccountLink:
    made = round_links.send_link(held.person, open_round, party, by=coordinator, at=utc_now())
    db.session.commit()
    return made


@pytest.fixture
def holder(client: TrackerClient, link: AccountLink) -> TrackerClient:
    """A browser that came by the link."""
    assert client.post(place_of(link)).location == "/work"
    return client
