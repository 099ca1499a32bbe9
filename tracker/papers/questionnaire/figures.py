"""The sheet of figures: what it asks, how an answer stands in its cells, what a file would change. No files here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _

from tracker.core.labels import label
from tracker.core.numbers import NumberRefused, plain, read_decimal
from tracker.instruments.models import Indicator, IndicatorType
from tracker.papers.questionnaire.fields import Problem, Unreadable, fit
from tracker.papers.questionnaire.stamp import digest
from tracker.progress.disclosure import TOTAL
from tracker.progress.figure_words import WORD_LABELS, figure_words
from tracker.progress.models import AnswerKind
from tracker.progress.services.figures import Asked, Entry, Stored
from tracker.progress.services.measuring import (
    CURRENCIES,
    LONGEST_LIST,
    MEASURED,
    WORDS,
    FigureAnswer,
    Question,
    cells_of,
    questions_about,
    refused_value,
)

REASONS: Final = (AnswerKind.NOT_AVAILABLE, AnswerKind.NOT_APPLICABLE, AnswerKind.NOT_DISCLOSED)
#: Between the parts of the name of a row: the indicator's unit, code and kind, the year, the cell.
_BETWEEN: Final = "|"


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One cell of an indicator, as the sheet asks for it."""

    key: str
    code: str
    what: str
    year: int
    #: The category of a breakdown; empty for the total.
    cell: str
    #: The figure of the year before, in words.
    before: str
    type: IndicatorType
    #: What stands; None where nothing was entered.
    answer: FigureAnswer | None
    #: The version that stands; 0 where none does.
    number: int = 0

    @property
    def is_total(self) -> bool:
        return not self.cell

    @property
    def typed(self) -> str:
        """What stands in the cell of the figure."""
        if self.answer is None or self.answer.kind is not AnswerKind.VALUE:
            return ""
        if self.answer.value is not None:
            return plain(self.answer.value)
        return str(WORD_LABELS.get(self.answer.text, self.answer.text)) if self.type in WORDS else self.answer.text

    @property
    def reason(self) -> str:
        """Why there is no figure, in words."""
        return label(self.answer.kind) if self.answer is not None and self.answer.kind in REASONS else ""


@dataclass(frozen=True, kw_only=True)
class ReadFigure:
    """What a row of the sheet says; None: it is empty."""

    key: str
    answer: FigureAnswer | None


@dataclass(frozen=True, kw_only=True)
class FigureLine:
    """One figure that the file changes."""

    entry: Entry
    cell: str
    was: str
    becomes: str
    #: Somebody entered another one since the file was made: what, who, when.
    theirs: Stored | None


@dataclass(frozen=True, kw_only=True)
class FigureDifference:
    """What the file changes about one indicator and year."""

    indicator: Indicator
    year: int
    lines: tuple[FigureLine, ...]
    questions: tuple[Question, ...]

    @property
    def code(self) -> str:
        return f"{self.indicator.code}-{self.year}"

    @property
    def seen(self) -> str:
        """The versions that stand, as the form carries them."""
        return ".".join(str(line.entry.seen or 0) for line in self.lines)

    @property
    def is_expected(self) -> bool:
        """Tell whether its box is ticked from the start: where nothing is unlikely, and nobody else was there."""
        return not self.questions and not any(line.theirs for line in self.lines)


def rows_of(asked: Iterable[Asked], *, is_filled: bool) -> tuple[FigureRow, ...]:
    """Return the rows of the sheet: each indicator with the cells of its breakdowns."""
    return tuple(_row(each, cell, is_filled=is_filled) for each in asked for cell in _cells(each.indicator))


def _cells(indicator: Indicator) -> list[str]:
    return [TOTAL, *(cell for cells in cells_of(indicator).values() for cell in cells)]


