"""Figures on the pages: entered once per party, in the update form or all together."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory, CommitmentFactory, ItemFactory
from tests.progress.figures import SEX, enter, indicator_of
from tests.progress.pages import COMPLETE, address_of, fields_in, hidden_in, save, submit, typed
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Indicator, IndicatorType, Instrument, Period
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import AnswerKind, Figure, FigureVersion, Item, Update
from tracker.progress.services import review
from tracker.progress.services.standing import refresh_standing

pytestmark = pytest.mark.usefixtures("at_that_time")

ADDRESS = "/parties/AL/figures/edit"


@pytest.fixture
def claimed(asked_item: Item) -> Indicator:
    """A sensitive yearly count, by sex."""
    return indicator_of(asked_item, code="COMP-3", title="Victims who claimed", breakdowns=[SEX], is_sensitive=True)


def name(field: str, code: str = "COMP-3", year: int = 2025) -> str:
    return f"figures-{code}-{year}-{field}"


def stored() -> dict[tuple[str, int, str], tuple[AnswerKind, Decimal | None, str]]:
    """The latest version of each figure."""
    rows = db.session.execute(sa.select(Figure, FigureVersion).join(Figure.versions).order_by(FigureVersion.number))
    return {
        (figure.indicator.code, figure.year, figure.cell): (version.kind, version.value, version.text)
        for figure, version in rows
    }


def post(client: TrackerClient, address: str = ADDRESS, **changes: str) -> str:
    """Open the page, change fields by their names and send it."""
    sent = fields_in(client.get(address)) | {name(field): value for field, value in changes.items()}
    response = client.post(address, data=sent)
    return client.get(response.location).text if response.status_code == 302 else response.text


def test_figures_are_entered_together(
    client: TrackerClient, coordinator: User, claimed: Indicator, asked_item: Item
) -> None:
    indicator_of(asked_item, code="COMP-1", type=IndicatorType.YES_PARTLY_NO, period=Period.POINT)
    indicator_of(asked_item, code="COMP-5", type=IndicatorType.AMOUNT)
    indicator_of(asked_item, code="PREV-5", type=IndicatorType.LIST, period=Period.POINT)
    client.sign_in(coordinator)
    sent = fields_in(client.get(ADDRESS)) | {
        name("value"): "1 234", name("cell0"): "1200", name("cell1"): "34", name("source"): "Yearly report",
        name("value", "COMP-1", 2026): "partly",
        name("value", "COMP-5"): "1 234,50", name("currency", "COMP-5"): "ALL",
        name("value", "PREV-5", 2026): "Seasonal workers\nChildren in street situations",
    }  # fmt: skip

    response = client.post(ADDRESS, data=sent)

    assert response.status_code == 302
    assert stored() == {
        ("COMP-3", 2025, ""): (AnswerKind.VALUE, Decimal(1234), ""),
        ("COMP-3", 2025, "sex=female"): (AnswerKind.VALUE, Decimal(1200), ""),
        ("COMP-3", 2025, "sex=male"): (AnswerKind.VALUE, Decimal(34), ""),
        ("COMP-1", 2026, ""): (AnswerKind.VALUE, None, "partly"),
        ("COMP-5", 2025, ""): (AnswerKind.VALUE, Decimal("1234.50"), ""),
        ("PREV-5", 2026, ""): (AnswerKind.VALUE, None, "Seasonal workers\nChildren in street situations"),
    }
    again = client.post(ADDRESS, data=fields_in(client.get(ADDRESS)))
    assert "Nothing was changed" in client.get(again.location).text, "what the page shows is what stands"


def test_a_reason_is_an_answer(client: TrackerClient, coordinator: User, claimed: Indicator) -> None:
    post(client.sign_in(coordinator), reason="not_disclosed", note="Court secrecy.")

    assert stored() == {("COMP-3", 2025, ""): (AnswerKind.NOT_DISCLOSED, None, "")}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"value": "1.234"}, "two ways"),
        ({"value": "1.234,50"}, "two ways"),
        ({"value": "-3"}, "below zero"),
        ({"value": "2,5"}, "whole number"),
        ({"value": "99999999999"}, "Check the zeros"),
        ({"value": "many"}, "in digits"),
        ({"value": "3", "reason": "not_available"}, "not both"),
        ({"source": "Report"}, "then give source and note"),
        ({"reason": "whatever"}, "that are offered"),
        ({"value": "10", "cell0": "x"}, "in digits"),
        ({"value": "10", "cell0": "9", "cell1": "3"}, "add up to 12"),
    ],
)
def test_what_is_asked_about_stays_in_the_form(
    client: TrackerClient, coordinator: User, claimed: Indicator, changes: dict[str, str], says: str
) -> None:
    text = post(client.sign_in(coordinator), **changes)

    assert says in text
    assert stored() == {}
    typed = page_fields(text)
    assert all(typed[name(field)] == value for field, value in changes.items() if field != "reason")


def page_fields(text: str) -> dict[str, str]:
    fields = BeautifulSoup(text, "html.parser").select("form.figures input, form.figures textarea")
    return {str(each["name"]): str(each.get("value", each.text)) for each in fields if each.get("name")}


def test_no_more_than_there_are(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    indicator_of(asked_item, code="REF-3", unit="procedures of 5", period=Period.POINT)
    client.sign_in(coordinator)

    response = client.post(ADDRESS, data=fields_in(client.get(ADDRESS)) | {name("value", "REF-3", 2026): "6"})

    assert "Enter at most 5" in response.text


def test_an_unlikely_jump_is_kept_with_a_tick(
    client: TrackerClient, coordinator: User, claimed: Indicator, party: Party
) -> None:
    enter(claimed, party, coordinator, 5, year=2024)
    client.sign_in(coordinator)

    assert "for 2024 it was 5" in post(client, value="50")
    assert ("COMP-3", 2025, "") not in stored()
    response = client.post(ADDRESS, data=fields_in(client.get(ADDRESS)) | {name("value"): "50", name("sure"): "y"})
    assert response.status_code == 302
    assert stored()["COMP-3", 2025, ""][1] == 50
    assert "for 2024 it was" not in post(client), "once confirmed it is not asked again"
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.act == "figure.entered")).all()[-1]
    assert '"confirmed":["jump"]' in (event.content or ""), "the log says that it was asked about"


def test_errors_and_questions_are_shown_together(
    client: TrackerClient, coordinator: User, claimed: Indicator, asked_item: Item, party: Party
) -> None:
    indicator_of(asked_item, code="B-1")
    enter(claimed, party, coordinator, 5, year=2024)
    client.sign_in(coordinator)

    text = client.post(
        ADDRESS, data=fields_in(client.get(ADDRESS)) | {name("value"): "50", name("value", "B-1"): "-3"}
    ).text

    assert "for 2024 it was 5" in text
    assert "below zero" in text


def test_two_people_enter_at_once(client: TrackerClient, coordinator: User, claimed: Indicator, party: Party) -> None:
    client.sign_in(coordinator)
    sent = fields_in(client.get(ADDRESS)) | {name("value"): "12", name("cell0"): "7"}
    enter(claimed, party, coordinator, 14)

    response = client.post(ADDRESS, data=sent)

    assert response.status_code == 409
    assert "entered 14 on" in response.text
    assert "you typed 12" in response.text
    assert stored()["COMP-3", 2025, ""][1] == 14
    assert client.post(ADDRESS, data=fields_in(response)).status_code == 302, "saving again puts mine in its place"
    assert stored()["COMP-3", 2025, ""][1] == 12
    assert stored()["COMP-3", 2025, "sex=female"][1] == 7


def test_another_year_can_be_entered(client: TrackerClient, coordinator: User, claimed: Indicator) -> None:
    client.sign_in(coordinator)
    address = f"{ADDRESS}?year=2023"

    response = client.post(address, data=fields_in(client.get(address)) | {name("value", year=2023): "4"})

    assert response.location == address
    assert list(stored()) == [("COMP-3", 2023, "")]


@pytest.mark.parametrize("year", ["1999", "x", "2030"])
def test_years_that_are_not_offered_give_the_page_as_asked(
    client: TrackerClient, coordinator: User, claimed: Indicator, year: str
) -> None:
    response = client.sign_in(coordinator).get(f"{ADDRESS}?year={year}")

    assert response.status_code == 200
    assert "no such year" in response.text


def test_contributors_enter_what_their_items_ask_for(
    client: TrackerClient,
    contributor: User,
    claimed: Indicator,
    asked_item: Item,
    instrument: Instrument,
    party: Party,
    open_round: Round,
) -> None:
    other = ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument))
    indicator_of(other, code="OTHER-1")
    client.sign_in(contributor)
    assert "Nothing is in your hands yet" in client.get(ADDRESS).text
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)

    shown = [str(each.text) for each in page(client.get(ADDRESS)).select("fieldset.figure .code")]
    assert shown == ["COMP-3"]
    client.post(
        ADDRESS,
        data=fields_in(client.get(ADDRESS))
        | {name("value", "OTHER-1"): "5", name("seen", "OTHER-1"): "0", name("value"): "6"},
    )
    assert list(stored()) == [("COMP-3", 2025, "")]


def test_the_page_costs_a_fixed_number_of_statements(
    client: TrackerClient, coordinator: User, asked_item: Item, party: Party, recording_sql: object
) -> None:
    def count() -> int:
        with recording_sql() as statements:  # type: ignore[operator]
            client.get(ADDRESS)
        return len(statements)

    enter(indicator_of(asked_item), party, coordinator, 5)
    client.sign_in(coordinator)
    few = count()
    for number in range(5):
        enter(indicator_of(asked_item, breakdowns=[SEX]), party, coordinator, number)
    assert count() == few <= 8


def test_the_update_form_holds_the_figures_of_the_item(
    client: TrackerClient, coordinator: User, claimed: Indicator, asked_item: Item, party: Party
) -> None:
    enter(claimed, party, coordinator, 5, year=2024)
    client.sign_in(coordinator)
    assert "2024: <b>5</b>" in client.get(address_of(asked_item)).text.replace("2024:</", "2024:")

    save(client, asked_item, narrative="The fund", **{name("value"): "7"})

    assert stored()["COMP-3", 2025, ""][1] == 7
    assert fields_in(client.get(address_of(asked_item)))[name("value")] == "7"
    assert fields_in(client.get(ADDRESS))[name("value")] == "7"


def test_a_figure_that_is_asked_about_loses_nothing_of_the_form(
    client: TrackerClient, coordinator: User, claimed: Indicator, asked_item: Item
) -> None:
    client.sign_in(coordinator)

    response = client.post(
        address_of(asked_item), data=typed(client, asked_item, narrative="The fund", **{name("value"): "1.234"})
    )

    assert response.status_code == 200
    assert page(response).title.text.startswith("Error:")  # type: ignore[union-attr]
    sent = fields_in(response)
    assert (sent["narrative"], sent[name("value")]) == ("The fund", "1.234")
    assert stored() == {}


def test_two_people_enter_a_figure_in_the_form(
    client: TrackerClient, coordinator: User, claimed: Indicator, asked_item: Item, party: Party
) -> None:
    client.sign_in(coordinator)
    sent = typed(client, asked_item, narrative="The fund", **{name("value"): "12"})
    enter(claimed, party, coordinator, 14)

    response = client.post(address_of(asked_item), data=sent)

    assert response.status_code == 409
    assert "entered 14 on" in response.text
    assert fields_in(response)["narrative"] == "The fund"
    assert client.post(address_of(asked_item), data=fields_in(response)).location == address_of(asked_item)
    assert stored()["COMP-3", 2025, ""][1] == 12


def test_what_changed_after_the_check_is_not_submitted(
    client: TrackerClient, coordinator: User, claimed: Indicator, asked_item: Item, party: Party
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **COMPLETE | {name("value"): "7"})
    checked = hidden_in(client.get(f"{address_of(asked_item)}/check"))
    enter(claimed, party, coordinator, 9)

    response = client.post(f"{address_of(asked_item)}/submit", data=checked)

    assert response.status_code == 409
    assert "the draft changed" in response.text
    assert client.post(f"{address_of(asked_item)}/submit", data=hidden_in(response)).status_code == 302


def test_others_read_pinned_figures_without_small_numbers(
    client: TrackerClient,
    coordinator: User,
    secretariat: User,
    peer: User,
    claimed: Indicator,
    asked_item: Item,
    party: Party,
    open_round: Round,
) -> None:
    client.sign_in(coordinator)
    for cell, value in (("", 23), ("sex=female", 3), ("sex=male", 20), ("sex=not recorded", 0)):
        enter(claimed, party, coordinator, value, cell=cell)
    enter(claimed, party, coordinator, 23, note="Three women from one town.")
    submit(client, asked_item)
    update = db.session.scalars(sa.select(Update)).one()
    review.accept([update], by=secretariat, at=utc_now())
    open_round.share_on = date(2026, 11, 1)
    db.session.commit()
    refresh_standing(asked_item, today=date(2026, 11, 23))
    db.session.commit()
    addresses = [f"/items/{asked_item.id}", f"/items/{asked_item.id}/revisions/{open_round.id}/1"]

    def shown(person: User, address: str) -> list[str]:
        cells = page(client.sign_in(person).get(address)).select("table.figures-grid td.num")
        return [cell.text.strip() for cell in cells]

    for address in addresses:
        assert shown(peer, address) == ["23", "fewer than 5", "not shown", "0"]
        assert "one town" not in client.get(address).text
        for insider in (coordinator, secretariat):
            assert shown(insider, address) == ["23", "3", "20", "0"]
            assert "one town" in client.get(address).text


def test_the_reviewer_reads_what_was_pinned(
    client: TrackerClient, coordinator: User, secretariat: User, claimed: Indicator, asked_item: Item, party: Party
) -> None:
    enter(claimed, party, coordinator, 3)
    submit(client.sign_in(coordinator), asked_item)
    enter(claimed, party, coordinator, 4)
    update = db.session.scalars(sa.select(Update)).one()

    cells = page(client.sign_in(secretariat).get(f"/review/{update.id}")).select("table.figures-grid td.num")

    assert [cell.text.strip() for cell in cells] == ["3"]
