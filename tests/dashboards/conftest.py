"""The day, the rounds and the item of the stories about dashboards."""

from datetime import date

import pytest

from tests.dashboards.story import TODAY
from tests.factories import CommitmentFactory, ItemFactory, MeetingFactory, RoundFactory
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item


@pytest.fixture(autouse=True)
def _in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("blueprint", "home"):
        monkeypatch.setattr(f"tracker.dashboards.views.{module}.network_today", lambda: TODAY)


@pytest.fixture
def commitment() -> Commitment:
    return CommitmentFactory.create(code="BRDO-2018-05", title="Set up compensation")


@pytest.fixture
def item(commitment: Commitment, party: Party) -> Item:
    return ItemFactory.create(commitment=commitment, party=party)


@pytest.fixture
def spring() -> Round:
    """A past round, shared since."""
    meeting = MeetingFactory.create(code="M-2025-04-1", starts_on=date(2025, 4, 2), ends_on=None)
    return RoundFactory.create(
        meeting=meeting,
        opens_on=date(2025, 1, 29),
        due_on=date(2025, 3, 12),
        closes_on=date(2025, 4, 1),
        share_on=date(2025, 4, 2),
    )


@pytest.fixture
def winter() -> Round:
    """The open round; its share date lies ahead."""
    return RoundFactory.create(meeting=MeetingFactory.create(code="M-2027-01-1"))
