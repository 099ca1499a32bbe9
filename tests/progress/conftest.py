"""The story that the pages of reporting are tested on, at one frozen moment."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine

from tests.factories import CommitmentFactory, InstrumentFactory, ItemFactory, RoundFactory
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item


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
