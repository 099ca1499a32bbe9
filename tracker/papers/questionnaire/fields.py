"""The questions of a questionnaire, and how an answer stands in a cell and is read from one. No files, no database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.core.forms import clean, clean_line
from tracker.progress.forms.fields import FIRST_DAY, LAST_DAY
from tracker.progress.forms.updating import LIMITS
from tracker.progress.models import HelpKind, ShareKind
from tracker.progress.services.answers import DraftAnswer
from tracker.progress.statuses import Status

#: What a cell holds: a member of an enum, a text, a tick, a day; None where it is empty.
Value = Enum | str | bool | date | None


class FieldKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    TEXT = "text"
    LINE = "line"
    TICK = "tick"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question. Its number stands in documents, so that a translated or retyped question is still known."""

    number: int
    name: str
    kind: FieldKind
    #: The question, lazily translated.
    words: Any
    hint: Any = ""
    choices: type[Enum] | None = None

    @property
    def limit(self) -> int | None:
        """The longest text, in characters."""
        return LIMITS.get(self.name)

    @property
    def is_list(self) -> bool:
        """Tell whether one of a few words is the answer."""
        return self.kind in (FieldKind.CHOICE, FieldKind.TICK)

    def options(self) -> list[str]:
        """Return the words to choose from."""
        if self.choices is not None:
            return [labels.label(member) for member in self.choices]
        return [str(_("yes")), str(_("no"))] if self.kind is FieldKind.TICK else []


#: A tick here says that the last accepted answer still holds; it is no field of an answer.
NO_CHANGE: Final = "no_change"

FIELDS: Final = tuple(
    Field(number=number, name=name, kind=kind, words=words, hint=hint, choices=choices)
    for number, (name, kind, words, hint, choices) in enumerate(
        (
            (NO_CHANGE, FieldKind.TICK, _l("No change since the last round?"),
             _l("Choose yes if your last answer still holds; leave the rest of the row as it is."), None),
            ("status", FieldKind.CHOICE, _l("How far has implementation come?"),
             _l("Choose the last line that is fully true today."), Status),
            ("narrative", FieldKind.TEXT, _l("What has been done since the last round?"),
             _l("Two or three sentences are enough: what, who, when. "
                "Never name a victim or describe a case that could be recognised."), None),
            ("reason", FieldKind.TEXT, _l("Why does the commitment not apply?"),
             _l("Needed only with “Not applicable”."), None),
            ("obstacles", FieldKind.TEXT, _l("What stands in the way?"), "", None),
            ("next_steps", FieldKind.TEXT, _l("What comes next, and by when?"), "", None),
            ("needs_help", FieldKind.TICK, _l("We need help with this"), "", None),
            ("help_kind", FieldKind.CHOICE, _l("What kind of help?"), "", HelpKind),
            ("help_text", FieldKind.TEXT, _l("What help do you need?"), "", None),
            ("can_share", FieldKind.TICK, _l("We have something to share"), "", None),
            ("share_kind", FieldKind.CHOICE, _l("What kind of thing?"), "", ShareKind),
            ("share_text", FieldKind.TEXT, _l("What can you share?"), "", None),
            ("is_restricted", FieldKind.TICK, _l("Show to the Secretariat only"), "", None),
            ("cleared_by_name", FieldKind.LINE, _l("Cleared by: name"),
             _l("Who in your administration agreed to this answer."), None),
            ("cleared_by_function", FieldKind.LINE, _l("Cleared by: function"), "", None),
            ("cleared_on", FieldKind.DAY, _l("Cleared on"), _l("A day, for example 2026-12-14."), None),
        ),
        start=1,
    )
)  # fmt: skip
BY_NAME: Final[Mapping[str, Field]] = {field.name: field for field in FIELDS}
BY_NUMBER: Final[Mapping[int, Field]] = {field.number: field for field in FIELDS}
#: The questions that are fields of an answer.
ANSWERS: Final = tuple(field for field in FIELDS if field.name != NO_CHANGE)

#: The longest texts of a step; as on its form.
STEP_LIMITS: Final[Mapping[str, int]] = {"step": 500, "responsible": 300}

#: What no XML file can hold, and so no workbook and no document; typed text has the other control characters no more.
_NOT_IN_FILES: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: How workbooks write signs that XML forbids, and how they say that such a spelling is meant as it stands.
_SPELT_OUT: Final = re.compile(r"_x(?:00[01][0-9A-Fa-f]|007[Ff])_|x005[Ff]_")
_YES: Final = frozenset({"yes", "y", "true", "x", "✓", "✔", "1"})
_NO: Final = frozenset({"no", "n", "false", "0"})
#: Day 1 of spreadsheets is 1 January 1900, and they count a 29 February 1900 that never was.
_DAY_ZERO: Final = date(1899, 12, 30)
_WRITTEN_DAYS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%d. %m. %Y", "%d.%m.%Y.", "%d/%m/%Y", "%d %B %Y")


