"""The sheet of figures of a workbook: untouched it changes nothing; what is entered is shown, and taken if wanted."""

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory
from tests.papers.questionnaire.conftest import Get, HandIn
from tests.papers.questionnaire.samples import saved
from tests.progress.figures import SEX, enter, indicator_of
from tests.progress.pages import fields_in
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.instruments.models import Indicator, IndicatorType
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import AnswerKind, Figure, FigureVersion, Item

pytestmark = pytest.mark.usefixtures("at_that_time")

COLUMN = {"value": 6, "reason": 7, "currency": 8, "source": 9, "note": 10}


@pytest.fixture
def claimed(asked_item: Item) -> Indicator:
    """A yearly count, by sex."""
    return indicator_of(asked_item, code="COMP-3", title="Victims who claimed", breakdowns=[SEX])


@pytest.fixture
def fund(asked_item: Item) -> Indicator:
    return indicator_of(asked_item, code="COMP-4", title="The fund", type=IndicatorType.AMOUNT, unit="")


@pytest.fixture
def in_law(asked_item: Item) -> Indicator:
    return indicator_of(asked_item, code="COMP-5", title="Is it law?", type=IndicatorType.YES_PARTLY_NO, unit="")


@pytest.fixture
def partners(asked_item: Item) -> Indicator:
    return indicator_of(asked_item, code="COMP-6", title="Partners", type=IndicatorType.LIST, unit="")


def with_figures(content: bytes, changes: Mapping[tuple[str, str], Any]) -> bytes:
    """The workbook after a person typed figures, by the end of a row's name and the column."""
    book = load_workbook(io.BytesIO(content))
    for (name, column), value in changes.items():
        row = next(cell.row for cell in book["Figures"]["K"] if str(cell.value).endswith(name))
        book["Figures"].cell(row, COLUMN[column]).value = value
    return saved(book)


def stands() -> dict[tuple[str, str], tuple[AnswerKind, Decimal | None, str]]:
    """The latest version of each figure."""
    rows = db.session.execute(
        sa.select(Indicator.code, Figure.cell, FigureVersion)
        .join(Figure, Figure.indicator_id == Indicator.id)
        .join(FigureVersion, FigureVersion.figure_id == Figure.id)
        .order_by(FigureVersion.number)
    )
    return {(code, cell): (version.kind, version.value, version.text) for code, cell, version in rows}


@pytest.mark.parametrize("holds", ["drafts", "empty"])
def test_untouched_figures_change_nothing(
    client: TrackerClient,
    coordinator: User,
    party: Party,
    claimed: Indicator,
    fund: Indicator,
    in_law: Indicator,
    partners: Indicator,
    getting: Get,
    handing_in: HandIn,
    holds: str,
) -> None:
    enter(claimed, party, coordinator, 12, source="=Ministry\tof  Justice", note="'As of 1 May")
    enter(claimed, party, coordinator, 7, cell="sex=female")
    enter(fund, party, coordinator, 1234567.5, currency="ALL")
    enter(in_law, party, coordinator, "partly")
    enter(partners, party, coordinator, "La Strada\n=Друга")

    response = handing_in((client.sign_in(coordinator), getting(holds=holds))[1])

    assert "Nothing differs" in response.text
    assert "could not be read" not in response.text


