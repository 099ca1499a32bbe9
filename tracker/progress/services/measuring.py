"""What a party says about one cell of an indicator, as one value; what is refused, and what is asked about."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from flask_babel import gettext as _

from tracker.core.errors import DomainError
from tracker.core.filters import number
from tracker.core.numbers import normal, plain
from tracker.instruments.models import Indicator, IndicatorType, Period
from tracker.meetings.models import Round
from tracker.progress.disclosure import TOTAL
from tracker.progress.models import AnswerKind, FigureVersion

#: Indicators that are answered with a number.
MEASURED: Final = frozenset({IndicatorType.COUNT, IndicatorType.AMOUNT, IndicatorType.PERCENT})
#: Words that answer the others, in the order in which they are offered.
WORDS: Final[Mapping[IndicatorType, tuple[str, ...]]] = {
    IndicatorType.YES_NO: ("yes", "no"),
    IndicatorType.YES_PARTLY_NO: ("yes", "partly", "no"),
}
#: Currencies of the region and of its donors; the first goes without saying.
CURRENCIES: Final = ("EUR", "ALL", "BAM", "BGN", "CHF", "HRK", "MDL", "MKD", "RON", "RSD", "USD")
FIRST_YEAR: Final = 2000
LONGEST_LIST: Final = 4000
LONGEST_LINE: Final = 500
LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How exact and how large a number may be, and from which difference to the year before one is asked about."""

    places: int
    most: Decimal
    tolerance: Decimal


LIMITS: Final[Mapping[IndicatorType, Limit]] = {
    IndicatorType.COUNT: Limit(places=0, most=Decimal(100_000_000), tolerance=Decimal(10)),
    IndicatorType.AMOUNT: Limit(places=2, most=Decimal(99_999_999_999), tolerance=Decimal(10_000)),
    IndicatorType.PERCENT: Limit(places=2, most=Decimal(100), tolerance=Decimal(20)),
}
#: The unit of what is counted out of a known number: "procedures of 5".
_OUT_OF: Final = re.compile(r" of (\d+)$")
#: So many times the year before, or so many times less, is asked about.
_JUMP: Final = 3


@dataclass(frozen=True, kw_only=True)
class FigureAnswer:
    """A value, or why there is none. The names are those of the columns of ``models.FigureVersion``."""

    kind: AnswerKind = AnswerKind.VALUE
    value: Decimal | None = None
    #: Yes, partly, no; or a list, one entry a line.
    text: str = ""
    currency: str = ""
    source: str = ""
    note: str = ""

    @property
    def said(self) -> tuple[Any, ...]:
        """What tells two answers apart: 12 and 12.00 are one."""
        value = plain(self.value) if self.value is not None else ""
        return self.kind, value, self.text, self.currency, self.source, self.note


ANSWER_COLUMNS: Final = ("kind", "value", "text", "currency", "source", "note")


def figure_answer(row: FigureVersion | Any) -> FigureAnswer:
    """Return what a version of a figure says; rows of columns with these names will do."""
    return FigureAnswer(**{name: getattr(row, name) for name in ANSWER_COLUMNS})


class FigureRefused(DomainError):
    """The figure cannot be kept; the text says what to enter."""


def cells_of(indicator: Indicator) -> dict[str, list[str]]:
    """Return the cells of each breakdown of an indicator, by dimension."""
    return {
        each["dimension"]: [f"{each['dimension']}={category}" for category in each["categories"]]
        for each in indicator.breakdowns
    }


def year_asked(indicator: Indicator, round_: Round) -> int:
    """Return the year that a round asks an indicator about: the year of the report, or the last that is complete."""
    year = round_.due_on.year
    return year if indicator.period is Period.POINT else year - 1


def require_sound(indicator: Indicator, cell: str, answer: FigureAnswer, *, year: int, this_year: int) -> None:
    """Make sure that a figure can be one of its indicator.

    Raises:
        FigureRefused: it cannot; the text says what to enter.
    """
    if cell != TOTAL and not any(cell in keys for keys in cells_of(indicator).values()):
        raise FigureRefused(_("%(code)s has no such breakdown as “%(cell)s”.", code=indicator.code, cell=cell))
    if not FIRST_YEAR <= year <= this_year:
        raise FigureRefused(_("Enter figures for a year from %(first)s to now.", first=FIRST_YEAR))
    if len(answer.source) > LONGEST_LINE or len(answer.note) > LONGEST_NOTE:
        raise FigureRefused(_("Shorten the source or the note of %(code)s.", code=indicator.code))
    if refusal := refused_answer(indicator, answer):
        raise FigureRefused(refusal)


