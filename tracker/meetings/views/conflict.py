"""Two officers on one form: what the second is shown."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, DateField, HiddenField, TimeField
from wtforms.fields.choices import SelectFieldBase

from tracker.core.database import db
from tracker.core.filters import day
from tracker.core.forms import TrackerForm
from tracker.meetings.models import Meeting
from tracker.meetings.queries import last_change


@dataclass(frozen=True)
class Clash:
    """A field that says one thing in the database and another in the form."""

    label: str
    saved: str
    typed: str


def clashes(saved: TrackerForm, typed: TrackerForm) -> list[Clash]:
    """Return the fields in which two forms differ, in words."""
    found = []
    for field in saved:
        if isinstance(field, HiddenField):
            continue
        other = typed[field.short_name]
        if _value(field) != _value(other):
            found.append(Clash(str(field.label.text), _words(field), _words(other)))
    return found


def last_changed(meeting: Meeting) -> Any:
    """Return when somebody last changed the meeting or its round, and who; None where nobody did."""
    query = last_change(meeting.id, meeting.round.id if meeting.round is not None else None)
    return db.session.execute(query).first()


def _value(field: Any) -> Any:
    if isinstance(field, BooleanField):
        return bool(field.data)
    if isinstance(field.data, list):
        return sorted(field.data)
    return field.data or None


def _words(field: Any) -> str:
    if isinstance(field, BooleanField):
        return str(_("yes") if field.data else _("no"))
    if isinstance(field, DateField):
        return day(field.data) if field.data else str(_("empty"))
    if isinstance(field, TimeField):
        return f"{field.data:%H:%M}" if field.data else str(_("empty"))
    if isinstance(field, SelectFieldBase):
        chosen = set(field.data if isinstance(field.data, list) else [field.data])
        words = [str(choice.label.text) for choice in field if choice.data in chosen]
        return "; ".join(words) or str(_("empty"))
    return str(field.data or _("empty"))
