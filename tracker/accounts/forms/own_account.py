"""What people say about themselves."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import InputRequired, ValidationError

from tracker.accounts.forms.people import function_field, name_field
from tracker.accounts.forms.signing_in import check_address, email_field
from tracker.accounts.models import User
from tracker.accounts.services.own_account import Details
from tracker.core.forms import ChoiceField, DayField, TrackerForm, options
from tracker.core.zones import zone_names

_LONGEST_PAUSE = timedelta(days=366)
_HOURS = 24


class DetailsForm(TrackerForm):
    """Name, function, language, time zone, and when mail comes."""

    name = name_field()
    function = function_field()
    language = ChoiceField(
        _l("Language"),
        description=_l("Kept for pages and mail. Whatever is not translated yet comes in English."),
        message=_l("Choose a language of the list."),
    )
    timezone = ChoiceField(
        _l("Time zone"),
        description=_l("Times on pages and in mail are shown in it. Deadlines are the same moment for all."),
        message=_l("Choose a time zone of the list."),
    )
    digest_hour = ChoiceField(
        _l("Hour at which reminders are sent"),
        description=_l("In your time zone. What is due on a day comes in one mail at this hour."),
        message=_l("Choose an hour of the list."),
    )

    def __init__(self, *, person: User, languages: Sequence[tuple[str, str]], default_zone: str) -> None:
        super().__init__(
            name=person.name,
            function=person.function,
            language=person.language,
            timezone=person.timezone or "",
            digest_hour="" if person.digest_hour is None else str(person.digest_hour),
        )
        self.language.choices = options(languages)
        self.timezone.choices = options(
            [
                ("", _("%(zone)s, as for your party or the network", zone=default_zone)),
                *((name, name.replace("_", " ")) for name in zone_names()),
            ]
        )
        self.digest_hour.choices = options(
            [("", _("08:00, as for everybody")), *((str(hour), f"{hour:02}:00") for hour in range(_HOURS))]
        )

    def details(self) -> Details:
        """Return what was entered; call only after validation."""
        assert self.name.data is not None
        return Details(
            name=self.name.data,
            function=self.function.data or "",
            language=self.language.data,
            timezone=self.timezone.data or None,
            digest_hour=int(self.digest_hour.data) if self.digest_hour.data else None,
        )


class EmailForm(TrackerForm):
    """A new e-mail address."""

    email = email_field(
        _l("New e-mail address"),
        autocomplete="email",
        description=_l("A link is sent there. The address changes once you open it."),
    )

    def validate_email(self, field: StringField) -> None:
        """Check the syntax; whether it is theirs, the link shows."""
        check_address(self, field)

    def address(self) -> str:
        """Return the address; call only after validation."""
        assert self.email.data is not None
        return str(self.email.data)


class PauseForm(TrackerForm):
    """Until when a person gets no reminders, and who gets them meanwhile."""

    until = DayField(
        _l("Last day without reminders"), validators=[InputRequired(_l("Enter the last day without reminders."))]
    )
    stand_in = ChoiceField(
        _l("Who stands in for you?"),
        description=_l("This person gets your reminders meanwhile. Somebody of your party who is not away as well."),
        default="",
        message=_l("Choose a person of the list."),
    )

    def __init__(self, *, colleagues: Sequence[User], today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._today = today
        self._colleagues = {str(colleague.id): colleague for colleague in colleagues}
        self.stand_in.choices = options(
            [("", _("Nobody in particular")), *((key, each.name) for key, each in self._colleagues.items())]
        )

    def validate_until(self, field: Field) -> None:
        """A day between today and a year from now."""
        if field.data is not None and not self._today <= field.data <= self._today + _LONGEST_PAUSE:
            raise ValidationError(_("Enter a day from today on, within the next twelve months."))

    def person_standing_in(self) -> User | None:
        """Return the stand-in; call only after validation."""
        return self._colleagues.get(self.stand_in.data or "")
