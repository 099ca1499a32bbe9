"""A party with items that the open round asks about, and what its people do with the questionnaire."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from tests.client import TrackerClient
from tests.factories import CommitmentFactory, ItemFactory
from tests.progress.conftest import asked_item, at_that_time, earlier_round, instrument, open_round
from tracker.core.database import db, set_reading_only
from tracker.instruments.models import Instrument
from tracker.making import MAKERS
from tracker.meetings.models import Round
from tracker.papers.jobs import make_papers
from tracker.parties.models import Party
from tracker.progress.models import Item

__all__ = ["asked_item", "at_that_time", "earlier_round", "instrument", "open_round"]

Get = Callable[..., bytes]
HandIn = Callable[..., TestResponse]


@pytest.fixture
def second_item(party: Party, instrument: Instrument, open_round: Round) -> Item:
    """Another item of the party that the open round asks about."""
    commitment = CommitmentFactory.create(
        code="BRDO-2018-06", title="Cooperate with the private sector", instrument=instrument, position=6
    )
    return ItemFactory.create(party=party, commitment=commitment)


@pytest.fixture
def getting(client: TrackerClient, now: datetime) -> Get:
    """Asks for a questionnaire as whoever is signed in, lets the job process make it, and fetches it."""

    def get(kind: str = "xlsx", code: str = "AL", **choices: str) -> bytes:
        form = {"person": "", "holds": "drafts", "format": kind} | choices
        response = client.post(f"/parties/{code}/questionnaire", data=form)
        assert response.status_code == 302, response.text
        make_papers(now, MAKERS)
        file = client.get(f"{response.location}/file")
        assert file.status_code == 200, client.get(response.location).text
        return file.data

    return get


@pytest.fixture
def handing_in(client: TrackerClient, now: datetime) -> HandIn:
    """Hands a file in and lets the job process read it; returns the page that follows."""

    def hand_in(content: bytes, name: str = "filled in.xlsx", code: str = "AL") -> TestResponse:
        data = {"file": (io.BytesIO(content), name)}
        response = client.post(f"/parties/{code}/questionnaire/hand-in", data=data)
        if response.status_code != 302:
            return response
        make_papers(now, MAKERS)
        set_reading_only(False)
        db.session.rollback()
        shown = client.get(response.location)
        return (
            client.get(response.location.replace("/papers/", "/questionnaires/")) if "See what" in shown.text else shown
        )

    return hand_in
