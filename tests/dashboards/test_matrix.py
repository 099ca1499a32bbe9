"""What each reader finds in the matrix."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from bs4 import Tag

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted, words
from tests.factories import (
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MeetingFactory,
    PartyFactory,
    RoundFactory,
    ThemeFactory,
    UpdateFactory,
    reported,
)
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.instruments.models import Addressee, Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Footnote, Party, PartyKind
from tracker.progress.counting import count
from tracker.progress.models import Item, ItemState
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState


def cell(client: TrackerClient, person: User, item: Item, address: str = "/dashboard") -> Tag:
    """Return the item's cell as the person sees it."""
    found = page(client.sign_in(person).get(address)).find("a", href=f"/items/{item.id}")
    assert isinstance(found, Tag)
    return found


def test_a_draft_is_not_reported_to_anybody(
    client: TrackerClient, secretariat: User, peer: User, coordinator: User, item: Item, winter: Round
) -> None:
    UpdateFactory.create(item=item, round=winter, author_id=coordinator.id)

    for person in (secretariat, peer, coordinator):
        assert words(cell(client, person, item)) == "Not reported"


def test_the_corner_of_a_submitted_update_is_seen_by_its_party_and_the_secretariat(
    client: TrackerClient, secretariat: User, peer: User, observer: User, contributor: User, coordinator: User,
    administrator: User, item: Item, winter: Round,
) -> None:  # fmt: skip
    reported(item, winter, coordinator, status=Status.IN_USE)

    for person in (secretariat, coordinator, contributor):
        assert "is-pending" in cell(client, person, item)["class"]
        assert words(cell(client, person, item)) == "Not reported, a newer update waits for review"
    for person in (peer, observer, administrator):
        assert "is-pending" not in cell(client, person, item)["class"]
        assert words(cell(client, person, item)) == "Not reported"


def test_an_accepted_answer_waits_for_its_share_date_before_others_see_it(
    client: TrackerClient, secretariat: User, peer: User, observer: User, administrator: User, coordinator: User,
    item: Item, spring: Round, winter: Round,
) -> None:  # fmt: skip
    accepted(item, spring, coordinator, Status.IN_PREPARATION)
    accepted(item, winter, coordinator, Status.IN_PLACE)

    for person in (secretariat, coordinator):
        assert words(cell(client, person, item)) == "In place"
    for person in (peer, observer, administrator):
        assert words(cell(client, person, item)) == "In preparation"


def test_a_pointer_that_runs_ahead_of_the_share_date_shows_nothing(
    client: TrackerClient, peer: User, coordinator: User, item: Item, winter: Round
) -> None:
    reported(item, winter, coordinator, state=UpdateState.ACCEPTED, status=Status.IN_PLACE)

    assert item.standing.shared_status is Status.IN_PLACE
    assert words(cell(client, peer, item)) == "Not reported"


def test_a_restricted_answer_looks_to_others_like_none(
    client: TrackerClient, secretariat: User, peer: User, coordinator: User, party: Party, spring: Round
) -> None:
    items = [ItemFactory.create(party=party) for _ in range(2)]
    accepted(items[0], spring, coordinator, Status.IN_PLACE, is_restricted=True)

    for person, expected in ((secretariat, "In place"), (coordinator, "In place"), (peer, "Not reported")):
        assert words(cell(client, person, items[0])) == expected
    restricted, silent = (cell(client, peer, item) for item in items)
    assert str(restricted).replace(f'items/{items[0].id}"', "") == str(silent).replace(f'items/{items[1].id}"', "")
    rows = [each.find_parent("tr") for each in (restricted, silent)]
    assert [words(row.select_one(".total small")) for row in rows if row] == ["0 of 1 reported"] * 2
    past = cell(client, peer, items[0], "/dashboard?round=M-2025-04-1")
    assert words(past) == "Not reported"


def test_a_total_follows_the_counting_rule(
    client: TrackerClient, secretariat: User, coordinator: User, commitment: Commitment, spring: Round
) -> None:
    statuses = [Status.IN_USE, Status.IN_PLACE, Status.NOT_APPLICABLE, Status.NOT_STARTED, None, None]
    for status in statuses:
        item = ItemFactory.create(commitment=commitment)
        if status:
            accepted(item, spring, coordinator, status)
    retired = ItemFactory.create(commitment=commitment, state=ItemState.RETIRED, retired_at=spring.created_at)
    accepted(retired, spring, coordinator, Status.IN_USE)

    shown = page(client.sign_in(secretariat).get("/dashboard"))

    counted = count(statuses)
    assert words(shown.select_one("td.total small")) == f"{counted.reported} of {counted.items} reported"
    assert shown.select_one("td.total svg")["aria-label"] == (
        "1 in place and used, 1 in place, 1 not started, 1 not applicable, 2 not reported"
    )
    assert counted.headline == (2, 5)
    assert "In place, or in place and used: 2 of 5." in shown.text
    assert shown.find("a", href=f"/items/{retired.id}") is None


