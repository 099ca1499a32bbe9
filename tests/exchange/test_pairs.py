"""What the Secretariat notes of pairs, and who reads of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted, words
from tests.exchange.test_board import NEED, OFFER
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.exchange.models import ExchangePair, PairState
from tracker.meetings.models import MeetingState, Round
from tracker.progress.models import Item
from tracker.progress.statuses import Status


@pytest.fixture
def address(item: Item, their_item: Item, coordinator: User, peer: User, spring: Round) -> str:
    """A pair of which both sides are shared."""
    accepted(item, spring, coordinator, Status.IN_PREPARATION, **NEED)
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    spring.meeting.state = MeetingState.HELD
    db.session.commit()
    return f"/needs-and-offers/pairs/{item.id}/{their_item.id}"


def test_the_secretariat_suggests_a_pair_for_the_next_meeting_and_both_sides_see_it_there(
    client: TrackerClient, secretariat: User, coordinator: User, observer: User, address: str, winter: Round
) -> None:
    client.sign_in(secretariat)
    chosen = page(client.get(address)).select_one("select[name=meeting] option[selected]")
    assert chosen is not None
    assert chosen["value"] == str(winter.meeting_id)

    for _ in range(2):  # a double click
        sent = client.post(address, data={"state": "agenda", "meeting": str(winter.meeting_id)})
        assert sent.location == "/needs-and-offers/matches"

    assert db.session.scalars(sa.select(ExchangePair.state)).all() == [PairState.AGENDA]
    assert db.session.scalars(sa.select(AuditEvent.act).where(AuditEvent.act == "pair.noted")).all() == ["pair.noted"]
    assert "Suggested for the agenda" in client.get("/needs-and-offers/matches").text
    assert words(page(client.get("/needs-and-offers/matches?noted=open")).select_one(".empty h2")) == "Nothing matches"
    for person in (coordinator, observer, secretariat):
        assert "Parties that may help each other" in client.sign_in(person).get(f"/meetings/{winter.meeting_id}").text
    assert "Suggested for the agenda" not in client.sign_in(observer).get("/needs-and-offers/matches").text


def test_a_pair_of_which_one_side_may_not_be_read_stands_on_no_page(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, observer: User, item: Item,
    their_item: Item, spring: Round, winter: Round,
) -> None:  # fmt: skip
    accepted(item, spring, coordinator, Status.IN_PREPARATION, is_restricted=True, **NEED)
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    client.sign_in(secretariat).post(
        f"/needs-and-offers/pairs/{item.id}/{their_item.id}",
        data={"state": "agenda", "meeting": str(winter.meeting_id)},
    )

    def shown(person: User) -> bool:
        return "may help each other" in client.sign_in(person).get(f"/meetings/{winter.meeting_id}").text

    assert [shown(person) for person in (secretariat, coordinator, peer, observer)] == [True, True, False, False]


def test_setting_aside_needs_a_reason_and_the_agenda_a_meeting(
    client: TrackerClient, secretariat: User, address: str, winter: Round
) -> None:
    client.sign_in(secretariat)

    assert "Say why the pair is set aside." in client.post(address, data={"state": "set_aside", "meeting": ""}).text
    assert "Choose the meeting" in client.post(address, data={"state": "agenda", "meeting": ""}).text
    assert "Choose one of the three." in client.post(address, data={"state": "friends", "meeting": "99999"}).text
    assert db.session.scalars(sa.select(ExchangePair)).all() == []

    client.post(address, data={"state": "set_aside", "meeting": "", "reason": "They have met in October."})
    assert "They have met in October." in client.get("/needs-and-offers/matches?noted=set_aside").text
    client.post(address, data={"state": "met", "meeting": str(winter.meeting_id), "reason": ""})
    assert db.session.scalars(sa.select(ExchangePair.state)).all() == [PairState.MET]


def test_what_is_no_pair_is_not_found_and_nobody_else_notes_any(
    client: TrackerClient, secretariat: User, coordinator: User, administrator: User, address: str, item: Item,
    their_item: Item,
) -> None:  # fmt: skip
    client.sign_in(secretariat)
    assert client.get(f"/needs-and-offers/pairs/{their_item.id}/{item.id}").status_code == 404
    assert client.get(f"/needs-and-offers/pairs/{item.id}/{item.id}").status_code == 404
    for person in (coordinator, administrator):
        assert client.sign_in(person).post(address, data={"state": "met"}).status_code == 404


def test_only_the_secretariat_filters_by_what_was_noted(client: TrackerClient, observer: User, address: str) -> None:
    shown = client.sign_in(observer).get("/needs-and-offers/matches?noted=set_aside")

    assert "There is no such choice for Noted as." in shown.text


def test_the_meeting_page_costs_one_statement_more_where_pairs_are_suggested(
    client: TrackerClient,
    secretariat: User,
    address: str,
    winter: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(secretariat)
    with recording_sql() as without:
        client.get(f"/meetings/{winter.meeting_id}")
    client.post(address, data={"state": "agenda", "meeting": str(winter.meeting_id)})
    with recording_sql() as with_pair:
        client.get(f"/meetings/{winter.meeting_id}")

    assert len(with_pair) == len(without) + 1
