"""How fields of a form are shown: which control, which errors, under which address."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from wtforms import Field, FieldList, Form, FormField
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import CheckboxInput, FileInput, HiddenInput, ListWidget, RadioInput, Select, TextArea


@dataclass(frozen=True)
class ErrorLink:
    """One thing to correct: what it concerns, the instruction, and the id to jump to ("" for the form as a whole)."""

    label: str
    message: str
    target: str


def control_kind(field: Field) -> str:
    """Return ``radios``, ``ticks``, ``tick``, ``select``, ``file``, ``textarea``, ``hidden`` or ``input``."""
    widget = field.widget
    if isinstance(field, SelectFieldBase) and not isinstance(widget, Select):
        return "radios" if isinstance(field.option_widget, RadioInput) else "ticks"
    kinds: tuple[tuple[type, str], ...] = (
        (ListWidget, "ticks"),
        (CheckboxInput, "tick"),
        (Select, "select"),
        (FileInput, "file"),
        (TextArea, "textarea"),
        (HiddenInput, "hidden"),
    )
    return next((kind for type_, kind in kinds if isinstance(widget, type_)), "input")


def messages(field: Field) -> list[str]:
    """Return the field's own errors as sentences."""
    return [str(error) for error in field.errors if not isinstance(error, (list, tuple, dict))]


def error_links(form: Form) -> list[ErrorLink]:
    """Return everything that has to be corrected, in the order of the form; nested forms included."""
    whole = [ErrorLink("", str(error), "") for error in getattr(form, "form_errors", [])]
    return whole + [link for field in form for link in _links(field)]


def _links(field: Field) -> Iterator[ErrorLink]:
    if isinstance(field, FormField):
        yield from error_links(field.form)
        return
    label = str(field.label.text) if field.label is not None else ""
    for message in messages(field):
        # The token is not a control: nothing to jump to.
        hidden = control_kind(field) == "hidden"
        yield ErrorLink("" if hidden else label, message, "" if hidden else _target(field))
    if isinstance(field, FieldList):
        for entry in field.entries:
            yield from _links(entry)


def _target(field: Any) -> str:
    if control_kind(field) in ("radios", "ticks"):
        first = next(iter(field), None)
        return str(first.id) if first is not None else str(field.id)
    return str(field.id)


def init_app(app: Flask) -> None:
    """Give templates ``control_kind``, ``error_links`` and ``messages``."""
    app.jinja_env.globals.update(control_kind=control_kind, error_links=error_links, field_messages=messages)
