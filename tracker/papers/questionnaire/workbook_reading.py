"""Reading a questionnaire that came back as a workbook. Only the job process loads this.

Nothing is computed: a formula is named and left out. Columns are known by the hidden row of keys, rows by their codes,
so sheets, columns and rows may stand in any order.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from tracker.papers.questionnaire.content import Reading, Row, StepRow
from tracker.papers.questionnaire.fields import (
    FIELDS,
    STEP_LIMITS,
    Field,
    FieldKind,
    Problem,
    Unreadable,
    Value,
)
from tracker.papers.questionnaire.figure_sheet import read_figures
from tracker.papers.questionnaire.figures import ReadFigure
from tracker.papers.questionnaire.findings import Findings
from tracker.papers.questionnaire.packages import DAMAGED, FileRefused
from tracker.papers.questionnaire.sheets import Sheet, answer_in, plain_text
from tracker.papers.questionnaire.stamp import Stamp
from tracker.papers.questionnaire.workbook_writing import KEY, STAMP_KEY, STEP_KEYS

#: More is never read; a questionnaire of all commitments has fifty rows.
MOST_ROWS: Final = 1_500
_MOST_COLUMNS: Final = 60
_MOST_SHEETS: Final = 20
_ROWS_TO_KEYS: Final = 10
_STAMP_CHUNKS: Final = 10
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})\"")
_MOST_MERGED: Final = 2_000
_WHAT: Final = Field(number=0, name="what", kind=FieldKind.LINE, words="")
_RESPONSIBLE: Final = Field(number=0, name="responsible", kind=FieldKind.LINE, words="")
_DAY: Final = Field(number=0, name="day", kind=FieldKind.DAY, words="")


def stamp_in(content: bytes) -> str:
    """Return the stamp that the workbook carries; nothing where there is none.

    Raises:
        FileRefused: it cannot be opened.
    """
    with _Opened(content) as book:
        for sheet in book.sheets():
            rows = sheet.iter_rows(max_row=_STAMP_CHUNKS + 1, max_col=1, values_only=True)
            first = next(rows, (None,))
            if first and first[0] == STAMP_KEY:
                return "".join(str(row[0]) for row in rows if row and row[0] is not None)
    return ""


def read_workbook(content: bytes, stamp: Stamp, *, today: date) -> Reading:
    """Return what the workbook says.

    Args:
        content: the file, looked at already.
        stamp: its stamp.
        today: the party's day; no answer is cleared later.

    Raises:
        FileRefused: it cannot be opened, or its sheet of answers is not there.
    """
    findings = Findings()
    rows: list[Row] = []
    steps: Mapping[str, tuple[StepRow, ...] | None] = {}
    figures: tuple[ReadFigure, ...] = ()
    with _Opened(content) as book:
        found = [sheet for sheet in map(book.questions, book.sheets()) if sheet is not None]
        answers = next((sheet for sheet in found if "status" in sheet.columns), None)
        if answers is None:
            raise FileRefused(
                _l(
                    "The sheet of answers cannot be recognised. "
                    "Download the questionnaire anew, and copy your text into it."
                )
            )
        planned = next((sheet for sheet in found if "step" in sheet.columns), None)
        rows = _read_answers(answers, stamp, findings, today=today)
        if planned is not None:
            steps = _read_steps(planned, stamp, findings)
        counted = next((sheet for sheet in found if "indicator" in sheet.columns), None)
        figures = read_figures(counted, stamp, findings) if counted is not None else ()
    return Reading(
        stamp=stamp,
        rows=tuple(
            Row(code=row.code, values=row.values, steps=steps.get(row.code, ()) if planned is not None else None)
            for row in rows
        ),
        findings=tuple(findings),
        figures=figures,
    )


class _Opened:
    """A workbook while it is read; whatever the library stumbles over, the file is damaged."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.book: Any = None

    def __enter__(self) -> "_Opened":
        try:
            self.book = load_workbook(io.BytesIO(self.content), read_only=True, data_only=False, keep_links=False)
        except Exception as error:  # the library raises whatever comes at files that no program wrote
            raise FileRefused(DAMAGED) from error
        return self

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        self.book.close()
        if isinstance(error, Exception) and not isinstance(error, FileRefused):
            raise FileRefused(DAMAGED) from error

    def sheets(self) -> list[Any]:
        return [sheet for sheet in self.book.worksheets if hasattr(sheet, "iter_rows")][:_MOST_SHEETS]

    def questions(self, sheet: Any) -> Sheet | None:
        """Return a sheet of questions; None where it has no row of keys."""
        rows = _rows(sheet)
        for place, (number, cells) in enumerate(rows[:_ROWS_TO_KEYS]):
            keys = {plain_text(cell): column for column, cell in reversed(list(enumerate(cells)))}
            columns = {key.removeprefix(KEY): at for key, at in keys.items() if key.startswith(KEY)}
            if "id" in columns or "code" in columns:
                below = rows[place + 1 :]
                if below and below[0][0] == number + 1:  # the heads, as people read them
                    del below[0]
                return Sheet(sheet.title, columns, self._merged(sheet), tuple(below))
        return None

    def _merged(self, sheet: Any) -> tuple[tuple[int, int, int, int], ...]:
        with zipfile.ZipFile(io.BytesIO(self.content)) as package:
            found = _MERGED.findall(package.read(sheet._worksheet_path))
        return tuple(range_boundaries(each.decode()) for each in found[:_MOST_MERGED])