def test_an_answer_from_before_the_last_round_says_so(
    client: TrackerClient, secretariat: User, coordinator: User, party: Party, spring: Round
) -> None:
    earlier = RoundFactory.create(
        meeting=MeetingFactory.create(code="M-2023-06-1", starts_on=date(2023, 6, 5), ends_on=None),
        opens_on=date(2023, 4, 1), due_on=date(2023, 5, 15), closes_on=date(2023, 6, 4), share_on=date(2023, 6, 5),
    )  # fmt: skip
    old, new = (ItemFactory.create(party=party) for _ in range(2))
    accepted(old, earlier, coordinator, Status.IN_PLACE)
    accepted(new, spring, coordinator, Status.IN_PLACE)

    assert words(cell(client, secretariat, old)) == "In place, answer of June 2023"
    assert "is-older" in cell(client, secretariat, old)["class"]
    assert words(cell(client, secretariat, new)) == "In place"


def test_the_state_as_of_a_round_leaves_out_what_came_later(
    client: TrackerClient, secretariat: User, peer: User, coordinator: User, item: Item, spring: Round, winter: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PREPARATION)
    accepted(item, winter, coordinator, Status.IN_PLACE)

    assert words(cell(client, secretariat, item, "/dashboard?round=M-2025-04-1")) == "In preparation"
    assert words(cell(client, secretariat, item, "/dashboard?round=M-2027-01-1")) == "In place"
    assert words(cell(client, peer, item, "/dashboard?round=M-2027-01-1")) == "In preparation, answer of April 2025"


def test_the_trend_says_the_same_as_the_matrix_of_that_round(
    client: TrackerClient, secretariat: User, coordinator: User, party: Party, spring: Round, winter: Round
) -> None:
    items = [ItemFactory.create(party=party) for _ in range(4)]
    for item, status in zip(items, (Status.IN_USE, Status.IN_PLACE, Status.NOT_APPLICABLE), strict=False):
        accepted(item, spring, coordinator, status)
    accepted(items[0], winter, coordinator, Status.NOT_STARTED)

    shown = page(client.sign_in(secretariat).get("/dashboard"))

    table = [[words(each) for each in row.select("th, td")] for row in shown.select("section table.grid tr")]
    assert table[0] == ["Status", "April 2025", "Now"]
    assert ["In place and used", "1", "0"] in table
    assert ["Not started", "0", "1"] in table
    assert ["Not reported", "1", "1"] in table
    assert table[-1][1:] == ["2 of 3", "1 of 3"]
    as_of = page(client.sign_in(secretariat).get("/dashboard?round=M-2025-04-1"))
    assert "In place, or in place and used: 2 of 3." in as_of.text


def test_filters_leave_commitments_out(client: TrackerClient, secretariat: User, party: Party) -> None:
    compensation, demand = ThemeFactory.create(code="compensation"), ThemeFactory.create(code="demand")
    declaration = InstrumentFactory.create(code="BRDO-2018")
    ItemFactory.create(party=party, commitment=CommitmentFactory.create(code="A", theme=compensation))
    ItemFactory.create(
        party=party, commitment=CommitmentFactory.create(code="B", theme=demand, other_themes=[compensation])
    )
    ItemFactory.create(party=party, commitment=CommitmentFactory.create(code="C", theme=demand, instrument=declaration))
    client.sign_in(secretariat)

    def codes(query: str) -> set[str]:
        return {words(each) for each in page(client.get(f"/dashboard?{query}")).select("tbody .code")}

    assert codes("") == {"A", "B", "C"}
    assert codes("theme=compensation") == {"A", "B"}
    assert codes("theme=demand") == {"B", "C"}
    assert codes("instrument=BRDO-2018") == {"C"}
    assert codes("instrument=BRDO-2018&theme=compensation") == set()


def test_the_filter_by_status_keeps_the_row_whole(
    client: TrackerClient, secretariat: User, coordinator: User, commitment: Commitment, spring: Round, item: Item
) -> None:
    other = ItemFactory.create(commitment=commitment)
    accepted(other, spring, coordinator, Status.IN_USE)
    ItemFactory.create()

    shown = page(client.sign_in(secretariat).get("/dashboard?status=in_use"))

    assert [words(each) for each in shown.select("tbody .code")] == ["BRDO-2018-05"]
    assert words(shown.select_one("td.total small")) == "1 of 2 reported"
    assert "is-other" in shown.find("a", href=f"/items/{item.id}")["class"]
    assert "is-other" not in shown.find("a", href=f"/items/{other.id}")["class"]


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("instrument=NOPE", "Instrument"),
        ("theme=%00", "Theme"),
        ("round=9999999999999999999999", "Round"),
        ("status=finished", "Status"),
        ("addressee=%27%3B--", "Addressed to"),
    ],
)
def test_an_unknown_filter_value_gives_the_whole_page_and_a_notice(
    client: TrackerClient, secretariat: User, item: Item, query: str, label: str
) -> None:
    response = client.sign_in(secretariat).get(f"/dashboard?{query}")

    assert response.status_code == 200
    assert f"There is no such choice for {label}." in page(response).select_one(".notice").text
    assert page(response).find("a", href=f"/items/{item.id}")


