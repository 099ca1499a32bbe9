"""A chart as a picture: made by the job process, for the eyes of whoever asked."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient
from tests.dashboards.conftest import commitment, item, spring, winter
from tests.dashboards.story import accepted
from tracker.accounts.models import Membership, Role, User
from tracker.core.database import db
from tracker.making import MAKERS
from tracker.meetings.models import Round
from tracker.papers.jobs import make_papers
from tracker.papers.models import Paper, PaperState
from tracker.progress.models import Item
from tracker.progress.statuses import Status

__all__ = ["commitment", "item", "spring", "winter"]


@pytest.fixture
def paper(client: TrackerClient, coordinator: User, item: Item, winter: Round) -> Paper:
    """A picture that the coordinator asked for, twice in one breath."""
    accepted(item, winter, coordinator, Status.IN_PLACE)
    theme = item.commitment.theme.code
    for _ in range(2):
        sent = client.sign_in(coordinator).post(f"/dashboard/charts/coverage/picture?theme={theme}")
        assert sent.status_code == 302
    return db.session.scalars(sa.select(Paper)).one()


def test_a_chart_becomes_a_picture_that_only_the_asker_fetches(
    client: TrackerClient, coordinator: User, peer: User, secretariat: User, paper: Paper, now: datetime
) -> None:
    assert make_papers(now + timedelta(minutes=1), MAKERS) == 1

    assert paper.state is PaperState.READY
    file = client.sign_in(coordinator).get(f"/papers/{paper.id}/file")
    assert file.data.startswith(b"\x89PNG")
    assert file.mimetype == "image/png"
    for person in (peer, secretariat):
        assert client.sign_in(person).get(f"/papers/{paper.id}/file").status_code == 404


def test_whoever_has_left_the_party_gets_no_picture_of_what_it_read(
    client: TrackerClient, coordinator: User, paper: Paper, now: datetime
) -> None:
    make_papers(now + timedelta(minutes=1), MAKERS)
    left = sa.update(Membership).where(Membership.person_id == coordinator.id)
    db.session.execute(left.values(role=Role.OBSERVER, party_id=None))
    db.session.commit()
    db.session.expire_all()

    assert client.sign_in(coordinator).get(f"/papers/{paper.id}").status_code == 404


def test_there_are_no_pictures_of_other_things(client: TrackerClient, coordinator: User) -> None:
    assert client.sign_in(coordinator).post("/dashboard/charts/moon/picture").status_code == 404