def _row(asked: Asked, cell: str, *, is_filled: bool) -> FigureRow:
    indicator, now, before = asked.indicator, asked.now.get(cell), asked.before.get(cell)
    unit = f" ({indicator.unit})" if indicator.unit else ""
    return FigureRow(
        key=_key(indicator, asked.year, cell),
        code=indicator.code,
        what=indicator.title + unit,
        year=asked.year,
        cell=cell.replace("=", ": ", 1),
        before=figure_words(before.answer, indicator.unit) if before is not None else "",
        type=indicator.type,
        answer=as_in_cells(now.answer, is_total=cell == TOTAL) if now is not None and is_filled else None,
        number=now.number if now is not None else 0,
    )


def _key(indicator: Indicator, year: int, cell: str) -> str:
    unit = indicator.unit.replace(_BETWEEN, " ")
    return _BETWEEN.join((unit, indicator.code, indicator.type.value, str(year), cell))


def as_in_cells(answer: FigureAnswer, *, is_total: bool) -> FigureAnswer:
    """Return an answer as the cells of a row can hold it."""
    return replace(
        answer,
        text=fit(answer.text),
        source=" ".join(fit(answer.source).split()) if is_total else "",
        note=fit(answer.note) if is_total else "",
    )


def digest_of(answer: FigureAnswer | None) -> str:
    """Return the digest of what stands in a row."""
    return digest(None if answer is None else list(answer.said))


def read_row(key: str, cells: Mapping[str, Any]) -> ReadFigure:
    """Return what a row says.

    Args:
        key: its name.
        cells: what stands under ``value``, ``reason``, ``currency``, ``source`` and ``note``.

    Raises:
        Unreadable: the figure or the reason is none.
    """
    unit, _code, kind, _year, cell = key.split(_BETWEEN, 4)
    indicator = Indicator(type=IndicatorType(kind), unit=unit)
    texts = {name: fit(_as_text(value)) for name, value in cells.items()}
    reason, currency = _reason(texts["reason"]), texts["currency"].upper()
    value = _value(indicator, texts["value"])
    source, note = " ".join(texts["source"].split()), texts["note"]
    if value is not None and reason is not None:
        raise Unreadable(Problem.FIGURE_REFUSED, str(_("Enter a figure or choose why there is none, not both.")))
    if value is None and reason is None:
        if source or note:
            raise Unreadable(
                Problem.FIGURE_REFUSED,
                str(_("Enter a figure, or choose why there is none; then give source and note.")),
            )
        return ReadFigure(key=key, answer=None)
    if currency and currency not in CURRENCIES:
        raise Unreadable(Problem.NOT_OFFERED, currency)
    answer = FigureAnswer(kind=reason) if reason is not None else value
    assert answer is not None
    if indicator.type is IndicatorType.AMOUNT and answer.value is not None:
        answer = replace(answer, currency=currency or CURRENCIES[0])
    return ReadFigure(key=key, answer=replace(answer, source=source, note=note) if cell == TOTAL else answer)


def with_currencies(rows: Sequence[ReadFigure]) -> tuple[ReadFigure, ...]:
    """Return the rows with the cells of each breakdown in the currency of their total."""
    totals = {row.key: row.answer.currency for row in rows if row.answer is not None and row.key.endswith(_BETWEEN)}
    return tuple(
        replace(row, answer=replace(row.answer, currency=totals.get(_total_of(row.key), row.answer.currency)))
        if row.answer is not None and row.answer.currency
        else row
        for row in rows
    )


def _total_of(key: str) -> str:
    return _BETWEEN.join([*key.split(_BETWEEN, 4)[:4], TOTAL])


def _as_text(raw: Any) -> str:
    if isinstance(raw, bool):
        return str(WORD_LABELS["yes" if raw else "no"])
    if isinstance(raw, float):
        return plain(Decimal(repr(raw)))
    return "" if raw is None else str(raw)


def _reason(text: str) -> AnswerKind | None:
    if not text:
        return None
    for kind in REASONS:
        if text.casefold() in (label(kind).casefold(), kind.value):
            return kind
    raise Unreadable(Problem.NOT_OFFERED, text)


