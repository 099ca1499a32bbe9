"""A questionnaire that was opened and saved by LibreOffice, twice over, is still ours. Run by ``make e2e``."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from flask import Flask
from openpyxl import load_workbook

from tests.papers.questionnaire.samples import (
    ANSWERS_BY_CODE,
    FIGURES,
    changes_in,
    questionnaire_of,
    read_back,
    standing,
    with_answers,
    with_cells,
)
from tracker.papers.questionnaire.comparing import compare
from tracker.papers.questionnaire.document_writing import document_of
from tracker.papers.questionnaire.workbook_writing import workbook_of
from tracker.progress.services.answers import DraftAnswer
from tracker.progress.statuses import Status
from tracker.uploads.checking import checked

pytestmark = pytest.mark.office

TRICKY = (
    "Two  spaces, a no-break\u00a0space, a soft\u00adhyphen, a no-break\u2011hyphen, a dash – and “quotes”",
    "=1+1\n+1\n-1\n@A1\n＝1\n'quoted\n''twice",
    "1. First\n2. Second\n\n\n- a list\n* another",
    "https://gov.example/law?a=1&b=2 <b>not bold</b> &amp; e-mail@gov.example",
    "Ćuprija, Đakovica, Žabljak; Vlorë; Brașov, Galați; Şişli; Ђаковица, Љубљана; Ѓорче; Ќ; Велес; Хасково",
    "😀 ＋＠ \u200e left to right \u0301 combining e\u0301",
    "00123",
    "1/2",
    "TRUE",
    "3 % of 1,234.50",
    "x" * 6000,
)
ANSWERS = dict(ANSWERS_BY_CODE) | {
    f"TEST-2026-{number:02d}": DraftAnswer(
        narrative=text, obstacles=text[:3000], cleared_by_name=" ".join(text[:200].split())
    )
    for number, text in enumerate(TRICKY)
}
EDITS = {("NATC-2012-01", "narrative"): "Новo: ë, ș, ț.", ("NATC-2012-01", "status"): "In place"}
EDITED = {("NATC-2012-01", "narrative"): "Новo: ë, ș, ț.", ("NATC-2012-01", "status"): Status.IN_PLACE}


@pytest.fixture(autouse=True)
def _in_words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def converted(tmp_path: Path) -> Callable[[bytes, str, str], bytes]:
    """Opens a file in LibreOffice and saves it as another kind."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.fail("These tests need LibreOffice; `make e2e` sees to it.")

    def convert(content: bytes, kind: str, to: str) -> bytes:
        source = tmp_path / f"file.{kind}"
        source.write_bytes(content)
        target = tmp_path / "out"
        profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
        subprocess.run(
            [program, profile, "--headless", "--convert-to", to, "--outdir", str(target), str(source)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return (target / f"file.{to}").read_bytes()

    return convert


def accepted(content: bytes, name: str) -> bytes:
    """What is left of an upload after the look that every file gets."""
    with checked(io.BytesIO(content), name) as file:
        return file.stream.read()


def test_a_workbook_comes_back_through_open_document(converted: Callable[[bytes, str, str], bytes]) -> None:
    content = workbook_of(questionnaire_of(ANSWERS))

    back = accepted(converted(converted(content, "xlsx", "ods"), "ods", "xlsx"), "file.xlsx")

    reading = read_back(back)
    assert reading.findings == ()
    assert len(reading.rows) == len(ANSWERS)
    assert compare(reading, standing(ANSWERS), with_steps=True).items == ()
    assert {row.key: row.answer for row in reading.figures} == {row.key: row.answer for row in FIGURES}
    book = load_workbook(io.BytesIO(back))
    assert all(sheet.protection.sheet for sheet in book)
    answers = book["Answers"]
    assert sum(rule.type == "list" for rule in answers.data_validations.dataValidation) == 7
    assert answers["A4"].protection.locked
    assert not answers["H4"].protection.locked
    again = read_back(with_cells(back, EDITS))
    assert changes_in(compare(again, standing(ANSWERS), with_steps=True)) == EDITED


def test_a_document_comes_back_through_open_document(converted: Callable[[bytes, str, str], bytes]) -> None:
    content = document_of(questionnaire_of(ANSWERS))

    back = accepted(converted(converted(content, "docx", "odt"), "odt", "docx"), "file.docx")

    reading = read_back(back)
    assert reading.findings == ()
    assert len(reading.rows) == len(ANSWERS)
    assert compare(reading, standing(ANSWERS), with_steps=True).items == ()
    body = Document(io.BytesIO(back)).element.body
    assert len(list(body.iter(qn("w:dropDownList")))) == 7 * len(ANSWERS)
    again = read_back(with_answers(back, EDITS))
    assert changes_in(compare(again, standing(ANSWERS), with_steps=True)) == EDITED


def test_both_are_printed(converted: Callable[[bytes, str, str], bytes]) -> None:
    sample = replace(questionnaire_of(), is_sample=True)

    for content, kind in ((workbook_of(sample), "xlsx"), (document_of(sample), "docx")):
        assert converted(content, kind, "pdf").startswith(b"%PDF")
