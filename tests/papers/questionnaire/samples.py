"""Questionnaires for tests, without a database."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from tracker.instruments.models import IndicatorType
from tracker.papers.questionnaire import document_reading, workbook_reading
from tracker.papers.questionnaire.comparing import Comparison
from tracker.papers.questionnaire.content import Entry, Questionnaire, Reading, StepRow
from tracker.papers.questionnaire.fields import ANSWERS, BY_NUMBER, Value, cell_of, empty
from tracker.papers.questionnaire.figures import FigureRow, digest_of
from tracker.papers.questionnaire.packages import FileKind, look_at
from tracker.papers.questionnaire.stamp import Made, Stamp, cells_of, digest_of_steps, read, sign
from tracker.papers.questionnaire.standing import AskedItem
from tracker.progress.models import AnswerKind, HelpKind, ShareKind
from tracker.progress.services.answers import DraftAnswer
from tracker.progress.services.measuring import FigureAnswer
from tracker.progress.services.merging import seen
from tracker.progress.services.planning import Plan
from tracker.progress.services.saving import Draft
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

KEY: Final = "only-for-tests-0123456789abcdefghijklmnop"
TODAY: Final = date(2026, 11, 23)
MADE_AT: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

#: An answer in the scripts of the region, with everything that spreadsheets and documents like to change.
FULL: Final = DraftAnswer(
    status=Status.PARTLY_IN_PLACE,
    narrative="Fondi për kompensim u krijua.\n\nЗакон је усвојен, а подзаконски акт се припрема.\tȘi în țară: ë, ș, ț.",
    obstacles="=1+1 is no formula, nor is this:\n@SUM(A1)",
    next_steps="+ Set up; - publish",
    reason="'quoted",
    needs_help=True,
    help_kind=HelpKind.FUNDING,
    help_text="＝full width",
    can_share=True,
    share_kind=ShareKind.PRACTICE,
    share_text="00123",
    is_restricted=False,
    cleared_by_name="Đorđe Ћирић",
    cleared_by_function="Државни секретар",
    cleared_on=date(2026, 11, 19),
)
ANSWERS_BY_CODE: Final[Mapping[str, DraftAnswer]] = {
    "BRDO-2018-05": FULL,
    "BRDO-2018-06": DraftAnswer(status=Status.NOT_STARTED, narrative="Nothing yet."),
    "NATC-2012-01": DraftAnswer(),
}
STEPS: Final = (
    StepRow(id=7, what="Adopt the by-law", responsible="Ministry of Justice", due_on=date(2027, 3, 1)),
    StepRow(id=8, what="=Train 40 judges", responsible="Акадeмија", done_on=date(2026, 9, 1)),
)


FIGURES: Final = tuple(
    FigureRow(
        key=f"persons|{code}|{type_.value}|2025|{cell}",
        code=code,
        what="What is counted (persons)",
        year=2025,
        cell=cell.partition("=")[2],
        before="12",
        type=type_,
        answer=answer,
        number=1,
    )
    for code, type_, cell, answer in (
        ("COMP-1", IndicatorType.COUNT, "", FigureAnswer(value=Decimal(1234), source="=Суд", note="'a")),
        ("COMP-1", IndicatorType.COUNT, "sex=female", None),
        ("COMP-2", IndicatorType.AMOUNT, "", FigureAnswer(value=Decimal("1234567.89"), currency="ALL")),
        ("COMP-3", IndicatorType.PERCENT, "", FigureAnswer(value=Decimal("0.5"))),
        ("COMP-4", IndicatorType.YES_PARTLY_NO, "", FigureAnswer(text="partly")),
        ("COMP-5", IndicatorType.LIST, "", FigureAnswer(text="La Strada\n=Друга")),
        ("COMP-6", IndicatorType.COUNT, "", FigureAnswer(kind=AnswerKind.NOT_DISCLOSED)),
    )
)


def questionnaire_of(
    answers: Mapping[str, DraftAnswer] = ANSWERS_BY_CODE,
    *,
    is_filled: bool = True,
    steps: Mapping[str, tuple[StepRow, ...]] | None = None,
    **differing: Any,
) -> Questionnaire:
    """A questionnaire with these drafts."""
    steps = {"BRDO-2018-05": STEPS} if steps is None else steps
    values: dict[str, dict[str, Value]] = {
        code: {each.name: cell_of(each, answer) if is_filled else empty(each) for each in ANSWERS}
        for code, answer in answers.items()
    }
    stamp = Stamp(
        party="AL",
        meeting="M-2027-01-1",
        made_at=MADE_AT,
        is_filled=is_filled,
        items={
            code: Made(
                seen=seen(3, answer, frozenset({4})).write(),
                cells=cells_of(values[code]),
                plan="0" * 32,
                steps=digest_of_steps(steps.get(code, ())),
            )
            for code, answer in answers.items()
        },
        figures={row.key: (row.number, digest_of(row.answer)) for row in FIGURES},
    )
    content: dict[str, Any] = {
        "party": "Kosovo*",
        "footnote": "* This designation is without prejudice to positions on status.",
        "meeting": "Network meeting, 20–21 January 2027",
        "meeting_code": "M-2027-01-1",
        "deadline": "14 December 2026, 23:59, Tirana time",
        "made": "Made on 20 November 2026, 10:00, for Coordinator.",
        "address": "https://tracker.example/questionnaire/AL",
        "is_filled": is_filled,
        "with_steps": True,
        "is_sample": False,
        "stamp": sign(stamp, KEY),
        "figures": FIGURES,
        "entries": tuple(
            Entry(
                code=code,
                title="Set up formal compensation mechanisms",
                instrument="Joint Declaration, Brdo 2018",
                state="Draft",
                is_open=True,
                last_status="In preparation",
                last_text="The law was drafted.\n\nWhat stands in the way: no budget.",
                note="Add the budget." if code == "BRDO-2018-06" else "",
                values=values[code],
                steps=steps.get(code, ()),
            )
            for code in answers
        ),
    }
    return Questionnaire(**(content | differing))


def asked(code: str, answer: DraftAnswer, *, version: int = 3, **differing: Any) -> AskedItem:
    """The item as it stands now."""
    content: dict[str, Any] = {
        "item_id": 1,
        "code": code,
        "title": "Set up formal compensation mechanisms",
        "instrument": "Joint Declaration, Brdo 2018",
        "state": UpdateState.DRAFT,
        "draft": Draft(answer=answer, evidence=frozenset({4}), version=version),
        "last": None,
        "plan": Plan(lead_institution="", target_on=None, steps=()),
        "return_reason": "",
        "by_name": "Deputy",
        "drafted_at": MADE_AT,
    }
    return AskedItem(**(content | differing))


def standing(answers: Mapping[str, DraftAnswer] = ANSWERS_BY_CODE) -> list[AskedItem]:
    """The items as they stood when the questionnaire was made."""
    return [asked(code, answer) for code, answer in answers.items()]


def read_back(content: bytes) -> Reading:
    """What the job process reads of a file."""
    is_workbook = look_at(content) is FileKind.WORKBOOK
    stamp = read((workbook_reading if is_workbook else document_reading).stamp_in(content), KEY)
    if is_workbook:
        return workbook_reading.read_workbook(content, stamp, today=TODAY)
    return document_reading.read_document(content, stamp, today=TODAY)


def with_cells(content: bytes, changes: Mapping[tuple[str, str], Any], sheet: str = "Answers") -> bytes:
    """The workbook after a person typed into cells, by code and question."""
    book = load_workbook(io.BytesIO(content))
    answers = book[sheet]
    columns = {str(cell.value).removeprefix("tracker:"): cell.column for cell in answers[2] if cell.value}
    rows = {cell.value: cell.row for cell in answers["A"] if cell.value}
    for (code, name), value in changes.items():
        cell = answers.cell(rows[code], columns[name])
        cell.value = value
        if isinstance(value, str) and not value.startswith("=formula"):
            cell.data_type = "s"
    return saved(book)


def saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_answers(content: bytes, changes: Mapping[tuple[str, str], str]) -> bytes:
    """The document after a person typed into tables, by code and question."""
    document = Document(io.BytesIO(content))
    for table in document.tables:
        code = table.rows[0].cells[0].text.split(" ")[0]
        for row in table.rows[1:]:
            name = BY_NUMBER[int(row.cells[0].text.split(".")[0])].name
            if (code, name) not in changes:
                continue
            cell = row.cells[1]
            for control in cell._tc.iter(qn("w:sdt")):
                control.getparent().remove(control)
                break
            first, *others = changes[code, name].split("\n")
            for paragraph in cell.paragraphs[1:]:
                paragraph._p.getparent().remove(paragraph._p)
            cell.paragraphs[0].text = first
            for line in others:
                cell.add_paragraph(line)
    return saved(document)


def changes_in(comparison: Comparison) -> dict[tuple[str, str], Any]:
    return {(each.code, change.name): change.mine for each in comparison.items for change in each.changes}


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()