def _value(indicator: Indicator, text: str) -> FigureAnswer | None:
    type_ = indicator.type
    if not text:
        return None
    if type_ in MEASURED:
        try:
            number = read_decimal(text.removesuffix("%") if type_ is IndicatorType.PERCENT else text)
        except NumberRefused as error:
            raise Unreadable(Problem.FIGURE_REFUSED, str(error)) from error
        if refusal := refused_value(indicator, number):
            raise Unreadable(Problem.FIGURE_REFUSED, refusal)
        return FigureAnswer(value=number)
    if type_ in WORDS:
        word = next((w for w in WORDS[type_] if text.casefold() in (str(WORD_LABELS[w]).casefold(), w)), None)
        if word is None:
            raise Unreadable(Problem.NOT_OFFERED, text)
        return FigureAnswer(text=word)
    if len(text) > LONGEST_LIST:
        raise Unreadable(Problem.TOO_LONG, str(len(text)))
    return FigureAnswer(text=text)


def compare_figures(
    read: Sequence[ReadFigure], stamped: Mapping[str, tuple[int, str]], asked: Sequence[Asked]
) -> tuple[FigureDifference, ...]:
    """Return what a file changes about the figures that the person may enter.

    Args:
        read: what the sheet says.
        stamped: by the name of a row, the version that stood when the file was made and the digest of the row.
        asked: the indicators, with what stands now.
    """
    changed = {
        row.key: row.answer for row in read if row.key in stamped and digest_of(row.answer) != stamped[row.key][1]
    }
    found = (_difference(each, changed, stamped) for each in asked)
    return tuple(each for each in found if each.lines)


def _difference(
    asked: Asked, changed: Mapping[str, FigureAnswer | None], stamped: Mapping[str, tuple[int, str]]
) -> FigureDifference:
    lines, meant = [], asked.answers()
    for cell in _cells(asked.indicator):
        key = _key(asked.indicator, asked.year, cell)
        if key not in changed:
            continue
        mine, stands = changed[key], asked.now.get(cell)
        now = as_in_cells(stands.answer, is_total=cell == TOTAL) if stands is not None else None
        is_emptied_again = mine is None and (now is None or now.kind is not AnswerKind.VALUE)
        if is_emptied_again or (mine is not None and now is not None and mine.said == now.said):
            continue
        if mine is None:
            meant.pop(cell, None)
        else:
            meant[cell] = mine
        number = stands.number if stands is not None else 0
        lines.append(
            FigureLine(
                entry=Entry(indicator=asked.indicator, year=asked.year, cell=cell, answer=mine, seen=number),
                cell=cell.replace("=", ": ", 1),
                was=_words(now, asked.indicator),
                becomes=_words(mine, asked.indicator),
                theirs=stands if number != stamped[key][0] else None,
            )
        )
    questions = questions_about(asked.indicator, meant, asked.answers_before(), year=asked.year) if lines else []
    return FigureDifference(indicator=asked.indicator, year=asked.year, lines=tuple(lines), questions=tuple(questions))


def _words(answer: FigureAnswer | None, indicator: Indicator) -> str:
    if answer is None:
        return ""
    parts = (figure_words(answer, indicator.unit), answer.source, answer.note)
    return "; ".join(part for part in parts if part)


def entries_of(difference: FigureDifference, seen: str) -> list[Entry]:
    """Return what is entered when a person takes the figures of an indicator: what was unlikely is right, then.

    Args:
        difference: what the file changes.
        seen: the versions that stood when the person was shown it.
    """
    sent = [int(part) if part.isascii() and part.isdigit() and len(part) < 10 else -1 for part in seen.split(".")]  # noqa: PLR2004 - versions have fewer digits
    doubts = frozenset(question.doubt for question in difference.questions)
    return [
        replace(line.entry, seen=sent[place] if place < len(sent) else -1, confirmed=doubts)
        for place, line in enumerate(difference.lines)
    ]