def refused_answer(indicator: Indicator, answer: FigureAnswer) -> str | None:
    """Return why an answer does not suit its indicator, as an instruction; None if it does."""
    has_value = answer.kind is AnswerKind.VALUE
    if (answer.currency in CURRENCIES) != (has_value and indicator.type is IndicatorType.AMOUNT):
        return str(_("Say in which currency an amount is; other figures have none."))
    if not has_value:
        is_empty = answer.value is None and not answer.text
        return None if is_empty else str(_("Enter a figure or choose why there is none, not both."))
    if indicator.type in MEASURED:
        if answer.value is None or answer.text:
            return str(_("Enter a number, or choose why there is none."))
        return refused_value(indicator, answer.value)
    if answer.value is not None or not _is_word(indicator, answer.text):
        return str(_("Choose one of the answers that %(code)s takes.", code=indicator.code))
    return None


def refused_value(indicator: Indicator, value: Decimal) -> str | None:
    """Return why a number cannot be, as an instruction; None if it can."""
    limit, out_of = LIMITS[indicator.type], _OUT_OF.search(indicator.unit)
    refusal = None
    if not value.is_finite() or value < 0:
        refusal = _("Enter a figure that is not below zero.")
    elif value > limit.most and indicator.type is IndicatorType.PERCENT:
        refusal = _("Enter a percentage from 0 to 100.")
    elif value > limit.most:
        refusal = _("Enter at most %(most)s. Check the zeros.", most=number(limit.most))
    elif out_of and value > int(out_of[1]):
        refusal = _("Enter at most %(most)s: there are no more.", most=out_of[1])
    elif value != round(value, limit.places) and limit.places == 0:
        refusal = _("Enter a whole number: this counts persons or things.")
    elif value != round(value, limit.places):
        refusal = _("Enter at most two decimals.")
    return str(refusal) if refusal else None


def _is_word(indicator: Indicator, text: str) -> bool:
    words = WORDS.get(indicator.type)
    return text in words if words else 0 < len(text) <= LONGEST_LIST


class Doubt(StrEnum):
    """What is asked about, and kept once a person says that it is right."""

    JUMP = "jump"
    SUM = "sum"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something unlikely, in words for the person who entered it."""

    doubt: Doubt
    sentence: str


def questions_about(
    indicator: Indicator, now: Mapping[str, FigureAnswer], before: Mapping[str, FigureAnswer], *, year: int
) -> list[Question]:
    """Return what a person should look at again: cells by name, this year and the year before."""
    if indicator.type not in MEASURED:
        return []
    return [*_jump(indicator, now.get(TOTAL), before.get(TOTAL), year=year), *_sums(indicator, now)]


def _jump(
    indicator: Indicator, now: FigureAnswer | None, before: FigureAnswer | None, *, year: int
) -> Iterable[Question]:
    if now is None or before is None or now.value is None or before.value is None or now.currency != before.currency:
        return
    low, high = sorted((now.value, before.value))
    if high >= low * _JUMP and high - low > LIMITS[indicator.type].tolerance:
        yield Question(
            doubt=Doubt.JUMP,
            sentence=_(
                "You entered %(now)s; for %(year)s it was %(before)s. Correct it, or tick that it is right.",
                now=number(normal(now.value)),
                before=number(normal(before.value)),
                year=str(year - 1),
            ),
        )


def _sums(indicator: Indicator, now: Mapping[str, FigureAnswer]) -> Iterable[Question]:
    total = now.get(TOTAL)
    if total is None or total.value is None or indicator.type is IndicatorType.PERCENT:
        return
    for dimension, cells in cells_of(indicator).items():
        values = [answer.value for cell in cells if (answer := now.get(cell)) and answer.value is not None]
        added = sum(values, Decimal(0))
        if values and (added > total.value or (added < total.value and len(values) == len(cells))):
            yield Question(
                doubt=Doubt.SUM,
                sentence=_(
                    "By %(dimension)s the figures add up to %(added)s, the total is %(total)s. "
                    "Correct one of them, or tick that it is right.",
                    dimension=dimension,
                    added=number(normal(added)),
                    total=number(normal(total.value)),
                ),
            )
