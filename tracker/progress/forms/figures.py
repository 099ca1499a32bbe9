"""The fields for figures: in the update form for one item, and on the page of a party for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from tracker.core.forms import clean, clean_line, options
from tracker.core.labels import label
from tracker.core.numbers import NumberRefused, plain, read_decimal
from tracker.instruments.models import Indicator, IndicatorType, Period
from tracker.progress.disclosure import TOTAL
from tracker.progress.figure_words import WORD_LABELS
from tracker.progress.forms.fields import AtMost, choice_field
from tracker.progress.models import AnswerKind
from tracker.progress.services.figures import Asked, Clash, Entry, Stored
from tracker.progress.services.measuring import (
    CURRENCIES,
    LONGEST_LINE,
    LONGEST_LIST,
    LONGEST_NOTE,
    MEASURED,
    WORDS,
    Doubt,
    FigureAnswer,
    Question,
    cells_of,
    questions_about,
    refused_value,
)

#: Stands before the names of all fields, so that other forms can hold them.
PREFIX: Final = "figures"
REASONS: Final = (AnswerKind.NOT_AVAILABLE, AnswerKind.NOT_APPLICABLE, AnswerKind.NOT_DISCLOSED)
_WRONG: Final = _l("Choose one of the answers that are offered.")


class NumberField(StringField):
    """A number as people type it; what was typed is shown again."""

    def __init__(self, label: Any = None, *, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(label, filters=[clean_line], **kwargs)
        self.indicator = indicator
        self.number: Decimal | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the number; refuse with a sentence what none can be."""
        typed = self.data or ""
        if self.indicator.type is IndicatorType.PERCENT:
            typed = typed.removesuffix("%").strip()
        if not typed:
            return
        try:
            self.number = read_decimal(typed)
        except NumberRefused as error:
            raise ValidationError(str(error)) from error
        if refusal := refused_value(self.indicator, self.number):
            raise ValidationError(refusal)


class IndicatorForm(Form):
    """What is entered for one indicator and year; made for it by :func:`_form_of`."""

    #: The versions that the form shows, cell by cell.
    seen = HiddenField(filters=[clean_line])
    source = StringField(_l("Source"), filters=[clean_line], default="", validators=[AtMost(LONGEST_LINE)])
    note = TextAreaField(_l("Note"), filters=[clean], default="", validators=[AtMost(LONGEST_NOTE)])
    sure = BooleanField(_l("This figure is right"))

    def answer(self, name: str) -> FigureAnswer | None:
        """Return what was typed into the field of a cell; None where it was left empty."""
        field = self[name]
        if isinstance(field, NumberField):
            return None if field.number is None else FigureAnswer(value=field.number)
        typed = field.data or ""
        if typed in {each.value for each in REASONS}:
            return FigureAnswer(kind=AnswerKind(typed))
        return FigureAnswer(text=typed) if typed else None


def _words_of(type_: IndicatorType) -> list[Any]:
    words = [(word, WORD_LABELS[word]) for word in WORDS[type_]]
    return [*options([("", _l("Choose")), *words]), *_reasons(group=str(_l("or why there is no answer")))]


def _reasons(group: str | None = None) -> list[Any]:
    return options(((each.value, label(each)) for each in REASONS), group=group)


def _field(indicator: Indicator, words: Any) -> Any:
    type_ = indicator.type
    if type_ in MEASURED:
        return NumberField(words, indicator=indicator, default="")
    if type_ is IndicatorType.LIST:
        hint = _l("One entry a line.")
        return TextAreaField(words, description=hint, filters=[clean], default="", validators=[AtMost(LONGEST_LIST)])
    return choice_field(SelectField, words, choices=lambda: _words_of(type_), default="", wrong=_WRONG)


