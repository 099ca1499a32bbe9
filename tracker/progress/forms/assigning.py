"""Assigning items to contributors: which, to whom, until when, and how that person comes."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.accounts.forms.people import NAME_LENGTH
from tracker.accounts.forms.signing_in import EMAIL_LENGTH, check_address
from tracker.accounts.models import User
from tracker.core.forms import ChoiceField, RadioChoiceField, TrackerForm, clean, clean_line, lower, options
from tracker.progress.forms.fields import AtMost, choice_field, day_field

_NOTE: Final = 1000
#: The value for somebody who is not in the list.
NEW: Final = "new"
#: How a person comes: by their own password, or by a link.
PASSWORD: Final = "password"  # noqa: S105  # a choice, not a secret
LINK: Final = "link"


def _note_field() -> TextAreaField:
    return TextAreaField(
        _l("Note"),
        description=_l("What you would like to see in it. It stands beside the form; no mail carries it."),
        filters=[clean],
        validators=[AtMost(_NOTE)],
    )


class AssignForm(TrackerForm):
    """Which items, to whom, until when."""

    items = choice_field(
        SelectMultipleField,
        _l("Which items?"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Tick at least one item."))],
        wrong=_l("One of these items is not open any more. Look at the list again."),
    )
    person = RadioChoiceField(_l("Who fills them in?"), message=_l("Choose who fills them in."))
    name = StringField(
        _l("Name"),
        description=_l("As it is printed: given name and family name."),
        filters=[clean_line],
        validators=[AtMost(NAME_LENGTH)],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("E-mail address"),
        description=_l("Their own at work, not one that several people read."),
        filters=[lower],
        validators=[AtMost(EMAIL_LENGTH)],
        render_kw={"autocomplete": "off"},
    )
    comes_by = RadioChoiceField(_l("How do they come in?"), default=PASSWORD, message=_l("Choose how they come in."))
    due_on = day_field(_l("Until when?"))
    note = _note_field()
    key = HiddenField(filters=[clean_line])

    def __init__(self, *, contributors: Sequence[User], open_items: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.items.choices = options((str(row.item_id), f"{row.code} {row.title}") for row in open_items)
        self.person.choices = options(
            [*((str(each.id), each.name) for each in contributors), (NEW, _("Somebody new, whom you name below"))]
        )
        self.comes_by.choices = options(
            [
                (PASSWORD, _("With a password of their own")),
                (LINK, _("By a link for this round, without a password")),
            ]
        )
        self._contributors = {str(each.id): each for each in contributors}

    def validate_name(self, field: Any) -> None:
        """Somebody new has a name."""
        if self.person.data == NEW and not field.data:
            raise ValidationError(_("Enter the person’s name."))

    def validate_email(self, field: Any) -> None:
        """Somebody new has an address; names and addresses beside a person of the list are a slip."""
        if self.person.data == NEW:
            if not field.data:
                raise ValidationError(_("Enter the person’s e-mail address."))
            check_address(self, field)
        elif field.data and self.person.data:
            raise ValidationError(_("Choose “Somebody new” for this address, or empty it."))

    def chosen(self) -> User | None:
        """Return the contributor of the list, or None for somebody new; call only after validation."""
        return self._contributors.get(self.person.data or "")


class AssignmentForm(TrackerForm):
    """What can be changed about an assignment: in whose hands it is, until when, the note."""

    person = ChoiceField(_l("In whose hands?"), message=_l("Choose a person of the list."))
    due_on = day_field(_l("Until when?"))
    note = _note_field()

    def __init__(self, *, contributors: Sequence[User], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person.choices = options((str(each.id), each.name) for each in contributors)
        self._contributors = {str(each.id): each for each in contributors}

    def chosen(self) -> User:
        """Return the person; call only after validation."""
        assert self.person.data is not None
        return self._contributors[self.person.data]
