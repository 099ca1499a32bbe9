"""The pages of one commitment and of one party."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup

from tests.client import TrackerClient, page
from tests.dashboards.story import TODAY, accepted, words
from tests.factories import CommitmentFactory, ItemFactory, PartyFactory, ThemeFactory, reported
from tracker.accounts.models import User
from tracker.instruments.models import Commitment, CommitmentState
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.statuses import Status


def rows(shown: BeautifulSoup) -> list[list[str]]:
    return [[words(each) for each in row.select("th, td")] for row in shown.select("table.answers tbody tr")]


def test_a_commitment_shows_the_answers_that_the_reader_may_see(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, commitment: Commitment, item: Item,
    other_party: Party, spring: Round, winter: Round,
) -> None:  # fmt: skip
    theirs = ItemFactory.create(commitment=commitment, party=other_party)
    accepted(item, spring, coordinator, Status.IN_PREPARATION)
    accepted(item, winter, coordinator, Status.IN_PLACE)
    accepted(theirs, spring, peer, Status.IN_USE, is_restricted=True)

    def answers(person: User) -> list[list[str]]:
        return rows(page(client.sign_in(person).get("/commitments/BRDO-2018-05")))

    assert answers(secretariat) == [
        ["Albania", "In place", "January 2027"],
        ["Serbia", "In place and used", "April 2025"],
    ]
    assert answers(coordinator) == [["Albania", "In place", "January 2027"], ["Serbia", "Not reported", "–"]]
    assert answers(peer) == [
        ["Albania", "In preparation", "April 2025"],
        ["Serbia", "In place and used", "April 2025"],
    ]


def test_a_commitment_counts_by_the_rule(
    client: TrackerClient, secretariat: User, coordinator: User, commitment: Commitment, spring: Round
) -> None:
    for status in (Status.IN_USE, Status.NOT_APPLICABLE, Status.NOT_STARTED, None):
        item = ItemFactory.create(commitment=commitment)
        if status:
            accepted(item, spring, coordinator, status)

    shown = page(client.sign_in(secretariat).get("/commitments/brdo-2018-05"))

    summary = words(shown.select_one("section .sheet"))
    assert "3 of 4 reported. In place, or in place and used: 1 of 3. Not applicable, beside these: 1." in summary
    assert "1 not reported" in summary


@pytest.mark.parametrize(
    ("differs", "sentence"),
    [
        ({"is_tracked": False}, "This commitment is shown for context."),
        ({}, "Nobody answers for this yet"),
    ],
)
def test_a_commitment_without_answers_says_why(
    client: TrackerClient, observer: User, differs: dict[str, object], sentence: str
) -> None:
    commitment = CommitmentFactory.create(**differs)

    assert sentence in client.sign_in(observer).get(f"/commitments/{commitment.code}").text


def test_a_pending_answer_shows_on_the_page_of_its_own_party(
    client: TrackerClient, coordinator: User, peer: User, party: Party, item: Item, winter: Round
) -> None:
    reported(item, winter, coordinator, status=Status.IN_USE)

    assert "A newer update waits" in client.sign_in(coordinator).get("/parties/AL").text
    assert "A newer update waits" not in client.sign_in(peer).get("/parties/AL").text


def test_a_party_shows_its_items_by_instrument_or_theme(
    client: TrackerClient, observer: User, party: Party, item: Item
) -> None:
    theme = ThemeFactory.create(code="demand", name="Demand reduction")
    ItemFactory.create(party=party, commitment=CommitmentFactory.create(theme=theme))
    withdrawn = CommitmentFactory.create(state=CommitmentState.WITHDRAWN, state_changed_on=TODAY)
    ItemFactory.create(party=party, commitment=withdrawn)
    client.sign_in(observer)

    by_instrument, by_theme = (page(client.get(f"/parties/al{query}")) for query in ("", "?group=theme"))

    assert len(rows(by_instrument)) == len(rows(by_theme)) == 2
    assert by_theme.select_one("h2#g-demand").text == "Demand reduction"
    assert by_instrument.select_one("h2#g-demand") is None


def test_the_headline_of_a_party_counts_what_the_reader_sees(
    client: TrackerClient, coordinator: User, peer: User, party: Party, spring: Round, winter: Round
) -> None:
    items = [ItemFactory.create(party=party) for _ in range(3)]
    accepted(items[0], spring, coordinator, Status.IN_PLACE)
    accepted(items[1], winter, coordinator, Status.IN_USE)

    assert "In place, or in place and used: 2 of 3." in client.sign_in(coordinator).get("/parties/AL").text
    assert "In place, or in place and used: 1 of 3." in client.sign_in(peer).get("/parties/AL").text


def test_needs_and_offers_are_shown_with_the_answer_that_holds_them(
    client: TrackerClient, coordinator: User, peer: User, item: Item, spring: Round, winter: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE, can_share=True, share_text="A leaflet in four languages.")
    assert "A leaflet in four languages." in client.sign_in(peer).get("/parties/AL").text

    accepted(item, winter, coordinator, Status.IN_PLACE, needs_help=True, help_text="Train inspectors.")

    assert "Train inspectors." in client.sign_in(coordinator).get("/parties/AL").text
    assert "Train inspectors." not in client.sign_in(peer).get("/parties/AL").text


def test_an_unknown_grouping_gives_the_page_and_a_notice(client: TrackerClient, observer: User, item: Item) -> None:
    response = client.sign_in(observer).get("/parties/AL?group=colour")

    assert "There is no such choice for Grouped by." in words(page(response).select_one(".notice"))
    assert len(rows(page(response))) == 1


@pytest.mark.parametrize("address", ["/parties/QQ", "/commitments/NOPE-1", "/parties/%00", "/commitments/" + "x" * 200])
def test_what_does_not_exist_is_not_found(client: TrackerClient, observer: User, address: str) -> None:
    assert client.sign_in(observer).get(address).status_code == 404


def test_the_pages_cost_the_same_whatever_their_length(
    client: TrackerClient,
    coordinator: User,
    party: Party,
    commitment: Commitment,
    item: Item,
    spring: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def statements(address: str) -> int:
        with recording_sql() as recorded:
            assert client.get(address).status_code == 200
        return len(recorded)

    client.sign_in(coordinator)
    accepted(item, spring, coordinator, Status.IN_PLACE)
    addresses = ("/commitments/BRDO-2018-05", "/parties/AL")
    few = [statements(address) for address in addresses]
    for _ in range(8):
        accepted(ItemFactory.create(party=party), spring, coordinator, Status.IN_PLACE)
        accepted(
            ItemFactory.create(commitment=commitment, party=PartyFactory.create()), spring, coordinator, Status.IN_USE
        )

    assert [statements(address) for address in addresses] == few
    assert max(few) <= 11
