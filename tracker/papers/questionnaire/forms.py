"""Asking for a questionnaire, handing one in, choosing what to take of it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.forms import ChoiceField, RadioChoiceField, TrackerForm, clean_line, options
from tracker.progress.forms.fields import choice_field


class AskForm(TrackerForm):
    """Which questionnaire: whose items, filled in or empty."""

    person = ChoiceField(_l("Which items"), message=_l("Choose one of the list."))
    holds = RadioChoiceField(
        _l("What stands in it"),
        choices=options(
            [
                ("drafts", _l("What your party has written so far")),
                ("empty", _l("Nothing: only the questions and your last accepted answers")),
            ]
        ),
        default="drafts",
        message=_l("Choose what stands in it."),
    )

    def offer(self, people: Sequence[tuple[str, Any]]) -> None:
        """Fill the list of whose items: pairs of an id and words."""
        self.person.choices = options(people)
        if self.person.data in (None, "None"):
            self.person.data = people[0][0]

    def person_id(self) -> int | None:
        """Return whose items were chosen; None for all. Call only after validation."""
        return int(self.person.data) if self.person.data else None


class HandInForm(TrackerForm):
    """A file that was filled in."""

    file = FileField(
        _l("The file that you filled in"),
        description=_l("An Excel workbook (.xlsx) or a Word document (.docx) that was downloaded here."),
        validators=[DataRequired(_l("Choose the file."))],
    )


class TakeForm(TrackerForm):
    """Which items to take of a file. What was shown of each stands in fields beside: see the view."""

    items = choice_field(
        SelectMultipleField,
        _l("Which items to take"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Tick at least one item."))],
        wrong=_l("Something changed since this page was opened. Look at the list again."),
    )
    key = HiddenField(filters=[clean_line])
