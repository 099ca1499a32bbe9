"""Figures over the years on the pages of commitments and parties, and as files."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.dashboards.story import TODAY
from tests.factories import ItemFactory, reported
from tests.progress.figures import SEX, enter, indicator_of
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.dashboards.figures import series_of
from tracker.instruments.models import Commitment, Indicator
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import FigureVersion, Item, Revision, RevisionFigure
from tracker.progress.queries.figures import current_of_party
from tracker.progress.services.disclosing import as_seen, blocks_of
from tracker.progress.services.standing import refresh_standing
from tracker.progress.workflow import UpdateState


@pytest.fixture
def claimed(item: Item) -> Indicator:
    """A sensitive yearly count, by sex."""
    return indicator_of(item, code="COMP-3", title="Victims who claimed", breakdowns=[SEX], is_sensitive=True)


def accepted_with_all(item: Item, round_: Round, by: User, **answer: object) -> None:
    """Let the item have an accepted answer that pins every figure that stands."""
    reported(item, round_, by, state=UpdateState.ACCEPTED, **answer)
    revision = db.session.scalars(sa.select(Revision).filter_by(item_id=item.id, round_id=round_.id)).one()
    for id_ in db.session.scalars(sa.select(FigureVersion.id)):
        db.session.add(RevisionFigure(revision_id=revision.id, figure_version_id=id_))
    refresh_standing(item, today=TODAY)
    db.session.commit()


def enter_years(indicator: Indicator, party: Party, by: User) -> None:
    for year, total, female in ((2022, 12, 5), (2023, 3, 3), (2024, 20, 4)):
        enter(indicator, party, by, total, year=year)
        enter(indicator, party, by, female, cell="sex=female", year=year)
        enter(indicator, party, by, total - female, cell="sex=male", year=year)
        enter(indicator, party, by, 0, cell="sex=not recorded", year=year)


def cells(client: TrackerClient, address: str) -> list[str]:
    return [cell.text.strip() for cell in page(client.get(address)).select("table.series td.num")]


@pytest.mark.parametrize("address", ["/commitments/BRDO-2018-05", "/parties/AL"])
def test_peers_read_what_is_shared_without_small_numbers(
    client: TrackerClient,
    coordinator: User,
    secretariat: User,
    peer: User,
    item: Item,
    party: Party,
    claimed: Indicator,
    spring: Round,
    address: str,
) -> None:
    enter_years(claimed, party, coordinator)
    assert cells(client.sign_in(peer), address) == [], "nothing is accepted"
    accepted_with_all(item, spring, coordinator)

    assert cells(client, address) == ["12", "fewer than 5", "20"]
    assert cells(client.sign_in(secretariat), address) == ["12", "3", "20"]
    assert cells(client.sign_in(coordinator), address) == ["12", "3", "20"]


def test_restricted_answers_and_later_entries_stay_with_the_party(
    client: TrackerClient,
    coordinator: User,
    secretariat: User,
    peer: User,
    item: Item,
    party: Party,
    claimed: Indicator,
    spring: Round,
) -> None:
    enter(claimed, party, coordinator, 50, year=2024)
    accepted_with_all(item, spring, coordinator, is_restricted=True)
    enter(claimed, party, coordinator, 60, year=2024)

    assert cells(client.sign_in(peer), "/parties/AL") == []
    assert cells(client.sign_in(secretariat), "/parties/AL") == ["50"]
    assert cells(client.sign_in(coordinator), "/parties/AL") == ["60"], "its own coordinators see what stands now"


@pytest.mark.parametrize("address", ["/commitments/BRDO-2018-05/figures.csv", "/parties/AL/figures.csv"])
def test_files_hold_what_the_reader_may_see(
    client: TrackerClient,
    coordinator: User,
    peer: User,
    item: Item,
    party: Party,
    claimed: Indicator,
    spring: Round,
    address: str,
) -> None:
    enter(claimed, party, coordinator, 20, year=2024, source="=HYPERLINK(1)", note="One woman from a village.")
    enter(claimed, party, coordinator, 4, cell="sex=female", year=2024)
    enter(claimed, party, coordinator, 16, cell="sex=male", year=2024)
    enter(claimed, party, coordinator, 0, cell="sex=not recorded", year=2024)
    accepted_with_all(item, spring, coordinator)

    def read(person: User) -> list[dict[str, str]]:
        response = client.sign_in(person).get(address)
        assert (response.status_code, response.mimetype) == (200, "text/csv")
        return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))

    rows = read(peer)
    assert [(row["category"], row["answer"], row["value"]) for row in rows] == [
        ("", "figure", "20"),
        ("female", "fewer than 5", ""),
        ("male", "not shown", ""),
        ("not recorded", "figure", "0"),
    ]
    assert rows[0]["source"] == "'=HYPERLINK(1)"
    assert (rows[0]["note"], rows[0]["party"], "party_note" in rows[0]) == ("", "AL", True)
    assert [row["value"] for row in read(coordinator)] == ["20", "4", "16", "0"]


def test_what_is_missing_or_hidden_is_a_gap_in_the_line(
    item: Item, party: Party, coordinator: User, claimed: Indicator
) -> None:
    for year, total in ((2020, 10), (2021, 20), (2022, 3), (2024, 30), (2025, 15)):
        enter(claimed, party, coordinator, total, year=year)

    def drawn(*, is_inside: bool) -> tuple[list[str], int]:
        rows = db.session.execute(current_of_party(party.id))
        sketch = series_of(blocks_of(as_seen(rows, is_inside=is_inside)))[0].rows[0].sketch
        assert sketch is not None
        return list(sketch.runs), len(sketch.dots)

    assert drawn(is_inside=False) == (["5.0,22.3 27.0,13.7", "93.0,5.0 115.0,18.0"], 4)
    assert drawn(is_inside=True)[1] == 5


def test_figures_cost_one_statement(
    client: TrackerClient,
    peer: User,
    coordinator: User,
    item: Item,
    party: Party,
    commitment: Commitment,
    spring: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def counts() -> list[int]:
        found = []
        for address in ("/commitments/BRDO-2018-05", "/parties/AL"):
            with recording_sql() as statements:
                client.get(address)
            found.append(len(statements))
        return found

    enter(indicator_of(item), party, coordinator, 20, year=2024)
    accepted_with_all(item, spring, coordinator)
    client.sign_in(peer)
    few = counts()
    for _ in range(5):
        other = ItemFactory.create(commitment=commitment)
        enter(indicator_of(item), other.party, coordinator, 20, year=2024)
        accepted_with_all(other, spring, coordinator)
    assert counts() == few
