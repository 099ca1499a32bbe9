"""What parties ask for and offer: who reads it where, and who may help whom."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import time_machine

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted, words
from tests.factories import CommitmentFactory, ItemFactory, PartyFactory, UpdateFactory, reported
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.jobs import share_accepted
from tracker.progress.models import HelpKind, Item, ShareKind
from tracker.progress.statuses import Status

NEED = {"needs_help": True, "help_kind": HelpKind.LEGISLATION, "help_text": "A model law on awards."}
OFFER = {"can_share": True, "share_kind": ShareKind.DOCUMENT, "share_text": "Our law, with a commentary."}
#: The day on which the open round is shared, and the day before.
BEFORE, SHARED = "2027-01-19T12:00:00+00:00", "2027-01-20T12:00:00+00:00"


def seen(client: TrackerClient, person: User, text: str, item: Item) -> dict[str, bool]:
    """On which pages a person reads a text."""
    client.sign_in(person)
    addresses = {
        "board": "/needs-and-offers",
        "csv": "/needs-and-offers.csv",
        "matches": "/needs-and-offers/matches",
        "party": f"/parties/{item.party.code}",
        "item": f"/items/{item.id}",
    }
    return {name: text in client.get(address).text for name, address in addresses.items()}


def everywhere(value: bool) -> dict[str, bool]:
    return dict.fromkeys(("board", "csv", "matches", "party", "item"), value)


@pytest.mark.parametrize(("moment", "is_shared"), [(BEFORE, False), (SHARED, True)])
def test_a_peer_reads_a_need_from_the_day_it_is_shared(
    client: TrackerClient, coordinator: User, peer: User, observer: User, secretariat: User, item: Item,
    their_item: Item, spring: Round, winter: Round, moment: str, is_shared: bool,
) -> None:  # fmt: skip
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    accepted(item, winter, coordinator, Status.IN_PREPARATION, **NEED)

    with time_machine.travel(moment, tick=False):
        share_accepted(utc_now())
        db.session.commit()
        for inside in (coordinator, secretariat):
            assert seen(client, inside, "A model law on awards.", item) == everywhere(True)
        for outside in (peer, observer):
            assert seen(client, outside, "A model law on awards.", item) == everywhere(is_shared)


def test_what_is_restricted_stays_with_the_party_and_the_secretariat(
    client: TrackerClient, coordinator: User, peer: User, secretariat: User, item: Item, their_item: Item,
    spring: Round,
) -> None:  # fmt: skip
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    accepted(item, spring, coordinator, Status.IN_PREPARATION, is_restricted=True, **NEED)

    assert seen(client, peer, "A model law on awards.", item) == everywhere(False)
    assert seen(client, coordinator, "A model law on awards.", item) == everywhere(True)
    assert seen(client, secretariat, "A model law on awards.", item) == everywhere(True)
    assert "Needs 0" in words(page(client.sign_in(peer).get("/needs-and-offers")).select_one("ul.views"))
    assert "Needs 1" in words(page(client.sign_in(secretariat).get("/needs-and-offers")).select_one("ul.views"))


def test_drafts_and_what_waits_for_review_stand_nowhere(
    client: TrackerClient, coordinator: User, peer: User, secretariat: User, item: Item, party: Party, spring: Round,
    winter: Round,
) -> None:  # fmt: skip
    UpdateFactory.create(item=item, round=winter, **NEED)
    waiting = ItemFactory.create(party=party)
    reported(waiting, spring, coordinator, **OFFER)

    for person in (coordinator, peer, secretariat):
        client.sign_in(person)
        for address in ("/needs-and-offers", "/needs-and-offers.csv", "/parties/AL"):
            text = client.get(address).text
            assert "A model law" not in text
            assert "Our law" not in text


def test_a_need_goes_with_the_answer_that_no_longer_has_it(
    client: TrackerClient, coordinator: User, peer: User, item: Item, spring: Round, winter: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PREPARATION, **NEED)
    accepted(item, winter, coordinator, Status.IN_PLACE)

    assert "A model law on awards." in client.sign_in(peer).get("/needs-and-offers").text
    assert "A model law on awards." not in client.sign_in(coordinator).get("/needs-and-offers").text


def test_a_party_sees_beside_its_need_who_offers_it_and_the_other_way_round(
    client: TrackerClient, coordinator: User, peer: User, item: Item, their_item: Item, commitment: Commitment,
    spring: Round,
) -> None:  # fmt: skip
    accepted(item, spring, coordinator, Status.IN_PREPARATION, **NEED)
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    third = PartyFactory.create(code="HR", short_name="Croatia")
    of_the_theme = ItemFactory.create(commitment=CommitmentFactory.create(theme=commitment.theme), party=third)
    accepted(of_the_theme, spring, peer, Status.IN_USE, **(OFFER | {"share_text": "A checklist."}))

    ours = page(client.sign_in(coordinator).get(f"/items/{item.id}"))
    block = next(each for each in ours.select("aside .sheet") if "Needs and offers" in each.text)
    assert [words(row.b) for row in block.select("li")] == ["Serbia", "Croatia"]
    assert [words(row.select_one("span.quiet")) for row in block.select("li")] == [
        "Same commitment", "Same theme, the kind fits",
    ]  # fmt: skip
    board = page(client.get("/needs-and-offers"))
    assert "Our law, with a commentary." in words(board.select_one("section[aria-labelledby=for-us]"))
    theirs = page(client.sign_in(peer).get("/needs-and-offers"))
    assert "A model law on awards." in words(theirs.select_one("section[aria-labelledby=from-us]"))
    assert "may answer this" not in client.get("/parties/AL").text


def test_the_board_is_filtered_and_the_file_with_it(
    client: TrackerClient, observer: User, coordinator: User, peer: User, item: Item, their_item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PREPARATION, **NEED)
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    client.sign_in(observer)
    theme, instrument = item.commitment.theme.code, item.commitment.instrument.code

    def sides(query: str) -> list[str]:
        text = client.get(f"/needs-and-offers.csv?{query}").text.removeprefix("\ufeff")
        return [row["side"] for row in csv.DictReader(io.StringIO(text))]

    assert sides("") == ["need", "offer"]
    assert sides("side=offer") == ["offer"]
    assert sides("kind=need-legislation") == ["need"]
    assert sides("kind=need-training") == []
    assert sides("party=RS") == ["offer"]
    assert sides(f"theme={theme}&instrument={instrument}") == ["need", "offer"]
    shown = page(client.get("/needs-and-offers?party=RS"))
    assert len(shown.select("table.grid tbody tr")) == 1


def test_an_unknown_filter_gives_the_whole_page_and_a_notice(
    client: TrackerClient, observer: User, coordinator: User, item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PREPARATION, **NEED)
    client.sign_in(observer)

    for address in ("/needs-and-offers?theme=nothing&side=x&page=99", "/needs-and-offers/matches?party=%00"):
        assert "There is no such choice for" in client.get(address).text
    assert len(page(client.get("/needs-and-offers?theme=nothing&page=99")).select("table.grid tbody tr")) == 1


def test_the_pages_cost_the_same_whatever_their_length(
    client: TrackerClient,
    coordinator: User,
    party: Party,
    item: Item,
    their_item: Item,
    peer: User,
    spring: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def statements(address: str) -> int:
        with recording_sql() as recorded:
            assert client.get(address).status_code == 200
        return len(recorded)

    client.sign_in(coordinator)
    addresses = ("/needs-and-offers", "/needs-and-offers/matches", f"/items/{item.id}")
    accepted(item, spring, coordinator, Status.IN_PREPARATION, **NEED)
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    few = [statements(address) for address in addresses]
    for _ in range(30):
        accepted(ItemFactory.create(party=party), spring, coordinator, Status.IN_PREPARATION, **NEED, **OFFER)

    assert [statements(address) for address in addresses] == few
    assert few[0] <= 6
    assert few[2] <= 9