def test_items_of_the_network_stand_in_a_table_of_their_own(
    client: TrackerClient, secretariat: User, party: Party, item: Item
) -> None:
    network = PartyFactory.create(code="NETWORK", kind=PartyKind.NETWORK)
    theirs = ItemFactory.create(
        party=network, commitment=CommitmentFactory.create(code="N-1", addressee=Addressee.NETWORK)
    )
    client.sign_in(secretariat)

    countries, of_network = (page(client.get(f"/dashboard{query}")) for query in ("", "?addressee=network"))

    assert countries.find("a", href=f"/items/{theirs.id}") is None
    assert of_network.find("a", href=f"/items/{theirs.id}")
    assert of_network.find("a", href=f"/items/{item.id}") is None
    assert words(of_network.select_one("td.total small")) == "0 of 1 reported"


def test_parties_stand_in_the_one_fixed_order(
    client: TrackerClient, observer: User, other_party: Party, party: Party
) -> None:
    ItemFactory.create(party=other_party)
    ItemFactory.create(party=party)

    shown = page(client.sign_in(observer).get("/dashboard"))

    assert [words(each) for each in shown.select("thead th b")] == ["AL", "RS"]


def test_where_nothing_is_followed_yet_the_page_says_what_fills_it(client: TrackerClient, observer: User) -> None:
    assert "The table fills as soon as" in client.sign_in(observer).get("/dashboard").text


def test_the_number_of_statements_does_not_grow_with_the_matrix(
    client: TrackerClient,
    secretariat: User,
    coordinator: User,
    party: Party,
    spring: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def statements(address: str) -> int:
        with recording_sql() as recorded:
            assert client.get(address).status_code == 200
        return len(recorded)

    client.sign_in(secretariat)
    for _ in range(5):
        accepted(ItemFactory.create(party=party), spring, coordinator, Status.IN_PLACE)
    addresses = ("/dashboard", "/dashboard?round=M-2025-04-1&status=in_place")
    few = [statements(address) for address in addresses]
    for _ in range(45):
        accepted(ItemFactory.create(), spring, coordinator, Status.IN_PLACE)

    assert [statements(address) for address in addresses] == few
    assert max(few) <= 8


def test_every_cell_leads_to_its_item(client: TrackerClient, observer: User, item: Item) -> None:
    assert re.fullmatch(r"/items/\d+", str(cell(client, observer, item)["href"]))


def test_the_table_to_download_holds_what_the_reader_sees(
    client: TrackerClient, secretariat: User, peer: User, coordinator: User, party: Party, spring: Round
) -> None:
    commitment = CommitmentFactory.create(code="X-1", title='=HYPERLINK("https://evil.example")')
    item = ItemFactory.create(commitment=commitment, party=party)
    accepted(item, spring, coordinator, Status.IN_PLACE, is_restricted=True)

    def rows(person: User) -> list[dict[str, str]]:
        response = client.sign_in(person).get("/dashboard.csv")
        assert response.mimetype == "text/csv"
        assert response.headers["Content-Disposition"] == 'attachment; filename="state-of-play-2026-11-23.csv"'
        return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))

    assert [(row["party"], row["status"], row["answered_in"]) for row in rows(secretariat)] == [
        ("AL", "in_place", "April 2025")
    ]
    assert [(row["party"], row["status"], row["answered_in"]) for row in rows(peer)] == [("AL", "not_reported", "")]
    assert rows(peer)[0]["title"] == '\'=HYPERLINK("https://evil.example")'


def test_the_table_carries_the_note_to_a_name(client: TrackerClient, observer: User) -> None:
    note = Footnote(family="XK", form="eu", text="* This designation is without prejudice.")
    db.session.add(note)
    db.session.commit()
    kosovo = PartyFactory.create(code="XK", short_name="Kosovo*", footnote_id=note.id)
    ItemFactory.create(party=kosovo)
    client.sign_in(observer)

    assert "XK,Kosovo*,* This designation" in client.get("/dashboard.csv").text
    shown = page(client.get("/dashboard"))
    assert words(shown.select_one("thead th b")) == "XK*"
    assert "without prejudice" in words(shown.select_one(".footnotes"))
