"""What everybody who has signed in reads about instruments and their commitments."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from tests.client import TrackerClient, page
from tests.factories import NOON, AdoptionFactory, CommitmentFactory, InstrumentFactory, PartyFactory
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.instruments.models import (
    AdoptionState,
    CommitmentLink,
    CommitmentVersion,
    Instrument,
    InstrumentType,
    LinkKind,
    Strength,
    TitleStatus,
)
from tracker.parties.models import Footnote, Party
from tracker.sources.models import Extent, Source

Recording = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def kosovo() -> Party:
    footnote = Footnote(family="XK", form="eu", text="* Without prejudice to positions on status.")
    return PartyFactory.create(code="XK", name="Kosovo*", short_name="Kosovo*", position=5, footnote=footnote)


@pytest.fixture
def instrument(kosovo: Party) -> Instrument:
    """A declaration of which little is known, with one undertaking and one remark."""
    db.session.add_all([
        Source(key="page", url="https://www.gov.example/news", title="News", publisher="Gov", extent=Extent.OPENING),
        Source(key="none", url="none", title="Known to all", publisher="compiler", extent=Extent.KNOWLEDGE),
        Source(key="bad", url="javascript:alert(1)", title="Run me", publisher="x", extent=Extent.FULL),
    ])  # fmt: skip
    instrument = InstrumentFactory.create(
        code="BRDO-2018", short_title="Joint Declaration 2018", sources=["page", "none", "bad"], place_city=""
    )
    CommitmentFactory.create(instrument=instrument, code="BRDO-2018-01", strength=Strength.COMMITS)
    CommitmentFactory.create(
        instrument=instrument, code="BRDO-2018-02", strength=Strength.ACKNOWLEDGES, is_tracked=False
    )
    AdoptionFactory.create(instrument=instrument, party=kosovo)
    return instrument


def test_instruments_stand_under_who_spoke(client: TrackerClient, observer: User, instrument: Instrument) -> None:
    InstrumentFactory.create(type=InstrumentType.STRATEGY, short_title="Strategy 2025", valid_to=date(2029, 12, 31))

    found = page(client.sign_in(observer).get("/instruments"))

    assert [each.get_text() for each in found.select("h2")] == ["Ministers", "Strategies of the network"]
    cells = [each.get_text(" ", strip=True) for each in found.select("tbody tr")[0].select("td")]
    assert cells == ["16 March 2018", "Not known", "no end set", "2", "1"]
    assert "until 31 December 2029" in found.get_text()


def test_without_instruments_the_list_says_what_fills_it(client: TrackerClient, observer: User) -> None:
    assert "No instruments yet" in client.sign_in(observer).get("/instruments").text


def test_five_instruments_cost_as_many_statements_as_one(
    client: TrackerClient, observer: User, instrument: Instrument, recording_sql: Recording
) -> None:
    client.sign_in(observer)
    with recording_sql() as one:
        client.get("/instruments")
    for _ in range(4):
        CommitmentFactory.create()
    with recording_sql() as five:
        client.get("/instruments")

    assert len(five) == len(one) <= 8


def test_an_instrument_costs_the_same_however_long_it_is(
    client: TrackerClient, observer: User, instrument: Instrument, recording_sql: Recording
) -> None:
    client.sign_in(observer)
    with recording_sql() as short:
        client.get("/instruments/BRDO-2018")
    for _ in range(5):
        CommitmentFactory.create(instrument=instrument)
        AdoptionFactory.create(instrument=instrument)
    with recording_sql() as long:
        client.get("/instruments/BRDO-2018")

    assert len(long) == len(short) <= 9


def test_what_is_not_known_is_said(client: TrackerClient, observer: User, instrument: Instrument) -> None:
    text = page(client.sign_in(observer).get("/instruments/brdo-2018")).get_text(" ", strip=True)

    assert "In which paragraphs they stand is not known. The full text was not seen." in text
    assert "Place Not known" in text
    assert "How many adopted Not known" in text
    assert "Kosovo* Not known" in text
    assert "the party is asked to report all the same" in text


def test_the_title_is_said_to_be_ours_where_no_source_prints_it(
    client: TrackerClient, observer: User, instrument: Instrument
) -> None:
    instrument.title_status = TitleStatus.DESCRIPTIVE
    db.session.commit()

    assert (
        "Our description; the exact title is not known" in client.sign_in(observer).get("/instruments/BRDO-2018").text
    )


def test_strength_is_explained(client: TrackerClient, observer: User, instrument: Instrument) -> None:
    found = page(client.sign_in(observer).get("/instruments/BRDO-2018"))

    assert [each.get_text() for each in found.select(".aside dt")] == ["Commits", "Acknowledges"]
    assert "promises no act" in found.select(".aside dd")[1].get_text()


def test_the_footnote_stands_once(client: TrackerClient, observer: User, instrument: Instrument) -> None:
    found = page(client.sign_in(observer).get("/instruments/BRDO-2018"))

    assert [each.get_text() for each in found.select(".footnotes p")] == ["* Without prejudice to positions on status."]
    assert "Kosovo*" in found.select("tbody")[1].get_text()


def test_only_web_addresses_become_links(client: TrackerClient, observer: User, instrument: Instrument) -> None:
    links = page(client.sign_in(observer).get("/instruments/BRDO-2018")).select(".sources a")

    assert [(each["href"], each["rel"]) for each in links] == [
        ("https://www.gov.example/news", ["noopener", "noreferrer"])
    ]


def test_a_stated_adoption_names_day_and_source(
    client: TrackerClient, observer: User, instrument: Instrument, party: Party
) -> None:
    AdoptionFactory.create(
        instrument=instrument,
        party=party,
        state=AdoptionState.ADOPTED,
        adopted_on=date(2018, 3, 16),
        source="Gazette 7",
    )

    rows = page(client.sign_in(observer).get("/instruments/BRDO-2018")).select("#adoption ~ table tr, table tr")

    assert any(row.get_text(" ", strip=True) == "Albania Adopted 16 March 2018 Gazette 7" for row in rows)


@pytest.mark.parametrize("code", ["NO-SUCH", "a%00b", "..%2f..", "%27%20OR%201=1", "x" * 200, "Ж"])
def test_a_code_that_nothing_has_is_no_page(client: TrackerClient, observer: User, code: str) -> None:
    client.sign_in(observer)

    assert client.get(f"/instruments/{code}").status_code == 404
    assert client.get(f"/commitments/{code}").status_code == 404
    assert client.get(f"/parties/{code}").status_code == 404


def test_only_the_secretariat_is_led_to_corrections(
    client: TrackerClient, observer: User, secretariat: User, instrument: Instrument
) -> None:
    assert "/edit" not in client.sign_in(observer).get("/instruments/BRDO-2018").text
    assert "/instruments/BRDO-2018/edit" in client.sign_in(secretariat).get("/instruments/BRDO-2018").text


def test_a_commitment_tells_its_versions_and_what_came_before(
    client: TrackerClient, observer: User, instrument: Instrument
) -> None:
    commitment = instrument.commitments[0]
    later = CommitmentFactory.create(title="Go further", code="STRAT-2025-01")
    commitment.version = 2
    db.session.add_all([
        CommitmentLink(earlier=commitment, later=later, kind=LinkKind.CONTINUES, since_on=date(2025, 3, 28)),
        CommitmentVersion(
            commitment=commitment, number=2, title="Newer words", summary="S.", strength=Strength.DECIDES,
            made_at=NOON, reason="The text was found.",
        ),
    ])  # fmt: skip
    db.session.commit()
    client.sign_in(observer)

    earlier_page = page(client.get("/commitments/BRDO-2018-01"))
    later_page = page(client.get("/commitments/STRAT-2025-01"))

    assert "Is continued by STRAT-2025-01 Go further" in earlier_page.get_text(" ", strip=True)
    assert "Continues BRDO-2018-01" in later_page.get_text(" ", strip=True)
    history = earlier_page.select(".history > li")
    assert "Version 2" in history[0].get_text()
    assert "The text was found." in history[0].get_text()
    assert "Version 1" in history[1].get_text()


def test_a_commitment_says_that_its_paragraph_is_not_known(
    client: TrackerClient, observer: User, instrument: Instrument
) -> None:
    text = page(client.sign_in(observer).get("/commitments/BRDO-2018-01")).get_text(" ", strip=True)

    assert "Paragraph Not known: the full text was not seen" in text
    assert "Commits Those who adopted the text undertake to do it." in text
