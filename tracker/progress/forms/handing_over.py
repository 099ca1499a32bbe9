"""Handing a coordinator's role over: whose, to whom, from when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import InputRequired, ValidationError

from tracker.accounts.forms.people import NAME_LENGTH, function_field
from tracker.accounts.forms.signing_in import EMAIL_LENGTH, check_address
from tracker.accounts.models import Membership, User
from tracker.core.forms import DayField, RadioChoiceField, TrackerForm, clean_line, lower, options
from tracker.progress.forms.fields import AtMost

#: The value for somebody who is not in the list.
NEW: Final = "new"
_LONGEST_AHEAD: Final = timedelta(days=366)


class HandOverForm(TrackerForm):
    """Who leaves, who follows, from which day."""

    role = RadioChoiceField(_l("Who leaves?"), message=_l("Choose who leaves."))
    successor = RadioChoiceField(_l("Who follows?"), message=_l("Choose who follows."))
    name = StringField(
        _l("Name"),
        description=_l("As it is printed: given name and family name."),
        filters=[clean_line],
        validators=[AtMost(NAME_LENGTH)],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("E-mail address"),
        description=_l("Their own at work, not one that several people read. The invitation is sent there."),
        filters=[lower],
        validators=[AtMost(EMAIL_LENGTH)],
        render_kw={"autocomplete": "off"},
    )
    function = function_field()
    from_day = DayField(
        _l("From which day?"),
        description=_l("The successor’s first day. The day before is the last of the person who leaves."),
        validators=[InputRequired(_l("Enter the successor’s first day."))],
    )
    #: Sent by the page that asks once more.
    checked = HiddenField(filters=[clean_line])

    def __init__(self, *, roles: Sequence[Membership], people: Sequence[User], today: date, **kwargs: Any) -> None:
        first = str(roles[0].id) if roles else None
        super().__init__(**{"from_day": today, "role": first if len(roles) == 1 else None} | kwargs)
        self.role.choices = options(
            (
                str(each.id),
                _("%(name)s, deputy", name=each.person.name)
                if each.is_deputy
                else _("%(name)s, coordinator", name=each.person.name),
            )
            for each in roles
        )
        self.successor.choices = options(
            [*((str(each.id), each.name) for each in people), (NEW, _("Somebody new, whom you name below"))]
        )
        self._roles = {str(each.id): each for each in roles}
        self._people = {str(each.id): each for each in people}
        self._today = today

    def validate_successor(self, field: Any) -> None:
        """Nobody follows themselves."""
        leaver = self._roles.get(self.role.data or "")
        if leaver is not None and field.data == str(leaver.person_id):
            raise ValidationError(_("Choose somebody else than the person who leaves."))

    def validate_name(self, field: Any) -> None:
        """Somebody new has a name."""
        if self.successor.data == NEW and not field.data:
            raise ValidationError(_("Enter the person’s name."))

    def validate_email(self, field: Any) -> None:
        """Somebody new has an address; one beside a person of the list is a slip."""
        if self.successor.data == NEW:
            if not field.data:
                raise ValidationError(_("Enter the person’s e-mail address."))
            check_address(self, field)
        elif field.data and self.successor.data:
            raise ValidationError(_("Choose “Somebody new” for this address, or empty it."))

    def validate_from_day(self, field: Any) -> None:
        """A day from today on, within a year."""
        if field.data is not None and not self._today <= field.data <= self._today + _LONGEST_AHEAD:
            raise ValidationError(_("Enter a day from today on, within the next twelve months."))

    def leaves(self) -> Membership:
        """Return the role that is handed over; call only after validation."""
        assert self.role.data is not None
        return self._roles[self.role.data]

    def follows(self) -> User | None:
        """Return the successor of the list, or None for somebody new; call only after validation."""
        return self._people.get(self.successor.data or "")
