"""A party takes its answers of one round with it as one paper."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document

from tests.client import TrackerClient
from tests.factories import (
    CommitmentFactory,
    IndicatorFactory,
    InstrumentFactory,
    ItemFactory,
    RoundFactory,
    UpdateFactory,
    reported,
)
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.mail.rendering import speaking
from tracker.making import MAKERS
from tracker.meetings.models import Round
from tracker.papers.jobs import make_papers
from tracker.papers.national.choices import Choice, Holds, Order
from tracker.papers.national.reading import read_report
from tracker.parties.models import Party
from tracker.progress.models import Figure, FigureVersion, Item, Revision, RevisionFigure, Step
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

ACCEPTED, SUBMITTED, DRAFT = "The law was adopted.", "The fund was set up.", "A secret plan."
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def instrument() -> Instrument:
    return InstrumentFactory.create(code="BRDO-2018", short_title="Joint Declaration")


@pytest.fixture
def round_(instrument: Instrument) -> Round:
    return RoundFactory.create(instruments=[instrument], meeting__code="M-2027")


@pytest.fixture
def items(party: Party, instrument: Instrument, round_: Round, coordinator: User) -> list[Item]:
    """Four items: accepted, submitted, drafted, without an answer."""
    items = [
        ItemFactory.create(
            party=party, commitment=CommitmentFactory.create(code=f"BRDO-2018-0{n}", position=n, instrument=instrument)
        )
        for n in range(1, 5)
    ]
    accepted, submitted, drafted, _none = items
    reported(
        accepted, round_, coordinator, state=UpdateState.ACCEPTED, status=Status.IN_USE, narrative=ACCEPTED,
        is_restricted=True, cleared_by_name="Ana Kovač",
    )  # fmt: skip
    reported(submitted, round_, coordinator, status=Status.IN_PLACE, narrative=SUBMITTED)
    UpdateFactory.create(item=drafted, round=round_, narrative=DRAFT, drafted_at=datetime(2026, 11, 20, tzinfo=UTC))
    db.session.add(Step(item=drafted, position=1, what="Train", due_on=date(2027, 3, 1)))
    db.session.commit()
    return items


@pytest.fixture
def read(items: list[Item], now: datetime) -> Read:
    """Reads the report."""

    def read(holds: Holds, order: Order = Order.INSTRUMENT) -> dict[str, Any]:
        with speaking(None):
            return read_report(Choice(party="AL", round="M-2027", holds=holds, order=order), at=now)

    return read


def no_progress(_done: int, _total: int, _words: str) -> None:
    """Nobody waits."""


def said(data: dict[str, Any]) -> dict[str, str]:
    """The account of each item that has one."""
    rows = [item for group in data["groups"] for item in group["items"]]
    return {row["code"]: row["texts"][0]["paragraphs"][0] for row in rows if row["texts"]}


def test_it_prints_what_was_chosen_and_no_more(read: Read) -> None:
    first, second, third = "BRDO-2018-01", "BRDO-2018-02", "BRDO-2018-03"

    assert said(read(Holds.ACCEPTED)) == {first: ACCEPTED}
    assert said(read(Holds.SUBMITTED)) == {first: ACCEPTED, second: SUBMITTED}
    assert said(read(Holds.DRAFTS)) == {first: ACCEPTED, second: SUBMITTED, third: DRAFT}


def test_every_item_is_there_and_says_what_is_missing(read: Read) -> None:
    rows = [item for group in read(Holds.ACCEPTED)["groups"] for item in group["items"]]

    assert [row["code"] for row in rows] == [f"BRDO-2018-0{n}" for n in range(1, 5)]
    assert (
        rows[0]["missing"]
        == "Not given: lead institution, target date, obstacles, next steps, practical steps, evidence."
    )
    assert rows[1]["marks"] == ["A first answer waits for review."]
    assert rows[3]["status_words"] == "Not reported"
    assert rows[3]["missing"] == "No answer has been given that this report may print."


def test_it_is_counted_by_accepted_answers_whatever_it_prints(read: Read) -> None:
    for holds in Holds:
        data = read(holds)
        assert data["headline"]["number"] == "1 of 4"
        assert "1 newer answer waits for review" in data["headline_note"]


def test_it_is_marked_as_what_it_holds(read: Read) -> None:
    assert read(Holds.ACCEPTED)["watermark"] == ""
    assert "not been accepted" in read(Holds.SUBMITTED)["watermark"]
    assert "Draft" in read(Holds.DRAFTS)["watermark"]
    first = read(Holds.ACCEPTED)["groups"][0]["items"][0]
    assert "Restricted: for the party and the Secretariat only" in first["marks"]
    assert ["Cleared by", "Ana Kovač"] in first["facts"]
    assert first["steps"] is None
    drafted = read(Holds.DRAFTS)["groups"][0]["items"][2]
    assert drafted["steps"]["rows"] == [["Train", "–", "1 March 2027", "–"]]


def test_an_answer_of_an_earlier_round_is_said_to_be_one(
    read: Read, items: list[Item], instrument: Instrument, coordinator: User
) -> None:
    earlier = RoundFactory.create(
        instruments=[instrument],
        opens_on=date(2025, 1, 1),
        due_on=date(2025, 2, 1),
        closes_on=date(2025, 3, 1),
        meeting__title="Meeting in Budva",
        meeting__starts_on=date(2025, 3, 2),
        meeting__ends_on=None,
    )
    reported(items[3], earlier, coordinator, state=UpdateState.ACCEPTED, narrative="Begun.")

    row = read(Holds.ACCEPTED)["groups"][0]["items"][3]

    assert row["marks"] == ["Accepted in an earlier round: Meeting in Budva, 2 March 2025"]
    assert row["texts"][0]["paragraphs"] == ["Begun."]


def test_a_theme_may_be_the_heading(read: Read, items: list[Item]) -> None:
    assert [group["title"] for group in read(Holds.ACCEPTED, Order.THEME)["groups"]] == [
        item.commitment.theme.name for item in items
    ]


def test_the_party_asks_for_it_and_fetches_it(
    client: TrackerClient, coordinator: User, items: list[Item], now: datetime
) -> None:
    client.sign_in(coordinator)
    chosen = {"round": "M-2027", "holds": "drafts", "order": "theme", "format": "pdf"}

    location = client.post("/parties/AL/report", data=chosen).location
    assert client.post("/parties/AL/report", data=chosen).location == location
    assert make_papers(utc_now(), MAKERS) == 1
    again = client.post("/parties/AL/report", data=chosen, follow_redirects=True)

    assert again.request.path == location
    assert "Nothing has changed since this one was made." in again.text
    response = client.get(f"{location}/file")
    assert response.data.startswith(b"%PDF-1.7")
    assert "national-report-AL-2026-11-23.pdf" in response.headers["Content-Disposition"]


def test_it_is_made_anew_once_something_has_changed(
    client: TrackerClient, coordinator: User, items: list[Item], now: datetime
) -> None:
    client.sign_in(coordinator)
    chosen = {"round": "M-2027", "holds": "drafts", "order": "theme", "format": "pdf"}
    before = client.post("/parties/AL/report", data=chosen).location
    make_papers(utc_now(), MAKERS)
    items[2].lead_institution = "Ministry of Justice"
    db.session.commit()

    assert client.post("/parties/AL/report", data=chosen).location != before


@pytest.mark.parametrize("holds", ["submitted", "drafts"])
@pytest.mark.parametrize("person", ["contributor", "secretariat"])
def test_others_than_coordinators_choose_accepted_answers_only(
    client: TrackerClient, request: pytest.FixtureRequest, items: list[Item], person: str, holds: str
) -> None:
    client.sign_in(request.getfixturevalue(person))
    response = client.post("/parties/AL/report", data={"round": "M-2027", "holds": holds, "order": "theme"})

    assert response.status_code == 200
    assert "Choose which answers the report prints." in response.text
    assert DRAFT not in response.text


def test_the_secretariat_does_not_learn_of_a_report_with_drafts(
    client: TrackerClient, coordinator: User, secretariat: User, items: list[Item]
) -> None:
    chosen = {"round": "M-2027", "holds": "drafts", "order": "theme"}
    location = client.sign_in(coordinator).post("/parties/AL/report", data=chosen).location

    client.sign_in(secretariat)
    assert location not in client.get("/parties/AL/report").text
    assert client.get(location).status_code == 404


def test_a_coordinator_who_left_gets_it_no_more(
    client: TrackerClient, coordinator: User, items: list[Item], now: datetime
) -> None:
    location = (
        client.sign_in(coordinator)
        .post("/parties/AL/report", data={"round": "M-2027", "holds": "drafts", "order": "theme"})
        .location
    )
    make_papers(utc_now(), MAKERS)
    coordinator.memberships[0].ends_on = datetime(2026, 11, 1, tzinfo=UTC).date()
    db.session.commit()

    assert client.get(f"{location}/file").status_code == 403


def test_equal_data_give_equal_bytes(read: Read) -> None:
    make = MAKERS["national-report-pdf"].make

    assert make(read(Holds.DRAFTS), no_progress).content == make(read(Holds.DRAFTS), no_progress).content


def test_small_numbers_are_hidden_where_others_read(
    read: Read, items: list[Item], coordinator: User, now: datetime
) -> None:
    indicator = IndicatorFactory.create(theme=items[0].commitment.theme, code="COMP-1", is_sensitive=True)
    figure = Figure(indicator=indicator, party_id=items[0].party_id, year=2025)
    figure.versions.append(FigureVersion(number=1, value=Decimal(3), entered_by_id=coordinator.id, entered_at=now))
    db.session.add(figure)
    db.session.flush()
    revision_id = db.session.scalars(sa.select(Revision.id).filter_by(item_id=items[0].id)).one()
    db.session.add(RevisionFigure(revision_id=revision_id, figure_version_id=figure.versions[0].id))
    db.session.commit()

    def printed(holds: Holds) -> list[str]:
        figures = read(holds)["figures"]
        return [row["cells"][1] for row in figures["tables"][0]["rows"]]

    assert printed(Holds.ACCEPTED) == ["fewer than 5"]
    assert printed(Holds.SUBMITTED) == ["3"]
    assert printed(Holds.DRAFTS) == ["3"]
    assert "fewer than 5" in read(Holds.ACCEPTED)["figures"]["note"]
    assert "Do not hand this report on" in read(Holds.SUBMITTED)["figures"]["note"]


def test_a_word_file_has_real_headings_contents_and_a_language(read: Read) -> None:
    made = MAKERS["national-report-word"].make(read(Holds.DRAFTS), no_progress)
    document = Document(io.BytesIO(made.content))

    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 2"]
    assert headings[0].startswith("BRDO-2018-01")
    assert len(headings) == 4
    assert [each.text for each in document.paragraphs if each.style.name == "toc 2"] == headings
    assert "TOC" in document.element.xml
    assert document.core_properties.title == "National report of Albania"
    assert document.tables[1].rows[0]._tr.trPr.xpath("w:tblHeader")
    assert made.content == MAKERS["national-report-word"].make(read(Holds.DRAFTS), no_progress).content


def test_it_can_be_read_as_a_page(client: TrackerClient, coordinator: User, items: list[Item]) -> None:
    response = client.sign_in(coordinator).post(
        "/parties/AL/report", data={"round": "M-2027", "holds": "drafts", "order": "theme", "format": "page"}
    )

    assert response.location == "/parties/AL/report/page?round=M-2027&holds=drafts&order=theme"
    text = client.get(response.location).text
    assert DRAFT in text
    assert "Draft: contains answers that have not been submitted" in text


def test_the_page_shows_accepted_answers_to_whoever_may_not_choose_more(
    client: TrackerClient, contributor: User, items: list[Item]
) -> None:
    text = client.sign_in(contributor).get("/parties/AL/report/page?holds=drafts&round=no").text

    assert "There is no such choice for Round, Which answers." in text
    assert ACCEPTED in text
    assert DRAFT not in text


def test_the_report_costs_as_many_statements_for_forty_items_as_for_four(
    client: TrackerClient,
    coordinator: User,
    items: list[Item],
    instrument: Instrument,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(coordinator)
    with recording_sql() as few:
        client.get("/parties/AL/report/page?holds=drafts")
    for n in range(5, 41):
        commitment = CommitmentFactory.create(code=f"BRDO-2018-{n}", position=n, instrument=instrument)
        ItemFactory.create(party=items[0].party, commitment=commitment)
    with recording_sql() as many:
        client.get("/parties/AL/report/page?holds=drafts")

    assert len(many) == len(few) <= 13


def test_the_page_of_a_party_leads_to_its_papers(client: TrackerClient, coordinator: User, peer: User) -> None:
    links = ("/parties/AL/report", "/parties/AL/speaking-points", "/parties/AL/said")
    text = client.sign_in(coordinator).get("/parties/AL").text
    assert all(f'href="{link}"' in text for link in links)

    assert not any(f'href="{link}"' in client.sign_in(peer).get("/parties/AL").text for link in links)
