"""Inviting people, giving and ending roles, finding people in the list."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from tracker.accounts.forms.signing_in import check_address, email_field
from tracker.accounts.models import PARTY_ROLES, PersonState, Role
from tracker.accounts.services.people import Grant
from tracker.core.forms import ChoiceField, DayField, QueryForm, RadioChoiceField, TrackerForm, clean_line, options
from tracker.core.labels import label
from tracker.parties.models import Party

NAME_LENGTH = 200
_LONGEST_ROLE = timedelta(days=366 * 20)


def name_field() -> StringField:
    """Return a field for a person's name."""
    return StringField(
        _l("Name"),
        description=_l("As it is printed: given name and family name."),
        filters=[clean_line],
        validators=[
            DataRequired(_l("Enter the person’s name.")),
            Length(max=NAME_LENGTH, message=_l("A name has at most %(max)d characters.")),
        ],
        render_kw={"maxlength": NAME_LENGTH, "autocomplete": "off"},
    )


def function_field() -> StringField:
    """Return a field for a person's function in their institution."""
    return StringField(
        _l("Function and institution"),
        description=_l("For example: National Coordinator, Ministry of the Interior."),
        filters=[clean_line],
        validators=[Length(max=NAME_LENGTH, message=_l("This text has at most %(max)d characters."))],
        render_kw={"maxlength": NAME_LENGTH},
    )


class RoleForm(TrackerForm):
    """A role, for a party where the role speaks for one, from a day until a day."""

    role = RadioChoiceField(_l("Role"), coerce=Role, message=_l("Choose a role."))
    party = ChoiceField(
        _l("Party"),
        description=_l("For coordinators and contributors only."),
        default="",
        message=_l("Choose a party of the list."),
    )
    is_deputy = BooleanField(
        _l("Deputy"), description=_l("A coordinator’s deputy: the same rights, and reminders from the last day on.")
    )
    starts_on = DayField(_l("First day"), validators=[InputRequired(_l("Enter the first day of the role."))])
    ends_on = DayField(_l("Last day"), description=_l("Leave it empty while no end is known."), validators=[Optional()])

    def __init__(self, *, roles: Iterable[Role], parties: Sequence[Party], today: date, **kwargs: Any) -> None:
        super().__init__(**{"starts_on": today} | kwargs)
        self.role.choices = options([(role.value, label(role)) for role in roles])
        self.party.choices = options([("", _("No party")), *((party.code, party.short_name) for party in parties)])
        self._ids = {party.code: party.id for party in parties}

    def validate_party(self, field: Field) -> None:
        """A party goes with the roles that speak for one, and with no other."""
        speaks_for_one = self.role.data in PARTY_ROLES
        if speaks_for_one and not field.data:
            raise ValidationError(_("Choose the party that the person works for."))
        if self.role.data and not speaks_for_one and field.data:
            raise ValidationError(_("This role has no party: choose “No party”."))

    def validate_is_deputy(self, field: Field) -> None:
        """Only coordinators have deputies."""
        if field.data and self.role.data is not None and self.role.data is not Role.COORDINATOR:
            raise ValidationError(_("Only a coordinator can be a deputy."))

    def validate_ends_on(self, field: Field) -> None:
        """The last day is not before the first, and not a slip of the pen."""
        first = self.starts_on.data
        if field.data is None or first is None:
            return
        if field.data < first:
            raise ValidationError(_("The last day lies before the first day. Correct one of them."))
        if field.data - first > _LONGEST_ROLE:
            raise ValidationError(_("This is more than twenty years. Leave it empty while no end is known."))

    def grant(self) -> Grant:
        """Return the role; call only after validation."""
        assert self.role.data is not None
        assert self.starts_on.data is not None
        return Grant(
            role=self.role.data,
            party_id=self._ids[self.party.data] if self.party.data else None,
            is_deputy=bool(self.is_deputy.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )


class InviteForm(RoleForm):
    """Who is invited, and to what."""

    fields_first = ("email", "name", "function")
    email = email_field(
        _l("E-mail address"),
        autocomplete="off",
        missing=_l("Enter the person’s e-mail address."),
        description=_l("Their own at work, not one that several people read. The invitation is sent there."),
    )
    name = name_field()
    function = function_field()

    def validate_email(self, field: StringField) -> None:
        """Check the syntax; whether somebody reads it, the invitation shows."""
        check_address(self, field)


class PersonForm(TrackerForm):
    """Name and function of a person."""

    name = name_field()
    function = function_field()


class EndRoleForm(TrackerForm):
    """When a role ends."""

    when = RadioChoiceField(_l("When does the role end?"), default="now", message=_l("Choose when the role ends."))
    last_day = DayField(_l("Last day"), validators=[Optional()])

    def __init__(self, *, starts_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.when.choices = options([("now", _("At once")), ("day", _("At the end of a day, which you enter below"))])
        self._starts_on, self._today = starts_on, today

    def validate(self, extra_validators: object = None) -> bool:
        """Check the day against the role as well."""
        if not super().validate(extra_validators):
            return False
        if self.when.data != "day":
            return True
        if self.last_day.data is None:
            self.refuse(self.last_day, _("Enter the last day of the role."))
        elif self.last_day.data < max(self._starts_on, self._today):
            self.refuse(self.last_day, _("Enter today or a later day, and none before the role begins."))
        return not self.last_day.errors

    def day(self) -> date | None:
        """Return the last day, or None for at once; call only after validation."""
        return self.last_day.data if self.when.data == "day" else None


class PeopleFilter(QueryForm):
    """Which people the list shows."""

    party = SelectField(_l("Party"), default="")
    role = SelectField(_l("Role"), default="")
    state = SelectField(_l("Account"), default="")

    def __init__(self, formdata: Any, *, parties: Sequence[Party]) -> None:
        super().__init__(formdata)
        everybody = ("", _("All"))
        self.party.choices = options([everybody, *((party.code, party.short_name) for party in parties)])
        self.role.choices = options([everybody, *((role.value, label(role)) for role in Role)])
        self.state.choices = options([everybody, *((state.value, label(state)) for state in PersonState)])
