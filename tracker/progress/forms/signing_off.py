"""Signing off: several drafts at once, and what a second pair of eyes wants to have changed."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired

from tracker.core.forms import TrackerForm, clean, clean_line
from tracker.progress.forms.fields import AtMost, day_field
from tracker.progress.forms.updating import LIMITS


class ReadyForm(TrackerForm):
    """What goes: those that are ticked, in the version that was shown, each cleared by somebody.

    The boxes ``items`` and ``looked_again`` are read from the request: what is not offered any more is told by name.
    """

    key = HiddenField(filters=[clean_line])
    cleared_by_name = StringField(_l("Name"), filters=[clean_line], validators=[AtMost(LIMITS["cleared_by_name"])])
    cleared_by_function = StringField(
        _l("Function"), filters=[clean_line], validators=[AtMost(LIMITS["cleared_by_function"])]
    )
    cleared_on = day_field(_l("Date"))

    def require_clearance(self, *, today: date) -> bool:
        """Ask for what is missing of who cleared; return whether all is there. Call only after validation."""
        wanted: list[tuple[Any, Any]] = []
        if not self.cleared_by_name.data:
            wanted.append((self.cleared_by_name, _l("Enter the name of the person who cleared these answers.")))
        if not self.cleared_by_function.data:
            wanted.append((self.cleared_by_function, _l("Enter the function of the person who cleared these answers.")))
        if self.cleared_on.data is None:
            wanted.append((self.cleared_on, _l("Enter the day on which these answers were cleared.")))
        elif self.cleared_on.data > today:
            wanted.append((self.cleared_on, _l("Enter the day on which they were cleared; it cannot lie ahead.")))
        for field, message in wanted:
            self.refuse(field, message)
        return not wanted


class SendBackForm(TrackerForm):
    """Does not validate, and says why."""

    note = TextAreaField(
        _l("What has to change?"),
        filters=[clean],
        validators=[DataRequired(_l("Say in a sentence what has to change.")), AtMost(2000)],
    )