def _form_of(indicator: Indicator, year: int) -> type[IndicatorForm]:
    """Return the class of the form for an indicator: its fields depend on its kind and its breakdowns."""
    words = f"{indicator.code}, {year}"
    fields: dict[str, Any] = {"value": _field(indicator, words)}
    if indicator.type not in WORDS:
        fields["reason"] = choice_field(
            SelectField,
            _l("Why there is none (%(what)s)", what=words),
            choices=lambda: [*options([("", _l("why there is none"))]), *_reasons()],
            default="",
            wrong=_WRONG,
        )
    if indicator.type is IndicatorType.AMOUNT:
        fields["currency"] = choice_field(
            SelectField,
            _l("Currency (%(what)s)", what=words),
            choices=options((each, each) for each in CURRENCIES),
            default=CURRENCIES[0],
            wrong=_WRONG,
        )
    for place, cell in enumerate(cell for cells in cells_of(indicator).values() for cell in cells):
        fields[f"cell{place}"] = _field(indicator, cell.partition("=")[2])
    return type("IndicatorForm", (IndicatorForm,), fields)


@dataclass
class FigureLine:
    """An indicator on the page: what is asked, its fields, and what stands against it."""

    asked: Asked
    form: Any
    #: By breakdown, cell and the name of its field.
    parts: Mapping[str, Sequence[tuple[str, str]]]
    questions: Sequence[Question] = ()
    clashes: Sequence[Clash] = ()

    @property
    def is_measured(self) -> bool:
        return self.asked.indicator.type in MEASURED

    @property
    def is_list(self) -> bool:
        return self.asked.indicator.type is IndicatorType.LIST

    @property
    def is_of_today(self) -> bool:
        return self.asked.indicator.period is Period.POINT

    @property
    def fields(self) -> dict[str, str]:
        """The name of the field of each cell."""
        return {TOTAL: "value"} | {cell: name for parts in self.parts.values() for cell, name in parts}

    @property
    def is_sent(self) -> bool:
        """Tell whether the form that was sent held this indicator."""
        return bool(self.form.seen.data)

    @property
    def stands_out(self) -> bool:
        """Tell whether something on the line waits for the person."""
        return bool(self.questions or self.clashes or any(field.errors for field in self.form))

    @property
    def is_answered(self) -> bool:
        """Tell whether something stands for the year asked."""
        return bool(self.asked.now)

    def has_parts(self) -> bool:
        """Tell whether anything stands or was typed in a breakdown: then it is shown open."""
        return any(self.form[name].data or self.form[name].errors for cell, name in self.fields.items() if cell)


class FigureSheet:
    """All indicators that a form holds."""

    def __init__(self, asked: Sequence[Asked], formdata: Any = None) -> None:
        names = {f"{each.indicator.code}-{each.year}": each for each in asked}
        made = type("Figures", (Form,), {name: FormField(_form_of(x.indicator, x.year)) for name, x in names.items()})
        data = None if formdata is not None else {name: _shown(each) for name, each in names.items()}
        self.form: Form = made(formdata, prefix=PREFIX, data=data)
        self.lines = [
            FigureLine(asked=each, form=self.form[name].form, parts=_parts(each.indicator))
            for name, each in names.items()
        ]
        self._is_sent = formdata is not None

    def validate(self) -> bool:
        """Check what was typed; ask about what is unlikely. Lines that the form did not hold are left alone."""
        sound = [line for line in self._sent() if line.form.validate() and _agrees(line)]
        is_settled = not self._questions(sound)
        return is_settled and len(sound) == len(self._sent())

    def entries(self) -> list[Entry]:
        """Return what was typed; call only after validation."""
        return [entry for line in self._sent() for entry in _entries(line)]

    def by_theme(self) -> list[tuple[tuple[str, str], list[FigureLine]]]:
        """Return the lines under their themes."""
        themes: dict[tuple[str, str], list[FigureLine]] = {}
        for line in self.lines:
            themes.setdefault(line.asked.theme, []).append(line)
        return list(themes.items())

    def show_clashes(self, clashes: Iterable[Clash]) -> None:
        """Show what somebody else entered; saving again puts what was typed in its place."""
        for clash in clashes:
            entry = clash.entry
            for line in self.lines:
                if (line.asked.indicator.code, line.asked.year) == (entry.indicator.code, entry.year):
                    line.clashes = [*line.clashes, clash]
                    line.form.seen.data = _seen(line.asked)

    def _sent(self) -> list[FigureLine]:
        return [line for line in self.lines if self._is_sent and line.is_sent]

    @staticmethod
    def _questions(lines: Iterable[FigureLine]) -> bool:
        """Ask about what is new and unlikely; return whether a tick is missing."""
        is_open = False
        for line in lines:
            asked = line.asked
            typed = {entry.cell: entry.answer for entry in _entries(line) if entry.answer is not None}
            stands = {cell: stored.answer.said for cell, stored in asked.now.items()}
            if all(stands.get(cell) == answer.said for cell, answer in typed.items()):
                continue
            line.questions = questions_about(asked.indicator, typed, asked.answers_before(), year=asked.year)
            if line.questions and not line.form.sure.data:
                line.form.sure.errors = [each.sentence for each in line.questions]
                is_open = True
        return is_open


