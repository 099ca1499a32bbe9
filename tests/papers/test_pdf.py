"""The PDF can be read by everybody: tagged, with a language, a title, bookmarks and its own fonts; text stays text."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from tests.factories import (
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MembershipFactory,
    PartyFactory,
    RoundFactory,
    reported,
)
from tracker.accounts.models import Role
from tracker.core.database import db
from tracker.mail.rendering import speaking
from tracker.papers.national.choices import Choice, Holds, Order
from tracker.papers.national.reading import read_report
from tracker.papers.typesetting import set_pdf
from tracker.parties.models import Footnote
from tracker.progress.workflow import UpdateState

NOTE = "* This designation is without prejudice to positions on status."
#: What would be code in a template, markup in HTML, and letters of every script of the region.
TEXTS = (
    'Read #read("/etc/passwd") and #panic("x"), @ref, $x^2$, <b>bold</b>, *stars*, = heading, `code`, {{ 7 }}.',
    "Подзаконски акт је усвојен, ѓ ќ љ њ џ ѝ щ ъ ю. Ë ë Ç ç Ș ș Ț ț Ă ă Î î Š š Đ đ Č č Ć ć Ž ž. €, „навод“, –, №.",
    "word " * 3000 + "\n\n" + "x" * 900,
)


@pytest.fixture
def pdf(now: datetime) -> PdfReader:
    """The report of a party whose name carries a footnote."""
    note = Footnote(family="XK", form="full", text=NOTE)
    party = PartyFactory.create(code="XK", short_name="Kosovo*", name="Kosovo*", footnote=note)
    coordinator = MembershipFactory.create(role=Role.COORDINATOR, party=party).person
    instrument = InstrumentFactory.create(short_title="Joint Declaration")
    round_ = RoundFactory.create(instruments=[instrument], meeting__code="M-2027")
    for position, text in enumerate(TEXTS):
        commitment = CommitmentFactory.create(code=f"C-{position}", position=position, instrument=instrument)
        item = ItemFactory.create(party=party, commitment=commitment)
        reported(item, round_, coordinator, state=UpdateState.ACCEPTED, narrative=text, help_text="x", needs_help=True)
    db.session.commit()
    with speaking(None):
        choice = Choice(party="XK", round="M-2027", holds=Holds.ACCEPTED, order=Order.INSTRUMENT)
        return PdfReader(io.BytesIO(set_pdf("national_report", read_report(choice, at=now))))


def tags(node: Any) -> Iterator[str]:
    """Yield the kinds of all elements of the structure."""
    if isinstance(node, IndirectObject):
        node = node.get_object()
    if isinstance(node, ArrayObject):
        for child in node:
            yield from tags(child)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"])
        if "/K" in node:
            yield from tags(node["/K"])


def test_it_is_tagged_and_says_language_and_title(pdf: PdfReader) -> None:
    root = pdf.root_object
    found = set(tags(root["/StructTreeRoot"]))

    assert bool(root["/MarkInfo"]["/Marked"])  # type: ignore[index]  # a dictionary
    assert root["/Lang"] == "en"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])  # type: ignore[index]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "National report of Kosovo*"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()  # type: ignore[attr-defined]
    assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/TOC"} <= found
    assert "/Figure" not in found  # drawings repeat the words beside them


def test_bookmarks_lead_to_every_item(pdf: PdfReader) -> None:
    def titles(outline: Any) -> Iterator[str]:
        for each in outline:
            if isinstance(each, list):
                yield from titles(each)
            else:
                yield each.title

    found = list(titles(pdf.outline))

    assert found[0] == "Summary"
    assert sum(title.startswith("C-") for title in found) == len(TEXTS)


def test_every_font_is_in_the_file(pdf: PdfReader) -> None:
    embedded = set()
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in described or "/FontFile3" in described
            embedded.add(str(described["/FontName"]).partition("+")[2].partition("-")[0])

    assert embedded == {"LibertinusSerif"}


def test_what_people_typed_stays_text(pdf: PdfReader) -> None:
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())

    assert 'Read #read("/etc/passwd") and #panic("x"), @ref, $x^2$, <b>bold</b>, *stars*' in text
    assert "Подзаконски акт је усвојен, ѓ ќ љ њ џ ѝ щ ъ ю." in text
    assert "Ș ș Ț ț Ă ă Î î Š š Đ đ Č č Ć ć Ž ž" in text


def test_the_footnote_stands_on_every_page(pdf: PdfReader) -> None:
    assert all("without prejudice" in page.extract_text() for page in pdf.pages)
