"""A party gathers everything it has said on a theme, to use it again in other questionnaires."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from docx import Document

from tests.client import TrackerClient, page
from tests.factories import CommitmentFactory, InstrumentFactory, ItemFactory, RoundFactory, ThemeFactory, reported
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Theme
from tracker.making import MAKERS
from tracker.meetings.models import Round
from tracker.papers.jobs import make_papers
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.workflow import UpdateState

HERE = "/parties/AL/said"


def past_round(year: int) -> Round:
    return RoundFactory.create(
        opens_on=date(year, 1, 1), due_on=date(year, 2, 1), closes_on=date(year, 3, 1),
        meeting__title=f"Meeting of {year}", meeting__starts_on=date(year, 3, 2), meeting__ends_on=None,
    )  # fmt: skip


@pytest.fixture
def theme() -> Theme:
    return ThemeFactory.create(code="compensation", name="Compensation")


@pytest.fixture
def item(party: Party, theme: Theme, coordinator: User) -> Item:
    """An item with answers of two years, the second repeated in a third; one waits; another theme has one, too."""
    instrument = InstrumentFactory.create(short_title="Joint Declaration")
    commitment = CommitmentFactory.create(code="C-1", title="Set up a fund", theme=theme, instrument=instrument)
    item = ItemFactory.create(party=party, commitment=commitment)
    for year, text in ((2019, "A law is drafted."), (2021, "The fund pays."), (2023, "The fund pays.")):
        reported(item, past_round(year), coordinator, state=UpdateState.ACCEPTED, narrative=text)
    reported(item, RoundFactory.create(), coordinator, narrative="It paid twice.")
    other = ItemFactory.create(party=party, commitment=CommitmentFactory.create(code="C-2", other_themes=[]))
    reported(other, past_round(2020), coordinator, state=UpdateState.ACCEPTED, narrative="=About training.")
    return item


def headings(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith("Meeting of") or line.startswith("Network meeting")]


def test_everything_accepted_stands_in_the_order_of_time(client: TrackerClient, coordinator: User, item: Item) -> None:
    response = client.sign_in(coordinator).get(f"{HERE}.txt?theme=compensation")

    assert headings(response.text) == [f"Meeting of {year}, 2 March {year}" for year in (2019, 2021, 2023)]
    assert "C-1  Set up a fund (Joint Declaration)" in response.text
    assert response.text.count("The fund pays.") == 1
    assert "Said again in the same words" in response.text
    assert "It paid twice." not in response.text
    assert "About training" not in response.text
    assert response.headers["Content-Disposition"] == "attachment; filename=said-AL-compensation-2026-11-23.txt"


def test_years_and_submitted_answers_are_chosen(client: TrackerClient, coordinator: User, item: Item) -> None:
    client.sign_in(coordinator)

    some = client.get(f"{HERE}.txt?since=2020&until=2021").text
    assert headings(some) == ["Meeting of 2020, 2 March 2020", "Meeting of 2021, 2 March 2021"]
    waiting = client.get(f"{HERE}.txt?answers=submitted&since=2026").text
    assert "It paid twice." in waiting
    assert "Submitted, waits for review" in waiting


def test_a_secondary_theme_counts(client: TrackerClient, coordinator: User, item: Item, theme: Theme) -> None:
    commitment = CommitmentFactory.create(code="C-3", other_themes=[theme])
    also = ItemFactory.create(party=item.party, commitment=commitment)
    reported(also, past_round(2022), coordinator, state=UpdateState.ACCEPTED, narrative="Beside.")

    assert "Beside." in client.sign_in(coordinator).get(f"{HERE}?theme=compensation").text


@pytest.mark.parametrize("person", ["contributor", "secretariat"])
def test_what_is_submitted_is_for_coordinators(
    client: TrackerClient, request: pytest.FixtureRequest, item: Item, person: str
) -> None:
    text = client.sign_in(request.getfixturevalue(person)).get(f"{HERE}?answers=submitted").text

    assert "There is no such choice for Answers." in text
    assert "The fund pays." in text
    assert "It paid twice." not in text


def test_it_is_taken_along_as_a_word_file(client: TrackerClient, coordinator: User, item: Item) -> None:
    address = f"{HERE}?theme=compensation&answers=submitted"
    location = client.sign_in(coordinator).post(address).location
    make_papers(utc_now(), MAKERS)

    document = Document(io.BytesIO(client.get(f"{location}/file").data))
    text = [paragraph.text for paragraph in document.paragraphs]
    assert "It paid twice." in text
    assert next(each.text for each in document.paragraphs if each.style.name == "Heading 1") == (
        "Meeting of 2019, 2 March 2019"
    )
    assert client.post(address).location == location
    assert page(client.get(location)).select_one(f'a[href^="{HERE}?theme=compensation"]') is not None


def test_it_costs_as_many_statements_for_thirty_answers_as_for_four(
    client: TrackerClient,
    coordinator: User,
    item: Item,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(coordinator)
    with recording_sql() as few:
        client.get(HERE)
    for n in range(30):
        more = ItemFactory.create(party=item.party, commitment=CommitmentFactory.create(code=f"D-{n}"))
        reported(more, past_round(2000 + n % 20), coordinator, state=UpdateState.ACCEPTED)
    db.session.expire_all()
    with recording_sql() as many:
        client.get(HERE)

    assert len(many) == len(few) <= 8
