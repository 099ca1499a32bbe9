"""What a questionnaire holds, as plain values: what goes into a file, and what was read from one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from tracker.papers.questionnaire.fields import BY_NAME, Problem, Value
from tracker.papers.questionnaire.figures import FigureRow, ReadFigure
from tracker.papers.questionnaire.stamp import Made, Stamp
from tracker.progress.models import AnswerKind
from tracker.progress.services.measuring import FigureAnswer


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """A practical step. ``id`` names one that stands; None is a new one."""

    id: int | None
    what: str
    responsible: str = ""
    due_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One item of the questionnaire."""

    code: str
    title: str
    instrument: str
    #: Where its update stands, in words.
    state: str
    #: What is with the Secretariat or accepted is shown and not asked for.
    is_open: bool
    #: The last accepted answer: its status and its texts, in words; empty where there is none.
    last_status: str = ""
    last_text: str = ""
    #: Why the Secretariat returned it, if it did.
    note: str = ""
    #: What stands in the cells to be filled in.
    values: Mapping[str, Value] = field(default_factory=dict)
    steps: tuple[StepRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """What a round asks one party, or one contributor, as one file says it. Texts are in the reader's language."""

    party: str
    footnote: str
    meeting: str
    meeting_code: str
    #: Until when, with the zones: "14 December 2026, 23:59, Tirana time".
    deadline: str
    #: For whom and when it was made.
    made: str
    #: Where the file is handed in.
    address: str
    is_filled: bool
    #: Whether steps are asked for.
    with_steps: bool
    #: A file of made-up data.
    is_sample: bool
    entries: tuple[Entry, ...]
    #: The rows of the sheet of figures; workbooks only.
    figures: tuple[FigureRow, ...] = ()
    #: Signed; see ``stamp``.
    stamp: str

    @property
    def title(self) -> str:
        return f"{self.party}: {self.meeting}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that could not be read, and where: ``Answers!F12``."""

    place: str
    problem: Problem
    #: What stands there, cut short; or the length of a text that is too long.
    shown: str = ""
    #: The question it is about; empty where it is about a whole row.
    field: str = ""
    #: The item it is about, where the place does not say it.
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was read about one item. Cells that could not be read are left out."""

    code: str
    values: Mapping[str, Value]
    #: None where the file asks for no steps, or they could not be read.
    steps: tuple[StepRow, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file says."""

    stamp: Stamp
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    figures: tuple[ReadFigure, ...] = ()

    def write(self) -> bytes:
        """Return it as JSON, for the page that shows it."""
        content = {
            "stamp": {
                "party": self.stamp.party,
                "meeting": self.stamp.meeting,
                "made_at": self.stamp.made_at.isoformat(),
                "is_filled": self.stamp.is_filled,
                "items": {c: [m.seen, m.cells, m.plan, m.steps] for c, m in self.stamp.items.items()},
                "figures": {key: list(held) for key, held in self.stamp.figures.items()},
            },
            "rows": [
                {
                    "code": row.code,
                    "values": {name: _plain(value) for name, value in row.values.items()},
                    "steps": None if row.steps is None else [_plain_step(step) for step in row.steps],
                }
                for row in self.rows
            ],
            "figures": [[row.key, _plain_figure(row.answer)] for row in self.figures],
            "findings": [[f.place, f.problem.value, f.shown, f.field, f.code] for f in self.findings],
        }
        return json.dumps(content, ensure_ascii=False).encode()


def reading_from(content: bytes) -> Reading:
    """Return what :meth:`Reading.write` wrote."""
    found: dict[str, Any] = json.loads(content)
    stamp = found["stamp"]
    return Reading(
        stamp=Stamp(
            party=stamp["party"],
            meeting=stamp["meeting"],
            made_at=datetime.fromisoformat(stamp["made_at"]),
            is_filled=stamp["is_filled"],
            items={
                code: Made(seen=seen, cells=cells, plan=plan, steps=steps)
                for code, (seen, cells, plan, steps) in stamp["items"].items()
            },
            figures={key: (number, digest) for key, (number, digest) in stamp["figures"].items()},
        ),
        rows=tuple(
            Row(
                code=row["code"],
                values={name: _value(name, value) for name, value in row["values"].items()},
                steps=None if row["steps"] is None else tuple(_step(step) for step in row["steps"]),
            )
            for row in found["rows"]
        ),
        findings=tuple(
            Finding(place=place, problem=Problem(problem), shown=shown, field=name, code=code)
            for place, problem, shown, name, code in found["findings"]
        ),
        figures=tuple(ReadFigure(key=key, answer=_figure(parts)) for key, parts in found["figures"]),
    )


def _plain(value: Value) -> object:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, value: Any) -> Value:
    choices = BY_NAME[name].choices
    if value is None or isinstance(value, bool):
        return value
    if choices is not None:
        return choices(value)
    return date.fromisoformat(value) if name == "cleared_on" else str(value)


def _plain_figure(answer: FigureAnswer | None) -> list[str] | None:
    return None if answer is None else [str(part.value if isinstance(part, Enum) else part) for part in answer.said]


def _figure(parts: Any) -> FigureAnswer | None:
    if parts is None:
        return None
    kind, value, text, currency, source, note = parts
    return FigureAnswer(
        kind=AnswerKind(kind),
        value=Decimal(value) if value else None,
        text=text,
        currency=currency,
        source=source,
        note=note,
    )


def _plain_step(step: StepRow) -> list[object]:
    return [step.id, step.what, step.responsible, _plain(step.due_on), _plain(step.done_on)]


def _step(parts: Any) -> StepRow:
    id_, what, responsible, due_on, done_on = parts
    return StepRow(
        id=id_,
        what=what,
        responsible=responsible,
        due_on=date.fromisoformat(due_on) if due_on else None,
        done_on=date.fromisoformat(done_on) if done_on else None,
    )
