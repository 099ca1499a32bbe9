"""What moved in the matrix since an earlier round."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted, words
from tests.factories import ItemFactory, MeetingFactory, PartyFactory, RoundFactory
from tracker.accounts.models import User
from tracker.dashboards.moves import Move, Then, move
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.statuses import Status

SPRING, AUTUMN = 1, 2


@pytest.fixture
def autumn() -> Round:
    """A second past round, shared since."""
    return RoundFactory.create(
        meeting=MeetingFactory.create(code="M-2025-11-1", starts_on=date(2025, 11, 5), ends_on=None),
        opens_on=date(2025, 9, 1),
        due_on=date(2025, 10, 15),
        closes_on=date(2025, 11, 4),
        share_on=date(2025, 11, 5),
    )


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ((None, None), (None, None), None),
        ((None, None), ("in_place", AUTUMN), Move.NEW),
        (("not_started", SPRING), ("in_preparation", AUTUMN), Move.UP),
        (("in_use", SPRING), ("in_place", AUTUMN), Move.DOWN),
        (("in_use", SPRING), ("in_use", AUTUMN), Move.SAME),
        (("in_use", SPRING), ("in_use", SPRING), Move.SILENT),
        (("in_use", SPRING), (None, None), Move.SILENT),
        (("in_use", SPRING), ("not_applicable", AUTUMN), Move.OTHER),
        (("not_applicable", SPRING), ("in_use", AUTUMN), Move.OTHER),
    ],
)
def test_how_an_item_went_on(
    then: tuple[str | None, int | None], now: tuple[str | None, int | None], expected: Move | None
) -> None:
    assert move(Then(*then), *now, was_due_since=True) is expected


def test_nobody_is_silent_before_another_round_was_due() -> None:
    assert move(Then("in_use", SPRING), "in_use", SPRING, was_due_since=False) is Move.SAME


def test_the_matrix_says_what_moved_by_sign_and_word_and_lists_it(
    client: TrackerClient, observer: User, coordinator: User, peer: User, commitment: Commitment, item: Item,
    other_party: Party, spring: Round, autumn: Round,
) -> None:  # fmt: skip
    silent = ItemFactory.create(commitment=commitment, party=other_party)
    first = ItemFactory.create(commitment=commitment, party=PartyFactory.create(short_name="Croatia"))
    accepted(item, spring, coordinator, Status.NOT_STARTED)
    accepted(item, autumn, coordinator, Status.IN_PLACE)
    accepted(silent, spring, peer, Status.IN_USE)
    accepted(first, autumn, peer, Status.IN_PREPARATION)
    client.sign_in(observer)

    shown = page(client.get("/dashboard?compare=M-2025-04-1"))

    tile = shown.find("a", href=f"/items/{item.id}", class_="tile")
    assert words(tile) == "In place, up, from Not started"
    assert tile.select_one("svg.move use")["href"] == "#v-up"  # type: ignore[union-attr,index]
    summary = shown.select_one("section.moves")
    assert [words(each) for each in summary.select("summary")] == [  # type: ignore[union-attr]
        "1 item up", "1 item reported for the first time", "1 item not answered again",
    ]  # fmt: skip
    assert "BRDO-2018-05, Albania : Not started → In place" in words(summary)
    assert page(client.get("/dashboard")).select_one("section.moves") is None
    table = csv.DictReader(io.StringIO(client.get("/dashboard.csv?compare=M-2025-04-1").text.removeprefix("\ufeff")))
    assert [(row["status_then"], row["move"]) for row in table] == [
        ("not_started", "up"), ("in_use", "silent"), ("not_reported", "new"),
    ]  # fmt: skip
    plain = csv.DictReader(io.StringIO(client.get("/dashboard.csv").text.removeprefix("\ufeff")))
    assert "move" not in (plain.fieldnames or [])


def test_what_is_not_shared_moves_for_nobody_else(
    client: TrackerClient, coordinator: User, peer: User, secretariat: User, item: Item, spring: Round, winter: Round
) -> None:
    accepted(item, spring, coordinator, Status.NOT_STARTED)
    accepted(item, winter, coordinator, Status.IN_USE)

    def moved(person: User) -> bool:
        text = client.sign_in(person).get("/dashboard?compare=M-2025-04-1").text
        return "up, from Not started" in text

    assert [moved(person) for person in (coordinator, secretariat, peer)] == [True, True, False]


@pytest.mark.parametrize("query", ["compare=nothing", "compare=M-2025-11-1&round=M-2025-04-1", "compare=%00"])
def test_a_round_that_cannot_be_compared_with_gives_the_page_and_a_notice(
    client: TrackerClient, observer: User, item: Item, spring: Round, autumn: Round, query: str
) -> None:
    response = client.sign_in(observer).get(f"/dashboard?{query}")

    assert "There is no such choice for Compared with." in response.text
    assert page(response).select_one("section.moves") is None


def test_comparing_costs_one_statement_more(
    client: TrackerClient,
    secretariat: User,
    coordinator: User,
    item: Item,
    spring: Round,
    autumn: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE)
    client.sign_in(secretariat)
    counted = []
    for address in ("/dashboard", "/dashboard?compare=M-2025-04-1", "/dashboard?compare=M-2025-04-1&round=M-2025-11-1"):
        with recording_sql() as statements:
            assert client.get(address).status_code == 200
        counted.append(len(statements))

    assert counted[1] == counted[0] + 1
    assert max(counted) <= 8