def _parts(indicator: Indicator) -> dict[str, list[tuple[str, str]]]:
    names = iter(range(1000))
    return {
        dimension: [(cell, f"cell{next(names)}") for cell in cells] for dimension, cells in cells_of(indicator).items()
    }


def _seen(asked: Asked) -> str:
    cells = [TOTAL, *(cell for cells in cells_of(asked.indicator).values() for cell in cells)]
    return ".".join(str(asked.now[cell].number if cell in asked.now else 0) for cell in cells)


def _shown(asked: Asked) -> dict[str, Any]:
    """Return what the fields of an indicator show."""
    total = asked.now.get(TOTAL)
    shown: dict[str, Any] = {"seen": _seen(asked), "value": _typed(total, asked.indicator)}
    if total is not None:
        shown |= {"source": total.answer.source, "note": total.answer.note}
        shown["reason"] = total.answer.kind.value if total.answer.kind in REASONS else ""
        shown["currency"] = total.answer.currency or CURRENCIES[0]
    for parts in _parts(asked.indicator).values():
        shown |= {name: _typed(asked.now.get(cell), asked.indicator) for cell, name in parts}
    return shown


def _typed(stored: Stored | None, indicator: Indicator) -> str:
    if stored is None:
        return ""
    answer = stored.answer
    if answer.value is not None:
        return plain(answer.value)
    return answer.kind.value if answer.kind in REASONS and indicator.type in WORDS else answer.text


def _agrees(line: FigureLine) -> bool:
    """Tell whether the fields of a line go together; else an error stands beside one of them."""
    form = line.form
    has_value, reason = form.answer("value") is not None, form["reason"].data if "reason" in form else ""
    if has_value and reason:
        form.value.errors = [_l("Enter a figure or choose why there is none, not both.")]
    elif not has_value and not reason and (form.source.data or form.note.data):
        form.value.errors = [_l("Enter a figure, or choose why there is none; then give source and note.")]
    return not form.value.errors


def _entries(line: FigureLine) -> list[Entry]:
    form, asked = line.form, line.asked
    total = form.answer("value")
    if total is None and "reason" in form and form.reason.data:
        total = FigureAnswer(kind=AnswerKind(form.reason.data))
    currency = form.currency.data if "currency" in form else ""
    seen = [int(part) if part.isascii() and part.isdigit() else -1 for part in (form.seen.data or "").split(".")]
    entries = []
    for place, (cell, name) in enumerate(line.fields.items()):
        answer = total if cell == TOTAL else form.answer(name)
        if answer is not None:
            answer = FigureAnswer(
                kind=answer.kind,
                value=answer.value,
                text=answer.text,
                currency=currency if answer.value is not None else "",
                source=form.source.data or "" if cell == TOTAL else "",
                note=form.note.data or "" if cell == TOTAL else "",
            )
        entries.append(
            Entry(
                indicator=asked.indicator,
                year=asked.year,
                cell=cell,
                answer=answer,
                seen=seen[place] if place < len(seen) else -1,
                confirmed=_confirmed(line),
            )
        )
    return entries


def _confirmed(line: FigureLine) -> frozenset[Doubt]:
    return frozenset(each.doubt for each in line.questions) if line.form.sure.data else frozenset()