def test_figures_are_shown_and_taken(
    client: TrackerClient,
    coordinator: User,
    party: Party,
    claimed: Indicator,
    fund: Indicator,
    in_law: Indicator,
    partners: Indicator,
    getting: Get,
    handing_in: HandIn,
) -> None:
    enter(claimed, party, coordinator, 12)
    client.sign_in(coordinator)
    content = with_figures(
        getting(),
        {
            ("COMP-3|count|2025|", "value"): 14,
            ("sex=female", "value"): "9",
            ("COMP-4|amount|2025|", "value"): "1 234,50",
            ("COMP-5|yes_partly_no|2025|", "value"): "Partly",
            ("COMP-6|list|2025|", "reason"): "Not disclosed",
        },
    )

    shown = handing_in(content)

    assert "Figures of 4 indicators differ" in shown.text
    assert " ".join(page(shown).select_one("#figure-COMP-3-2025 .from-to").text.split()) == "12→ becomes 14"  # type: ignore[union-attr]
    assert stands() == {("COMP-3", ""): (AnswerKind.VALUE, Decimal(12), "")}
    client.post(shown.request.path, data=fields_in(shown))
    assert stands() == {
        ("COMP-3", ""): (AnswerKind.VALUE, Decimal(14), ""),
        ("COMP-3", "sex=female"): (AnswerKind.VALUE, Decimal(9), ""),
        ("COMP-4", ""): (AnswerKind.VALUE, Decimal("1234.5"), ""),
        ("COMP-5", ""): (AnswerKind.VALUE, None, "partly"),
        ("COMP-6", ""): (AnswerKind.NOT_DISCLOSED, None, ""),
    }
    assert "Nothing differs" in client.get(shown.request.path).text


def test_what_is_no_figure_is_named(
    client: TrackerClient, coordinator: User, claimed: Indicator, fund: Indicator, getting: Get, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)
    content = with_figures(
        getting(),
        {
            ("COMP-3|count|2025|", "value"): "1.234",
            ("sex=male", "value"): "=SUM(1)",
            ("sex=female", "value"): "3.5",
            ("COMP-4|amount|2025|", "note"): "No figure",
        },
    )

    shown = handing_in(content)

    findings = [" ".join(finding.text.split()) for finding in page(shown).select(".findings li")]
    assert findings[0].startswith("Figures!F4: “1.234” can be read in two ways.")
    assert findings[1:] == [
        "Figures!F5: Enter a whole number: this counts persons or things.",
        "Figures!F6: There is a formula. Type the text itself, and upload the file again.",
        "Figures!F8: Enter a figure, or choose why there is none; then give source and note.",
    ]
    assert page(shown).select("input[name=items]") == []


def test_what_is_unlikely_and_what_others_entered_is_not_ticked_from_the_start(
    client: TrackerClient,
    coordinator: User,
    deputy: User,
    party: Party,
    claimed: Indicator,
    fund: Indicator,
    getting: Get,
    handing_in: HandIn,
) -> None:
    enter(claimed, party, coordinator, 10, year=2024)
    client.sign_in(coordinator)
    content = with_figures(
        getting(), {("COMP-3|count|2025|", "value"): "1000", ("COMP-4|amount|2025|", "value"): "5000"}
    )
    enter(fund, party, deputy, 4000, currency="EUR")

    shown = handing_in(content)

    assert "for 2024 it was 10" in shown.text
    assert "Deputy entered the one that stands" in shown.text
    assert fields_in(shown).get("items") is None
    client.post(shown.request.path, data=fields_in(shown) | {"items": ["COMP-3-2025", "COMP-4-2025"]})
    assert stands()["COMP-3", ""][1] == Decimal(1000)
    assert stands()["COMP-4", ""][1] == Decimal(5000)


def test_a_figure_that_is_entered_after_the_look_stops_everything(
    client: TrackerClient, coordinator: User, party: Party, claimed: Indicator, getting: Get, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)
    shown = handing_in(with_figures(getting(), {("COMP-3|count|2025|", "value"): "14"}))
    sent = fields_in(shown)
    enter(claimed, party, coordinator, 13)

    response = client.post(shown.request.path, data=sent)

    assert response.status_code == 409
    assert stands()["COMP-3", ""][1] == Decimal(13)


def test_contributors_are_asked_only_for_what_their_items_use(
    client: TrackerClient,
    coordinator: User,
    contributor: User,
    asked_item: Item,
    second_item: Item,
    open_round: Round,
    claimed: Indicator,
    getting: Get,
) -> None:
    indicator_of(second_item, code="OTHER-1")
    AssignmentFactory.create(
        item=second_item, round_id=open_round.id, person=contributor, assigned_by_id=coordinator.id
    )
    client.sign_in(contributor)

    book = load_workbook(io.BytesIO(getting(person=str(contributor.id))))

    assert [cell.value for cell in book["Figures"]["A"][3:]] == ["OTHER-1"]
    assert "Steps" not in book.sheetnames
