"""Fields that the forms of reporting share: days, choices of an enum, limits."""

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, Form, RadioField
from wtforms.form import BaseForm
from wtforms.validators import Optional, StopValidation, ValidationError

from tracker.core import labels
from tracker.core.forms import clean_line, options

#: No day of reporting lies outside.
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)


class AtMost:
    """Limits a text and names the limit. Sets no ``maxlength``: browsers cut pasted text without a word."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: Form, field: Field) -> None:
        length = len(field.data or "")
        if length > self.limit:
            raise StopValidation(
                _l("Use at most %(limit)s characters; this has %(length)s.", limit=self.limit, length=length)
            )


class Within:
    """Refuses days that nobody means; empty days pass."""

    def __call__(self, _form: Form, field: Field) -> None:
        if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
            raise ValidationError(
                _l("Enter a day between %(first)s and %(last)s.", first=FIRST_DAY.year, last=LAST_DAY.year)
            )


class DayField(DateField):
    """A calendar day; what was typed is shown again without control characters."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day that was typed."""
        self.raw_data = [clean_line(value) or "" for value in valuelist]
        super().process_formdata(self.raw_data)

    def clear_to(self, day: date) -> None:
        """Take this day in place of what was typed."""
        self.raw_data, self.data, self.process_errors = [day.isoformat()], day, []


def day_field(label: Any, **kwargs: Any) -> Any:
    """Return a field for a calendar day that may stay empty."""
    kind: Any = DayField  # the stubs do not know invalid_value_message yet
    return kind(
        label,
        format=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        validators=[Optional(), Within(), *kwargs.pop("validators", [])],
        invalid_value_message=_l("Enter a real date, for example 2026-12-14."),
        **kwargs,
    )


def choice_field(kind: Any, label: Any, *, wrong: Any, **kwargs: Any) -> Any:
    """Return a field to choose from, of that kind, which says ``wrong`` to what it does not offer."""
    return kind(label, invalid_value_message=wrong, invalid_choice_message=wrong, **kwargs)


def choices_of(enum_class: type[Enum]) -> Callable[[], list[Any]]:
    """Return what builds the choices of a field from the words of an enum, in the language of the request."""
    return lambda: options((member.value, labels.label(member)) for member in enum_class)


def member_of(enum_class: type[Enum]) -> Callable[[Any], Enum | None]:
    """Return what turns a sent value into a member; nothing sent is None."""
    return lambda value: None if value in ("", None) else enum_class(value)


class MaybeRadioField(RadioField):
    """Radio buttons of which none need be chosen."""

    def pre_validate(self, form: BaseForm) -> None:
        """Accept that nothing is chosen; refuse what is not offered."""
        if self.data is not None or self.process_errors:
            super().pre_validate(form)
