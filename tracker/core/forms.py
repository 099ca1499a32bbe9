"""The base form, and how typed answers are cleaned."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from flask import g, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import DateField, Field, Form, RadioField, SelectChoice, SelectField  # type: ignore[attr-defined]  # the stubs do not know SelectChoice yet
from wtforms.validators import ValidationError

#: Control characters that no typed text needs: all but tab and line feed.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028\u2029\ufeff]")


def clean(value: str | None) -> str | None:
    """Return typed text in one form: composed, with plain line ends, without control characters or edges of space."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub("", text).strip()


def clean_line(value: str | None) -> str | None:
    """Return typed text that stands on one line."""
    text = clean(value)
    return " ".join(text.split()) if text else text


def lower(value: str | None) -> str | None:
    """Return a cleaned line in lower case: e-mail addresses."""
    text = clean_line(value)
    return text.lower() if text else text


class DayField(DateField):
    """A calendar day, from the browser's calendar or typed; optional with ``validators.Optional()``."""

    _earliest: Final = date(1900, 1, 1)
    _latest: Final = date(2199, 12, 31)

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y"], **kwargs)

    def process_formdata(self, valuelist: Any) -> None:
        """Read what was typed.

        Raises:
            ValueError: it is no real day.
        """
        message = _("Enter a real date, for example 14 December 2026.")
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(message) from error
        if self.data is not None and not self._earliest <= self.data <= self._latest:
            self.data = None
            raise ValueError(message)


def _refusing(message: Any) -> dict[str, Any]:
    # WTForms 3.3 knows two ways to be wrong; the stubs know neither yet.
    return {"invalid_choice_message": message, "invalid_value_message": message}


class ChoiceField(SelectField):
    """One of several; ``message`` is the instruction for every other value."""

    def __init__(self, label: Any = None, *, message: Any, **kwargs: Any) -> None:
        super().__init__(label, **_refusing(message), **kwargs)


class RadioChoiceField(RadioField):
    """One of a few, as radio buttons; ``message`` is the instruction for none and for every other value."""

    def __init__(self, label: Any = None, *, message: Any, **kwargs: Any) -> None:
        super().__init__(label, **_refusing(message), **kwargs)


class WebAddress:
    """Accepts an ``http`` or ``https`` address with a host; nothing is fetched."""

    pattern: Final = re.compile(r"https?://[^\s/?#@\\]+\.[^\s/?#@\\]+([/?#][^\s\\]*)?", re.IGNORECASE)

    def __call__(self, _form: Form, field: Field) -> None:
        if field.data and not self.pattern.fullmatch(field.data):
            raise ValidationError(
                _l("Enter a web address that begins with https://, for example https://www.gov.example/law.")
            )


def options(pairs: Iterable[tuple[str, object]], *, group: str | None = None) -> list[SelectChoice]:
    """Return the choices of a select, radio or tick-box field from pairs (value, words).

    WTForms warns about bare tuples.
    """
    return [SelectChoice(value=value, label=words, optgroup=group) for value, words in pairs]


def forget_form_token() -> None:
    """Let forms carry a new token from now on, those of the present answer too."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


class TrackerForm(FlaskForm):
    """Base of every form: CSRF on, errors as instructions."""

    #: Fields that stand before those of the form that this one extends, on the page and among the errors.
    fields_first: tuple[str, ...] = ()

    class Meta(FlaskForm.Meta):
        """Settings of the form; messages come from Flask-Babel, not from WTForms' own files."""

        locales = False

        def render_field(self, field: Field, render_kw: Any) -> Markup:
            """Show a field; what was typed comes back without characters that no page may hold."""
            return Markup(_CONTROL.sub("", super().render_field(field, render_kw)))  # noqa: S704 - rendered before

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Field] = self._fields  # type: ignore[has-type]  # the stubs leave it open
        first = {name: fields[name] for name in self.fields_first}
        self._fields = first | {name: field for name, field in fields.items() if name not in first}

    def refuse(self, field: Field, message: str) -> None:
        """Put an error beside a field after validation, from a rule that the form itself cannot know."""
        field.errors = [*field.errors, message]


class QueryForm(Form):
    """Base of filters that stand in the query string. An unknown value gives a notice and the unfiltered page."""

    def unknown(self) -> list[str]:
        """Return the labels of the filters whose value was not one of ours; those filters are emptied."""
        if self.validate():
            return []
        labels: list[str] = []
        for field in self:
            if field.errors:
                labels.append(str(field.label.text))
                field.data = field.default
                field.errors = []
        return labels
