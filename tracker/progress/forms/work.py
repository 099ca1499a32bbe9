"""Filters of the list of work, and the confirmation of several items at once."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.forms import QueryForm, TrackerForm, clean_line, options
from tracker.progress.forms.fields import choice_field


class Wanted(StrEnum):
    """Which of the items are shown."""

    ALL = "all"
    TODO = "todo"
    DRAFTS = "drafts"
    RETURNED = "returned"
    DONE = "done"
    OVERDUE = "overdue"


class Grouping(StrEnum):
    """What the items are put together by."""

    INSTRUMENT = "instrument"
    THEME = "theme"


class WorkQuery(QueryForm):
    """Which items, grouped by what, of which party."""

    state = SelectField(_l("state"), choices=options((each, each) for each in Wanted), default="all")
    group = SelectField(_l("group"), choices=options((each, each) for each in Grouping), default="instrument")
    #: Choices are set by the view: the codes of the person's parties.
    party = SelectField(_l("party"), choices=[], default="")


class NoChangeForm(TrackerForm):
    """Several items at once: those that are ticked, each with the answer that was shown."""

    items = choice_field(
        SelectMultipleField,
        _l("Which items have not changed?"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Tick at least one item."))],
        wrong=_l("Something changed since this page was opened. Look at the list again."),
    )
    key = HiddenField(filters=[clean_line])


class ActForm(TrackerForm):
    """A button: nothing but the token, and a key so that a double click acts once."""

    key = HiddenField(filters=[clean_line])