def _rows(sheet: Any) -> list[tuple[int, tuple[Any, ...]]]:
    rows = enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=_MOST_COLUMNS), start=1)
    return [(number, cells) for number, cells in rows if any(cell.value is not None for cell in cells)]


def _read_answers(sheet: Sheet, stamp: Stamp, findings: Findings, *, today: date) -> list[Row]:
    for field in FIELDS:
        if field.name not in sheet.columns:
            findings.add(sheet.name, Problem.COLUMN_MISSING, field=field.name)
    found: dict[str, Row] = {}
    twice: set[str] = set()
    for number, cells in sheet.rows:
        code = plain_text(sheet.cell(cells, "code"))
        if code not in stamp.items:
            if code or any(_holds(sheet, cells, field) for field in FIELDS):
                findings.add(sheet.place(number, "code"), Problem.UNKNOWN_CODE, shown=code)
            continue
        if code in found:
            twice.add(code)
            findings.add(sheet.place(number, "code"), Problem.SAME_CODE_TWICE, shown=code)
            continue
        values = dict(_read_row(sheet, number, cells, findings, today=today))
        found[code] = Row(code=code, values=values)
    return [row for code, row in found.items() if code not in twice]


def _holds(sheet: Sheet, cells: tuple[Any, ...], field: Field) -> bool:
    return getattr(sheet.cell(cells, field.name), "value", None) is not None


def _read_row(
    sheet: Sheet, number: int, cells: tuple[Any, ...], findings: Findings, *, today: date
) -> Iterator[tuple[str, Value]]:
    for field in FIELDS:
        if field.name not in sheet.columns:
            continue
        place = sheet.place(number, field.name)
        if sheet.is_merged(number, field.name):
            findings.add(place, Problem.MERGED, field=field.name)
            continue
        try:
            value = answer_in(field, sheet.cell(cells, field.name))
            if isinstance(value, date) and value > today:
                raise Unreadable(Problem.DAY_AHEAD, value.isoformat())
        except Unreadable as error:
            findings.add(place, error.problem, shown=error.shown, field=field.name)
            continue
        yield field.name, value


def _read_steps(sheet: Sheet, stamp: Stamp, findings: Findings) -> dict[str, tuple[StepRow, ...] | None]:
    """Return the steps of each item that has some; None where one of them could not be read."""
    found: dict[str, list[StepRow]] = {}
    spoilt: set[str] = set()
    for number, cells in sheet.rows:
        code = plain_text(sheet.cell(cells, "code"))
        held = [name for name in STEP_KEYS[2:6] if getattr(sheet.cell(cells, name), "value", None) is not None]
        if code not in stamp.items:
            if held:
                findings.add(sheet.place(number, "code"), Problem.UNKNOWN_CODE, shown=code)
            continue
        try:
            step = _read_step(sheet, number, cells)
        except _BadStep as bad:
            findings.add(bad.place, bad.problem, shown=bad.shown, field=bad.name, code=code)
            spoilt.add(code)
            continue
        if step is not None:
            found.setdefault(code, []).append(step)
    return {code: tuple(found.get(code, ())) for code in stamp.items} | dict.fromkeys(spoilt)


class _BadStep(ValueError):
    def __init__(self, place: str, problem: Problem, shown: str = "", name: str = "") -> None:
        super().__init__(problem.value)
        self.place, self.problem, self.shown, self.name = place, problem, shown, name


def _read_step(sheet: Sheet, number: int, cells: tuple[Any, ...]) -> StepRow | None:
    read: dict[str, Any] = {}
    for name, field in (("step", _WHAT), ("responsible", _RESPONSIBLE), ("due_on", _DAY), ("done_on", _DAY)):
        place = sheet.place(number, name)
        if name in sheet.columns and sheet.is_merged(number, name):
            raise _BadStep(place, Problem.MERGED)
        try:
            read[name] = answer_in(field, sheet.cell(cells, name))
        except Unreadable as error:
            raise _BadStep(place, error.problem, error.shown) from error
        if len(str(read[name] or "")) > STEP_LIMITS.get(name, 100):
            raise _BadStep(place, Problem.TOO_LONG, str(len(read[name])), name)
    if not any(read.values()):
        return None
    if not read["step"]:
        raise _BadStep(sheet.place(number, "step"), Problem.STEP_WITHOUT_TEXT)
    known = plain_text(sheet.cell(cells, "id")) or str(getattr(sheet.cell(cells, "id"), "value", "") or "")
    return StepRow(
        id=int(known) if known.isascii() and known.isdigit() and len(known) < 10 else None,  # noqa: PLR2004 - ids have fewer digits
        what=read["step"],
        responsible=read["responsible"],
        due_on=read["due_on"],
        done_on=read["done_on"],
    )
