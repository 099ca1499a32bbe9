"""A questionnaire goes out as a file and comes back: untouched it changes nothing, edited exactly what was edited."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.papers.questionnaire.samples import (
    ANSWERS_BY_CODE,
    FULL,
    KEY,
    STEPS,
    asked,
    questionnaire_of,
    read_back,
    saved,
    standing,
    with_answers,
    with_cells,
)
from tracker.papers.questionnaire.comparing import Comparison, compare
from tracker.papers.questionnaire.content import Questionnaire, StepRow, reading_from
from tracker.papers.questionnaire.document_writing import document_of
from tracker.papers.questionnaire.fields import ANSWERS, BY_NAME, Problem, fit, in_words
from tracker.papers.questionnaire.findings import sentence
from tracker.papers.questionnaire.stamp import NoStamp, read
from tracker.papers.questionnaire.workbook_writing import workbook_of
from tracker.progress.models import HelpKind, ShareKind
from tracker.progress.services.answers import DraftAnswer
from tracker.progress.statuses import Status

Write = Callable[[Questionnaire], bytes]
WRITERS = pytest.mark.parametrize("write", [workbook_of, document_of], ids=["workbook", "document"])


@pytest.fixture(autouse=True)
def _in_words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def changes_in(comparison: Comparison) -> dict[tuple[str, str], Any]:
    return {(each.code, change.name): change.mine for each in comparison.items for change in each.changes}


@WRITERS
@pytest.mark.parametrize("is_filled", [True, False], ids=["filled in", "empty"])
def test_an_untouched_file_changes_nothing(write: Write, is_filled: bool) -> None:
    reading = read_back(write(questionnaire_of(is_filled=is_filled)))

    assert reading.findings == ()
    assert {row.code for row in reading.rows} == set(ANSWERS_BY_CODE)
    assert compare(reading, standing(), with_steps=True).items == ()


TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "=1+1",
            "+1",
            "-1",
            "@A1",
            "＝1",
            "'",
            "''=1",
            "_x0041_",
            "_x005F_",
            "<w:t>&amp;",
            "\ufeffa",
            "1e5",
            "TRUE",
        ]
    ),
    st.text(max_size=60),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "Cc", "Cn", "So")), max_size=30),
)
ANY_ANSWER = st.builds(
    DraftAnswer,
    status=st.one_of(st.none(), st.sampled_from(Status)),
    narrative=TEXTS,
    obstacles=TEXTS,
    next_steps=TEXTS,
    reason=TEXTS,
    needs_help=st.booleans(),
    help_kind=st.one_of(st.none(), st.sampled_from(HelpKind)),
    help_text=TEXTS,
    can_share=st.booleans(),
    share_kind=st.one_of(st.none(), st.sampled_from(ShareKind)),
    share_text=TEXTS,
    is_restricted=st.booleans(),
    cleared_by_name=TEXTS,
    cleared_by_function=TEXTS,
    cleared_on=st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2026, 11, 20))),
)
ANY_FIELDS = st.sets(st.sampled_from([field.name for field in ANSWERS]), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(before=ANY_ANSWER, after=ANY_ANSWER, names=ANY_FIELDS, is_filled=st.booleans())
@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_an_edited_file_changes_exactly_what_was_edited(
    kind: str, before: DraftAnswer, after: DraftAnswer, names: set[str], is_filled: bool
) -> None:
    answers = {"BRDO-2018-05": before, "BRDO-2018-06": FULL}
    questionnaire = questionnaire_of(answers, is_filled=is_filled)
    typed = {name: _typed(name, getattr(after, name)) for name in names}
    edits = {("BRDO-2018-05", name): value for name, value in typed.items()}
    content = (
        with_cells(workbook_of(questionnaire), edits)
        if kind == "xlsx"
        else with_answers(document_of(questionnaire), {at: _on_paper(value) for at, value in edits.items()})
    )

    reading = read_back(content)

    assert reading.findings == ()
    assert reading_from(reading.write()) == reading
    found = changes_in(compare(reading, standing(answers), with_steps=True))
    expected = {}
    for name in names:
        value, was = _meant(name, getattr(after, name)), _meant(name, getattr(before, name))
        says_nothing = not is_filled and value in ("", None)
        if value != was and not says_nothing:
            expected["BRDO-2018-05", name] = value
    assert {at: value for at, value in found.items() if at in expected} == expected
    others = {at: value for at, value in found.items() if at not in expected}
    assert all(at in edits and _differs_as_stored(before, at[1], value) for at, value in others.items())


def _typed(name: str, value: Any) -> Any:
    """What a person types for a value."""
    if isinstance(value, date):
        return value
    words = in_words(BY_NAME[name], value)
    return fit(words) or None


def _on_paper(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else (value or "")


def _meant(name: str, value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, (Status, HelpKind, ShareKind)):
        text = fit(value)
        return " ".join(text.split()) if name.startswith("cleared_by") else text
    return value


def _differs_as_stored(before: DraftAnswer, name: str, value: Any) -> bool:
    """Stored texts that no file can hold differ from what a file holds, once their cell was typed into."""
    return bool(getattr(before, name) != value and _meant(name, getattr(before, name)) == value)


def test_no_cell_is_a_formula_and_texts_come_back_as_texts() -> None:
    book = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "d"}
    assert any(cell.value == FULL.obstacles for cell in cells)
    assert b"<f>" not in b"".join(_parts(workbook_of(questionnaire_of())).values())


def test_only_answers_can_be_written_and_lists_offer_the_words() -> None:
    book = load_workbook(io.BytesIO(workbook_of(questionnaire_of())))
    answers = book["Answers"]

    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "visible", "veryHidden"]
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
    parts = _parts(content)
    body = parts["word/document.xml"].decode()
    kept = "<w:t>Kept.</w:t></w:r>"
    assert kept in body
    tracked = (
        kept
        + '<w:ins w:id="901" w:author="a"><w:r><w:t xml:space="preserve"> Added.</w:t></w:r></w:ins>'
        + '<w:del w:id="902" w:author="a"><w:r><w:delText>Gone.</w:delText></w:r></w:del>'
    )
    parts["word/document.xml"] = body.replace(kept, tracked).encode()

    reading = read_back(_packed(parts))

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

    for changed in ("", stamp[:-1], stamp.replace(stamp[20], "A" if stamp[20] != "A" else "B"), "x" * 300_000):
        with pytest.raises(NoStamp):
            read(changed, KEY)
    with pytest.raises(NoStamp):
        read(stamp, KEY[::-1])


def test_what_others_saved_meanwhile_is_a_clash_only_where_both_changed_it() -> None:
    code = "BRDO-2018-06"
    content = with_cells(
        workbook_of(questionnaire_of()),
        {(code, "narrative"): "Mine.", (code, "obstacles"): "No budget.", (code, "next_steps"): "Publish."},
    )
    now = replace(ANSWERS_BY_CODE[code], narrative="Theirs.", next_steps="Publish.", reason="Theirs alone.")

    (found,) = compare(read_back(content), [asked(code, now, version=4)], with_steps=True).items

    assert found.is_older
    assert {change.name: change.is_clash for change in found.changes} == {"narrative": True, "obstacles": False}


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def test_the_stamp_is_out_of_sight() -> None:
    body = _parts(document_of(questionnaire_of()))["word/document.xml"].decode()

    assert re.search(r"<w:vanish/>.{0,200}tracker:stamp:", body)
