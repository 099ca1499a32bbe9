"""How a round goes, for the Secretariat: never a word of drafts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest

from tests.client import TrackerClient, page
from tests.dashboards.story import words
from tests.factories import (
    CommitmentFactory,
    ExtensionFactory,
    ItemFactory,
    RoundFactory,
    UpdateFactory,
    reported,
)
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import UpdateEvent
from tracker.progress.workflow import UpdateAction, UpdateState


@pytest.fixture
def asked(commitment: Commitment) -> Round:
    """The open round, which asks about the commitment."""
    return RoundFactory.create(instruments=[commitment.instrument])


def rows(client: TrackerClient, person: User, round_: Round) -> list[list[str]]:
    shown = page(client.sign_in(person).get(f"/meetings/{round_.meeting_id}/barometer"))
    return [[words(cell) for cell in row.select("th, td")] for row in shown.select("table.grid tbody tr")]


def test_each_party_has_its_sign_in_its_numbers_and_its_days(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, commitment: Commitment, party: Party,
    other_party: Party, asked: Round,
) -> None:  # fmt: skip
    coordinator.last_signed_in_at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    peer.last_signed_in_at = datetime(2026, 10, 1, 8, tzinfo=UTC)  # before it opened
    reported(ItemFactory.create(commitment=commitment, party=party), asked, coordinator)
    ItemFactory.create(commitment=commitment, party=other_party)
    ExtensionFactory.create(round=asked, party=other_party, granted_by_id=secretariat.id, due_on=date(2026, 12, 18))

    assert rows(client, secretariat, asked) == [
        ["Albania", "Yes last on 20 November", "1", "0", "0", "0 of 1", "24 days before the last day", "All handed in"],
        ["Serbia", "No last on 1 October 2026", "0", "0", "0", "1 of 1", "None yet",
         "in 25 days more time, until 18 December"],
    ]  # fmt: skip


def test_a_draft_changes_nothing_on_the_page(
    client: TrackerClient, secretariat: User, coordinator: User, commitment: Commitment, party: Party, asked: Round
) -> None:
    item = ItemFactory.create(commitment=commitment, party=party)
    before = rows(client, secretariat, asked)

    update = UpdateFactory.create(item=item, round=asked, author_id=coordinator.id)
    assert rows(client, secretariat, asked) == before

    # Recalled after a submission: it was handed over once, and is the party's again.
    update.submitted_at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    db.session.commit()
    assert rows(client, secretariat, asked) == before
    home = page(client.get("/"))
    assert "Nothing yet from: Albania." in words(home.select_one("section[aria-labelledby=who]"))
    assert "In the last seven days" not in home.text


def test_the_first_page_says_what_the_week_brought(
    client: TrackerClient, secretariat: User, coordinator: User, commitment: Commitment, party: Party, asked: Round
) -> None:
    update = reported(ItemFactory.create(commitment=commitment, party=party), asked, coordinator)
    for action, day in ((UpdateAction.SUBMIT, 20), (UpdateAction.RETURN, 1)):
        update.events.append(
            UpdateEvent(action=action, actor_id=coordinator.id, taken_at=datetime(2026, 11, day, tzinfo=UTC))
        )
    db.session.commit()

    shown = words(page(client.sign_in(secretariat).get("/")).select_one("section[aria-labelledby=changes]"))

    assert "In the last seven days: 1 update submitted, 0 accepted, 0 sent back." in shown


def test_nobody_else_reads_it_and_a_meeting_without_a_round_has_none(
    client: TrackerClient, coordinator: User, administrator: User, secretariat: User, asked: Round,
    commitment: Commitment, party: Party,
) -> None:  # fmt: skip
    ItemFactory.create(commitment=commitment, party=party)
    address = f"/meetings/{asked.meeting_id}/barometer"

    assert [client.sign_in(who).get(address).status_code for who in (coordinator, administrator)] == [404, 404]
    assert client.sign_in(secretariat).get("/meetings/99999/barometer").status_code == 404
    assert "How the round goes" in client.get(f"/meetings/{asked.meeting_id}").text
    assert "How the round goes" not in client.sign_in(coordinator).get(f"/meetings/{asked.meeting_id}").text


def test_it_costs_the_same_however_many_items_there_are(
    client: TrackerClient,
    secretariat: User,
    coordinator: User,
    commitment: Commitment,
    party: Party,
    asked: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(secretariat)

    def statements() -> int:
        with recording_sql() as recorded:
            client.get(f"/meetings/{asked.meeting_id}/barometer")
        return len(recorded)

    reported(ItemFactory.create(commitment=commitment, party=party), asked, coordinator)
    few = statements()
    for _ in range(5):
        another = CommitmentFactory.create(instrument=commitment.instrument)
        reported(ItemFactory.create(commitment=another, party=party), asked, coordinator, state=UpdateState.ACCEPTED)
    assert statements() == few <= 8
