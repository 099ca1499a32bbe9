"""The meeting's papers are made from a snapshot: as PDF and as sheets."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import docx
import openpyxl
import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted
from tests.factories import CommitmentFactory, InstrumentFactory, ItemFactory, MeetingFactory, RoundFactory
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.mail.rendering import speaking
from tracker.making import MAKERS
from tracker.meetings.models import Round
from tracker.papers.jobs import make_papers
from tracker.papers.making import Made, Order
from tracker.papers.models import Paper, PaperState
from tracker.papers.pack.chapters import Chapter
from tracker.papers.snapshots.models import Circle
from tracker.papers.snapshots.services import take_snapshot
from tracker.parties.models import Footnote, Party
from tracker.progress.statuses import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "=SUM(1;2) Фонд исплаћује накнаду; në Shkodër, București, đ. " + "Very long. " * 300
NOTE = "This designation is without prejudice to positions on status."


@pytest.fixture
def round_(party: Party, other_party: Party, coordinator: User, secretariat: User) -> Round:
    """A past round with answers of two countries; two snapshots of it."""
    footnote = Footnote(family="RS", form="short", text=f"* {NOTE}")
    db.session.add(footnote)
    other_party.short_name, other_party.footnote = "Serbia*", footnote
    instrument = InstrumentFactory.create(code="BRDO-2018", short_title="Brdo 2018")
    meeting = MeetingFactory.create(code="M-2026-04", title="Spring meeting", starts_on=date(2026, 4, 2), ends_on=None)
    spring = RoundFactory.create(
        meeting=meeting,
        opens_on=date(2026, 1, 29),
        due_on=date(2026, 3, 12),
        closes_on=date(2026, 4, 1),
        share_on=date(2026, 4, 2),
        instruments=[instrument],
    )
    items = [
        ItemFactory.create(
            party=each, commitment=CommitmentFactory.create(code=f"BRDO-2018-0{number}", instrument=instrument)
        )
        for number, each in enumerate((party, party, other_party), start=1)
    ]
    take_snapshot(meeting, Circle.SHARED, zone_name="Europe/Vienna", by=secretariat, at=NOON)
    accepted(items[0], spring, coordinator, Status.IN_USE, narrative=TEXT, needs_help=True, help_text="@help")
    accepted(items[2], spring, coordinator, Status.NOT_STARTED, can_share=True, share_text="#offer")
    take_snapshot(meeting, Circle.SHARED, zone_name="Europe/Vienna", by=secretariat, at=NOON)
    db.session.commit()
    return spring


def made(kind: str, *chapters: Chapter, compare: int | None = 1) -> Made:
    parameters: dict[str, Any] = {
        "snapshot": 2,
        "compare": compare,
        "chapters": [each.value for each in chapters or tuple(Chapter)],
    }
    order = Order(
        paper_id=1,
        parameters=parameters,
        party_id=None,
        round_id=None,
        requested_by_id=None,
        requested_at=NOON,
        now=NOON,
    )
    maker = MAKERS[kind]
    with speaking(None):
        return maker.make(maker.gather(order), lambda _done, _total, _words: None)


def test_the_pdf_is_tagged_titled_and_the_same_each_time(round_: Round) -> None:
    first, second = made("meeting-pack-pdf"), made("meeting-pack-pdf")

    assert first.content == second.content
    assert first.file_name == "meeting-papers-M-2026-04-snapshot-2.pdf"
    for sign in (b"/MarkInfo", b"/StructTreeRoot", b"/Outlines", b"/Lang", b"pdfuaid"):
        assert sign in first.content


def test_the_word_file_has_real_headings_a_contents_field_and_the_matrix_on_its_side(round_: Round) -> None:
    first, second = made("meeting-pack-docx"), made("meeting-pack-docx")
    document = docx.Document(io.BytesIO(first.content))

    assert first.content == second.content
    headings = [each.text for each in document.paragraphs if each.style is not None and each.style.name == "Heading 1"]
    assert headings[:3] == ["Who reported", "State of play", "What changed"]
    assert [section.orientation for section in document.sections] == [0, 1, 0]
    assert "TOC" in document.element.xml
    assert "Фонд исплаћује накнаду" in "\n".join(each.text for each in document.paragraphs)


def test_the_sheets_hold_typed_text_as_text(round_: Round) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("meeting-pack-xlsx").content))

    assert "State of play" in book.sheetnames
    answers = book["Answers by commitment"]
    cells = [cell for row in answers.iter_rows() for cell in row]
    assert answers.freeze_panes == "B2"
    assert answers.auto_filter.ref == "A1:G3"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert any(TEXT.strip() in str(cell.value) for cell in cells)
    about = " ".join(str(cell.value) for row in book["About"].iter_rows() for cell in row)
    assert NOTE in about


def test_only_the_chosen_chapters_are_there(round_: Round) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made("meeting-pack-xlsx", Chapter.MATRIX).content))

    assert book.sheetnames == ["State of play", "About"]


def test_what_changed_needs_an_earlier_snapshot(round_: Round) -> None:
    with_it = openpyxl.load_workbook(io.BytesIO(made("meeting-pack-xlsx").content))
    without = openpyxl.load_workbook(io.BytesIO(made("meeting-pack-xlsx", compare=None).content))

    assert [row[0].value for row in with_it["What changed"].iter_rows(min_row=2)] == ["First reported"] * 2
    assert "What changed" not in without.sheetnames


def test_papers_are_asked_for_made_and_fetched(client: TrackerClient, round_: Round, observer: User) -> None:
    client.sign_in(observer)
    sent = {"chapters": ["matrix", "themes"], "compare": "1", "format": "xlsx"}

    asked = client.post("/snapshots/2", data=sent)
    db.session.commit()
    make_papers(NOON, MAKERS)

    paper = db.session.scalars(sa.select(Paper)).one()
    assert (asked.location, paper.state, paper.is_kept) == (f"/papers/{paper.id}", PaperState.READY, True)
    file = client.get(f"/papers/{paper.id}/file")
    assert zipfile.is_zipfile(io.BytesIO(file.data))
    assert client.post("/snapshots/2", data=sent).location == f"/papers/{paper.id}"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"compare": ""}, "Tick at least one chapter."),
        ({"chapters": ["nonsense"]}, "Choose from the list."),
        ({"chapters": ["matrix"], "compare": "77"}, "Choose one of the entries of the list."),
    ],
)
def test_bad_choices_are_refused_beside_their_field(
    client: TrackerClient, round_: Round, observer: User, sent: dict[str, Any], message: str
) -> None:
    answer = client.sign_in(observer).post("/snapshots/2", data=sent)

    assert message in [
        re.sub("^Error: ", "", each.get_text(" ", strip=True)) for each in page(answer).select("p.error")
    ]
    assert db.session.scalars(sa.select(Paper)).all() == []
