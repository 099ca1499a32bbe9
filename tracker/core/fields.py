"""Form fields that several features share: days with limits, texts that name their limit."""

from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, Form
from wtforms.validators import DataRequired, Optional, StopValidation, ValidationError

#: No day of the tracker lies outside.
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


def day_field(label: Any, *, required: Any = None, **kwargs: Any) -> Any:
    """Return a field for a calendar day; ``required`` is what it says when left empty, else it may stay empty."""
    kind: Any = DateField  # the stubs do not know invalid_value_message yet
    return kind(
        label,
        format=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        validators=[
            Optional() if required is None else _Needed(required),
            Within(),
            *kwargs.pop("validators", []),
        ],
        invalid_value_message=_l("Enter a real date, for example 2026-12-14."),
        **kwargs,
    )


class _Needed(DataRequired):
    """Asks for a day; says nothing more where what was typed is no day at all."""

    def __call__(self, form: Any, field: Any) -> None:
        """Let the field's own error stand."""
        if field.process_errors and any(typed.strip() for typed in field.raw_data or []):
            raise StopValidation
        super().__call__(form, field)