class Problem(StrEnum):
    """Why a cell, a row or a question could not be read."""

    NOT_A_STATUS = "not_a_status"
    NOT_OFFERED = "not_offered"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_DAY = "not_a_day"
    DAY_OUT_OF_RANGE = "day_out_of_range"
    DAY_AHEAD = "day_ahead"
    TOO_LONG = "too_long"
    FORMULA = "formula"
    ERROR_VALUE = "error_value"
    MERGED = "merged"
    UNKNOWN_CODE = "unknown_code"
    SAME_CODE_TWICE = "same_code_twice"
    COLUMN_MISSING = "column_missing"
    QUESTION_MISSING = "question_missing"
    FIGURE_REFUSED = "figure_refused"
    STEP_WITHOUT_TEXT = "step_without_text"


class Unreadable(ValueError):
    """What stands in a cell is no answer to its question."""

    def __init__(self, problem: Problem, shown: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.shown = shown


def fit(text: str) -> str:
    """Return a text as a file can hold it and gives it back: cleaned like typed text, nothing XML forbids, no tabs."""
    return clean(_SPELT_OUT.sub("", _NOT_IN_FILES.sub("", text)).replace("\t", " ")) or ""


def cell_of(field: Field, answer: DraftAnswer) -> Value:
    """Return what the cell of a question holds when it is filled in with an answer."""
    if field.name == NO_CHANGE:
        return None
    value: Value = getattr(answer, field.name)
    if isinstance(value, str) and not isinstance(value, Enum):
        text = fit(value)
        return " ".join(text.split()) if field.kind is FieldKind.LINE else text
    return value


def in_words(field: Field, value: Value) -> str:
    """Return the words that stand in a cell or on the page."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Enum):
        return labels.label(value)
    return "" if value is None else str(value)


def empty(field: Field) -> Value:
    """Return what an empty cell means."""
    return "" if field.kind in (FieldKind.TEXT, FieldKind.LINE) else None


def read_cell(field: Field, raw: object) -> Value:
    """Return the answer that a cell holds; whatever type a program gave it.

    Raises:
        Unreadable: it is no answer to this question.
    """
    if raw is None or (isinstance(raw, str) and not fit(raw)):
        return empty(field)
    match field.kind:
        case FieldKind.TICK:
            return _tick(raw)
        case FieldKind.CHOICE:
            return _choice(field, _as_text(raw))
        case FieldKind.DAY:
            return _day(raw)
        case _:
            return _text(field, _as_text(raw))


def _as_text(raw: object) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat() if (raw.hour, raw.minute, raw.second) == (0, 0, 0) else raw.isoformat(" ")
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, bool):
        return str(_("yes") if raw else _("no"))
    return fit(str(raw))


def _text(field: Field, text: str) -> str:
    if field.kind is FieldKind.LINE:
        text = clean_line(text) or ""
    if field.limit is not None and len(text) > field.limit:
        raise Unreadable(Problem.TOO_LONG, str(len(text)))
    return text


def _tick(raw: object) -> bool:
    word = _as_text(raw).casefold()
    if word in _YES or word == str(_("yes")).casefold():
        return True
    if word in _NO or word == str(_("no")).casefold():
        return False
    raise Unreadable(Problem.NOT_YES_OR_NO, _as_text(raw))


def _choice(field: Field, text: str) -> Enum:
    assert field.choices is not None
    wanted = " ".join(text.split()).casefold()
    for member in field.choices:
        if wanted in (labels.label(member).casefold(), str(member.value)):
            return member
    raise Unreadable(Problem.NOT_A_STATUS if field.choices is Status else Problem.NOT_OFFERED, text)


def _day(raw: object) -> date:
    found = _found_day(raw)
    if found is None:
        raise Unreadable(Problem.NOT_A_DAY, _as_text(raw))
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Unreadable(Problem.DAY_OUT_OF_RANGE, found.isoformat())
    return found


def _found_day(raw: object) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _DAY_ZERO + timedelta(days=int(raw)) if 0 < raw < 200_000 else None  # noqa: PLR2004 - some day after LAST_DAY
    text = " ".join(str(raw).split())
    if text.isdigit() and len(text) == 5:  # noqa: PLR2004 - a day's number that lost its format: 46370
        return _DAY_ZERO + timedelta(days=int(text))
    for written in _WRITTEN_DAYS:
        try:
            return datetime.strptime(text, written).date()  # noqa: DTZ007 - a calendar day
        except ValueError:
            continue
    return None
