"""Reading a questionnaire that came back as a document. Only the job process loads this.

Text is gathered from whatever stands in a cell: runs, links, content controls, insertions that are still marked as
such. Deletions, comments, notes and instructions of fields are left out.
"""

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from docx import Document
from docx.oxml.ns import qn
from flask_babel import lazy_gettext as _l

from tracker.papers.questionnaire.content import Reading, Row
from tracker.papers.questionnaire.document_writing import STAMP_MARK, choose
from tracker.papers.questionnaire.fields import BY_NUMBER, FIELDS, Problem, Unreadable, Value, read_cell
from tracker.papers.questionnaire.findings import Findings
from tracker.papers.questionnaire.packages import DAMAGED, FileRefused
from tracker.papers.questionnaire.stamp import LONGEST, Stamp

_MOST_TABLES: Final = 600
_MOST_ROWS: Final = 60
#: The longest text that is gathered from one cell; what is longer is refused as too long anyway.
_MOST_LETTERS: Final = 60_000
_NUMBER: Final = re.compile(r"\s*([0-9]{1,2})\s*[.)]")
_CODE: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9_-]{0,63})")
_LEFT_OUT: Final = frozenset(
    qn(f"w:{name}") for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr", "tbl")
)
_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
#: Signs that have an element of their own.
_SIGNS: Final = {qn("w:noBreakHyphen"): "\u2011", qn("w:softHyphen"): "\u00ad"}
_PARAGRAPH, _CELL, _ROW, _TABLE = qn("w:p"), qn("w:tc"), qn("w:tr"), qn("w:tbl")


def stamp_in(content: bytes) -> str:
    """Return the stamp that the document carries; nothing where there is none.

    Raises:
        FileRefused: it cannot be opened.
    """
    for paragraph in reversed(list(_body(content).iter(_PARAGRAPH))):
        text = _text_in(paragraph)
        if STAMP_MARK in text:
            return "".join(text.split(STAMP_MARK, 1)[1].split())[: LONGEST + 1]
    return ""


def read_document(content: bytes, stamp: Stamp, *, today: date) -> Reading:
    """Return what the document says.

    Args:
        content: the file, looked at already.
        stamp: its stamp.
        today: the party's day; no answer is cleared later.

    Raises:
        FileRefused: it cannot be opened, or none of its tables is there.
    """
    findings = Findings()
    found: dict[str, Row] = {}
    twice: set[str] = set()
    for number, table in enumerate(_body(content).iter(_TABLE)):
        if number >= _MOST_TABLES:
            break
        rows = [row for row in table if row.tag == _ROW][:_MOST_ROWS]
        code = _code_of(rows, stamp)
        if code is None:
            continue
        if code in found:
            twice.add(code)
            findings.add(code, Problem.SAME_CODE_TWICE, shown=code, code=code)
            continue
        found[code] = Row(code=code, values=dict(_read_rows(code, rows[1:], findings, today=today)))
    if not found:
        raise FileRefused(
            _l("The tables of the questionnaire cannot be recognised. Download it anew, and copy your text into it.")
        )
    return Reading(
        stamp=stamp, rows=tuple(row for code, row in found.items() if code not in twice), findings=tuple(findings)
    )


def _body(content: bytes) -> Any:
    try:
        return Document(io.BytesIO(content)).element.body
    except Exception as error:  # the library raises whatever comes at files that no program wrote
        raise FileRefused(DAMAGED) from error


def _code_of(rows: list[Any], stamp: Stamp) -> str | None:
    """Return the code of the item that a table is about; None where it is about none of ours."""
    cells = [cell for cell in (rows[0] if rows else ()) if cell.tag == _CELL]
    begins = _CODE.match(_cell_text(cells[0])) if cells else None
    return begins[1] if begins is not None and begins[1] in stamp.items else None


def _read_rows(code: str, rows: list[Any], findings: Findings, *, today: date) -> Iterator[tuple[str, Value]]:
    """Return what a table answers, question by question."""
    seen: set[str] = set()
    for row in rows:
        cells = list(_cells(row))
        number = _NUMBER.match(_cell_text(cells[0])) if cells else None
        field = BY_NUMBER.get(int(number[1])) if number is not None else None
        if field is None or field.name in seen:
            continue
        seen.add(field.name)
        place = f"{code}, {field.number}"
        if len(cells) != 2:  # noqa: PLR2004 - a question and its answer
            findings.add(place, Problem.MERGED, field=field.name, code=code)
            continue
        text = _cell_text(cells[1])
        if field.is_list and text.strip() == choose():
            text = ""
        try:
            value = read_cell(field, text)
            if isinstance(value, date) and value > today:
                raise Unreadable(Problem.DAY_AHEAD, value.isoformat())
        except Unreadable as error:
            findings.add(place, error.problem, shown=error.shown, field=field.name, code=code)
            continue
        yield field.name, value
    for field in FIELDS:
        if field.name not in seen:
            findings.add(code, Problem.QUESTION_MISSING, field=field.name, code=code)


def _cells(row: Any) -> Iterator[Any]:
    """Return the cells of a row, those inside content controls too."""
    for child in row:
        if child.tag == _CELL:
            yield child
        elif child.tag == qn("w:sdt"):
            yield from (cell for cell in child.iter(_CELL))


def _cell_text(cell: Any) -> str:
    """Return the text of a cell, one line per paragraph."""
    return "\n".join(_text_in(paragraph) for paragraph in _paragraphs(cell))[:_MOST_LETTERS]


def _paragraphs(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == _PARAGRAPH:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _paragraphs(child)


def _text_in(element: Any) -> str:
    parts: list[str] = []
    _gather(element, parts)
    return "".join(parts)


def _gather(element: Any, parts: list[str]) -> None:
    for child in element:
        tag = child.tag
        if tag == _TEXT:
            parts.append(child.text or "")
        elif tag == _TAB:
            parts.append("\t")
        elif tag in (_BREAK, _RETURN):
            parts.append("\n")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif isinstance(tag, str) and tag not in _LEFT_OUT:
            _gather(child, parts)
