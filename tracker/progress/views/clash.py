"""Two officers on one form: what the second is shown."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, DateField, Form, HiddenField
from wtforms.fields.choices import SelectFieldBase

from tracker.core.filters import day


@dataclass(frozen=True)
class Clash:
    """A field that says one thing in the database and another in the form."""

    label: str
    saved: str
    typed: str


def differences(saved: Form, typed: Form) -> list[Clash]:
    """Return the fields in which the form differs from what is stored, in words."""
    return [
        Clash(str(field.label.text), words, theirs)
        for field in saved
        if not isinstance(field, HiddenField)
        for words, theirs in [(_words(field), _words(typed[field.short_name]))]
        if words != theirs
    ]


def _words(field: Any) -> str:
    if isinstance(field, BooleanField):
        return str(_("yes") if field.data else _("no"))
    if isinstance(field, DateField):
        return day(field.data) if field.data else str(_("empty"))
    if isinstance(field, SelectFieldBase):
        return "; ".join(str(option.label.text) for option in field if option.checked) or str(_("empty"))
    return str(field.data if field.data not in (None, "") else _("empty"))
