"""The story about needs and offers: Albania asks, Serbia offers; one round is shared, the open one is not yet."""

import pytest

from tests.dashboards.conftest import commitment, item, spring, winter
from tests.factories import ItemFactory
from tracker.instruments.models import Commitment
from tracker.parties.models import Party
from tracker.progress.models import Item

__all__ = ["commitment", "item", "spring", "winter"]


@pytest.fixture
def their_item(commitment: Commitment, other_party: Party) -> Item:
    """The other country's item on the same commitment."""
    return ItemFactory.create(commitment=commitment, party=other_party)
