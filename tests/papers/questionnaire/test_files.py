"""A questionnaire goes out as a file and comes back: untouched it changes nothing, edited exactly what was edited."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from flask import Flask
from openpyxl import load_workbook

from tests.papers.questionnaire.samples import (
    FULL,
    KEY,
    STEPS,
    changes_in,
    packed,
    parts_of,
    questionnaire_of,
    read_back,
    saved,
    standing,
    with_answers,
    with_cells,
)
from tracker.papers.questionnaire.comparing import compare
from tracker.papers.questionnaire.content import Questionnaire, StepRow
from tracker.papers.questionnaire.document_writing import document_of
from tracker.papers.questionnaire.fields import ANSWERS, Problem, fit
from tracker.papers.questionnaire.findings import sentence
from tracker.papers.questionnaire.stamp import NoStamp, read
from tracker.papers.questionnaire.workbook_writing import workbook_of
from tracker.progress.statuses import Status

Write = Callable[[Questionnaire], bytes]
WRITERS = pytest.mark.parametrize("write", [workbook_of, document_of], ids=["workbook", "document"])


@pytest.fixture(autouse=True)
def _in_words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_no_cell_is_a_formula_and_texts_come_back_as_texts() -> None:
    book = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "d"}
    assert any(cell.value == FULL.obstacles for cell in cells)
    assert b"<f>" not in b"".join(parts_of(workbook_of(questionnaire_of())).values())


def test_only_answers_can_be_written_and_lists_offer_the_words() -> None:
    book = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))
    answers = book["Answers"]

    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "visible", "visible", "veryHidden"]
    assert all(sheet.protection.sheet and sheet.protection.password is None for sheet in book)
    assert answers.freeze_panes == "C4"
    assert answers.row_dimensions[2].hidden
    open_columns = {cell.column for cell in answers[4] if not cell.protection.locked}
    assert open_columns == set(range(6, 6 + len(ANSWERS) + 1))
    assert not any(not cell.protection.locked for cell in answers[3])
    lists = [rule for rule in answers.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 7
    offered = {cell.value for row in book["Tracker"]["C1:C6"] for cell in row}
    assert offered == {
        "Not started",
        "In preparation",
        "Partly in place",
        "In place",
        "In place and used",
        "Not applicable",
    }


def test_what_is_with_the_secretariat_is_shown_and_locked() -> None:
    questionnaire = questionnaire_of()
    closed = tuple(replace(entry, is_open=entry.code != "BRDO-2018-05") for entry in questionnaire.entries)
    answers = load_workbook(io.BytesIO(workbook_of(replace(questionnaire, entries=closed))))["Answers"]

    assert all(cell.protection.locked for cell in answers[4])
    assert answers["H4"].value == fit(FULL.narrative)
    document = Document(io.BytesIO(document_of(replace(questionnaire, entries=closed))))
    assert [table.rows[0].cells[0].text for table in document.tables] == ["BRDO-2018-06", "NATC-2012-01"]


def test_the_front_says_until_when_and_how_to_hand_it_in() -> None:
    workbook = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))["Read me first"]
    document = Document(io.BytesIO(document_of(questionnaire_of())))
    texts = (
        "\n".join(str(cell.value) for cell in workbook["A"] if cell.value),
        "\n".join(paragraph.text for paragraph in document.paragraphs),
    )

    for text in texts:
        assert "Due 14 December 2026, 23:59, Tirana time." in text
        assert "https://tracker.example/questionnaire/AL" in text
        assert "* This designation is without prejudice" in text
    section = document.sections[0]
    assert "Kosovo*" in section.header.paragraphs[0].text
    assert "without prejudice" in section.footer.paragraphs[0].text
    assert "PAGE" in section.footer.paragraphs[1]._p.xml


def test_each_cell_that_cannot_be_read_is_named_with_what_to_do() -> None:
    code = "BRDO-2018-06"
    content = with_cells(
        workbook_of(questionnaire_of()),
        {
            (code, "status"): "Pretty good",
            (code, "narrative"): "=formula(1)",
            (code, "needs_help"): "perhaps",
            (code, "cleared_on"): "soon",
            (code, "obstacles"): "x" * 3001,
            (code, "help_kind"): "Money",
            (code, "next_steps"): "A text that can be read.",
            ("NATC-2012-01", "cleared_on"): date(2027, 1, 1),
        },
    )

    reading = read_back(content)

    assert [(finding.place, finding.problem) for finding in reading.findings] == [
        ("Answers!G5", Problem.NOT_A_STATUS),
        ("Answers!H5", Problem.FORMULA),
        ("Answers!J5", Problem.TOO_LONG),
        ("Answers!L5", Problem.NOT_YES_OR_NO),
        ("Answers!M5", Problem.NOT_OFFERED),
        ("Answers!U5", Problem.NOT_A_DAY),
        ("Answers!U6", Problem.DAY_AHEAD),
    ]
    assert sentence(reading.findings[0]) == "“Pretty good” is not one of the statuses. Choose one from the list."
    assert "3001" in sentence(reading.findings[2])
    assert changes_in(compare(reading, standing(), with_steps=True)) == {
        (code, "next_steps"): "A text that can be read."
    }


@pytest.mark.parametrize(
    ("name", "raw", "means"),
    [
        ("cleared_on", 46345, date(2026, 11, 19)),
        ("cleared_on", "46345", date(2026, 11, 19)),
        ("cleared_on", "19.11.2026", date(2026, 11, 19)),
        ("cleared_on", "19 November 2026", date(2026, 11, 19)),
        ("narrative", 2026, "2026"),
        ("narrative", 12.5, "12.5"),
        ("narrative", date(2026, 3, 12), "2026-03-12"),
        ("needs_help", True, True),
        ("needs_help", "X", True),
        ("status", " in  PLACE ", Status.IN_PLACE),
    ],
)
def test_other_types_are_understood(name: str, raw: object, means: object) -> None:
    reading = read_back(with_cells(workbook_of(questionnaire_of()), {("NATC-2012-01", name): raw}))

    assert reading.findings == ()
    assert changes_in(compare(reading, standing(), with_steps=True)) == {("NATC-2012-01", name): means}


def test_rows_and_columns_may_stand_in_any_order() -> None:
    book = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))
    answers = book["Answers"]
    answers.title = "Одговори"
    answers.auto_filter.ref = None
    answers.move_range("A4:U4", rows=20)
    answers.insert_cols(7)
    answers.insert_rows(1)

    reading = read_back(saved(book))

    assert reading.findings == ()
    assert compare(reading, standing(), with_steps=True).items == ()


def test_merged_cells_rows_twice_unknown_codes_and_missing_columns_are_named() -> None:
    book = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))
    answers = book["Answers"]
    answers.merge_cells("H4:J4")
    answers["A6"] = "BRDO-2018-06"
    answers["A9"], answers["H9"] = "BRDO-9999-99", "Lost"
    answers["H10"] = "Lost too"
    answers.delete_cols(21)

    reading = read_back(saved(book))

    assert [(finding.place, finding.problem) for finding in reading.findings] == [
        ("Answers", Problem.COLUMN_MISSING),
        ("Answers!H4", Problem.MERGED),
        ("Answers!I4", Problem.MERGED),
        ("Answers!J4", Problem.MERGED),
        ("Answers!A6", Problem.SAME_CODE_TWICE),
        ("Answers!A9", Problem.UNKNOWN_CODE),
        ("Answers!A10", Problem.UNKNOWN_CODE),
    ]
    assert [row.code for row in reading.rows] == ["BRDO-2018-05"]
    assert compare(reading, standing(), with_steps=True).items == ()


def test_steps_are_changed_added_and_removed() -> None:
    book = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))
    steps = book["Steps"]
    steps["C4"] = "Adopt the by-law, and publish it"
    for cell in steps[5][2:6]:
        cell.value = None
    steps["A8"], steps["C8"], steps["E8"] = "BRDO-2018-06", "Ask the judges", date(2027, 2, 1)
    steps["A9"], steps["D9"] = "NATC-2012-01", "Nobody knows what"

    reading = read_back(saved(book))
    rows = {row.code: row.steps for row in reading.rows}

    assert rows["BRDO-2018-05"] == (replace(STEPS[0], what="Adopt the by-law, and publish it"),)
    assert rows["BRDO-2018-06"] == (StepRow(id=None, what="Ask the judges", due_on=date(2027, 2, 1)),)
    assert rows["NATC-2012-01"] is None
    assert [(finding.place, finding.problem) for finding in reading.findings] == [
        ("Steps!C9", Problem.STEP_WITHOUT_TEXT)
    ]


def test_typed_words_links_and_tracked_changes_of_a_document_are_read() -> None:
    content = with_answers(
        document_of(questionnaire_of()),
        {("NATC-2012-01", "status"): "in place", ("NATC-2012-01", "narrative"): "Kept."},
    )
    parts = parts_of(content)
    body = parts["word/document.xml"].decode()
    kept = "<w:t>Kept.</w:t></w:r>"
    assert kept in body
    tracked = (
        kept
        + '<w:ins w:id="901" w:author="a"><w:r><w:t xml:space="preserve"> Added.</w:t></w:r></w:ins>'
        + '<w:del w:id="902" w:author="a"><w:r><w:delText>Gone.</w:delText></w:r></w:del>'
    )
    parts["word/document.xml"] = body.replace(kept, tracked).encode()

    reading = read_back(packed(parts))

    assert changes_in(compare(reading, standing(), with_steps=True)) == {
        ("NATC-2012-01", "status"): Status.IN_PLACE,
        ("NATC-2012-01", "narrative"): "Kept. Added.",
    }


def test_a_document_names_what_it_cannot_read() -> None:
    content = with_answers(
        document_of(questionnaire_of()),
        {("NATC-2012-01", "status"): "Fine", ("NATC-2012-01", "cleared_on"): "2027-01-01"},
    )
    document = Document(io.BytesIO(content))
    row = document.tables[2].rows[5]
    row._tr.getparent().remove(row._tr)

    reading = read_back(saved(document))

    assert [(finding.place, finding.problem) for finding in reading.findings] == [
        ("NATC-2012-01, 2", Problem.NOT_A_STATUS),
        ("NATC-2012-01, 16", Problem.DAY_AHEAD),
        ("NATC-2012-01", Problem.QUESTION_MISSING),
    ]
    assert sentence(reading.findings[2]) == "The question “What stands in the way?” is missing. It was not read."


def test_a_changed_stamp_is_none() -> None:
    stamp = questionnaire_of().stamp
    assert read(stamp, KEY).party == "AL"
    assert read(stamp, KEY[::-1], KEY).party == "AL", "an earlier key counts while it is named"

    for changed in ("", stamp[:-1], stamp.replace(stamp[20], "A" if stamp[20] != "A" else "B"), "x" * 300_000):
        with pytest.raises(NoStamp):
            read(changed, KEY)
    with pytest.raises(NoStamp):
        read(stamp, KEY[::-1])


def test_the_stamp_is_out_of_sight() -> None:
    body = parts_of(document_of(questionnaire_of()))["word/document.xml"].decode()

    assert re.search(r"<w:vanish/>.{0,200}tracker:stamp:", body)
