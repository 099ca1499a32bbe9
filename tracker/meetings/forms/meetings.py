"""Forms about a meeting: its facts, its cancellation."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from tracker.core import labels
from tracker.core.forms import ChoiceField, DayField, RadioChoiceField, TrackerForm, clean, clean_line, options
from tracker.core.zones import zone_names
from tracker.meetings.forms.fields import HourField, TicksField, day_in
from tracker.meetings.models import DatePrecision, Meeting, MeetingKind
from tracker.meetings.services.meetings import MeetingValues

#: The longest lines and texts, in characters.
LINE: Final = 300
TEXT: Final = 10_000
_LONGEST_MEETING: Final = timedelta(days=31)
#: Codes that Babel knows and that are no place to meet.
_NO_PLACES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_ONLINE: Final = {"yes": True, "no": False, "": None}
_NOT_OFFERED: Final = _l("Choose one of the entries of the list.")


def at_most(limit: int) -> Length:
    """Limit a text, and name the limit. Browsers are not told: they cut pasted text without a word."""
    return Length(max=limit, message=_l("Use at most %(max)d characters."))


class MeetingForm(TrackerForm):
    """Everything about a meeting that the Secretariat enters."""

    #: The state of the row that the form was made from; see ``views.conflict``.
    seen = HiddenField()
    title = StringField(
        _l("Title"),
        description=_l("As it stands in lists and mail, for example: Network meeting, Skopje."),
        filters=[clean_line],
        validators=[DataRequired(_l("Enter a title.")), at_most(LINE)],
    )
    kind = RadioChoiceField(
        _l("What kind of meeting is it?"),
        message=_NOT_OFFERED,
        choices=lambda: options((kind.value, labels.label(kind)) for kind in MeetingKind),
        default=MeetingKind.NETWORK.value,
    )
    starts_on = DayField(_l("First day"), validators=[InputRequired(_l("Enter the first day of the meeting."))])
    ends_on = DayField(_l("Last day"), description=_l("Empty for a meeting of one day."), validators=[Optional()])
    only_month = BooleanField(
        _l("Only the month is known"),
        description=_l("Enter any day of that month above. Pages then name the month alone."),
    )
    starts_at = HourField(
        _l("Opening hour"),
        description=_l("Local time, for example 09:30."),
        validators=[Optional()],
    )
    timezone = ChoiceField(
        _l("Time zone of the place"),
        message=_l("Choose a time zone of the list, for example Europe/Skopje."),
        choices=lambda: options((name, name.replace("_", " ")) for name in zone_names()),
    )
    is_online = RadioChoiceField(
        _l("Do people meet online?"),
        message=_NOT_OFFERED,
        choices=lambda: options([("no", _("In person")), ("yes", _("Online")), ("", _("Not known"))]),
        default="no",
    )
    city = StringField(
        _l("City"), description=_l("Empty where it is not known."), filters=[clean_line], validators=[at_most(LINE)]
    )
    country_code = ChoiceField(_l("Country"), message=_NOT_OFFERED, default="")
    host = TextAreaField(_l("Host"), description=_l("Who invites."), filters=[clean], validators=[at_most(TEXT)])
    topics = TicksField(_l("Topics"), message=_NOT_OFFERED)
    instruments = TicksField(
        _l("Instruments"), description=_l("Those that the meeting adopts or deals with."), message=_NOT_OFFERED
    )
    agenda = TextAreaField(
        _l("Agenda"),
        description=_l("One item to a line, for example: 09:30 Opening."),
        filters=[clean],
        validators=[at_most(TEXT)],
    )
    summary = TextAreaField(
        _l("What it is about"),
        description=_l("Two or three sentences. Name no victims and no cases."),
        filters=[clean],
        validators=[at_most(TEXT)],
    )
    #: From the page that shows old and new days: the officer has seen them.
    shown = HiddenField()
    accept_past = BooleanField(_l("Move it all the same; reports are late from the start"))

    def offer(self, *, themes: Iterable[Any], instruments: Iterable[Any], parties: Iterable[Any]) -> None:
        """Fill the lists to choose from."""
        self.topics.choices = options((row.code, row.name) for row in themes)
        self.instruments.choices = options((str(row.id), f"{row.code} · {row.short_title}") for row in instruments)
        self.country_code.choices = options([("", _("Not known")), *_places(parties)])

    def take(self, meeting: Meeting) -> None:
        """Show what the meeting says now."""
        for name in ("title", "starts_on", "ends_on", "starts_at", "timezone", "city", "host", "agenda", "summary"):
            self[name].data = getattr(meeting, name)
        self.kind.data = meeting.kind.value
        self.only_month.data = meeting.date_precision is DatePrecision.MONTH
        self.is_online.data = next(key for key, value in _ONLINE.items() if value is meeting.is_online)
        self.country_code.data = meeting.country_code or ""
        self.topics.data = list(meeting.topics)
        self.instruments.data = [str(instrument.id) for instrument in meeting.instruments]

    def validate_ends_on(self, field: Any) -> None:
        """Keep the days in order."""
        first = self.starts_on.data
        if first is None or field.data is None or self.only_month.data:
            return
        if field.data < first:
            raise ValidationError(_("The last day cannot come before the first. Enter a later day, or none."))
        if field.data - first > _LONGEST_MEETING:
            raise ValidationError(_("A meeting lasts at most a month. Correct one of the two days."))

    def validate_starts_at(self, field: Any) -> None:
        """Ask for no hour where the day is not known."""
        if field.data is not None and self.only_month.data:
            raise ValidationError(_("There can be no hour while only the month is known. Empty it."))

    def values(self) -> MeetingValues:
        """Return what was entered; call only after validation."""
        first, last = day_in(self.starts_on), self.ends_on.data
        is_month = bool(self.only_month.data)
        return MeetingValues(
            title=self.title.data or "",
            kind=MeetingKind(self.kind.data),
            starts_on=first.replace(day=1) if is_month else first,
            ends_on=None if is_month or last == first else last,
            date_precision=DatePrecision.MONTH if is_month else DatePrecision.DAY,
            starts_at=self.starts_at.data,
            timezone=self.timezone.data,
            city=self.city.data or "",
            country_code=self.country_code.data or None,
            is_online=_ONLINE[self.is_online.data],
            host=self.host.data or "",
            topics=tuple(self.topics.data or ()),
            summary=self.summary.data or "",
            agenda=self.agenda.data or "",
            instrument_ids=frozenset(int(each) for each in self.instruments.data or ()),
        )


class CancelForm(TrackerForm):
    """Why a meeting does not take place."""

    reason = TextAreaField(
        _l("Why is it cancelled?"),
        description=_l("People read this in the one notice that they get, and on the page of the meeting."),
        filters=[clean],
        validators=[DataRequired(_l("Say in a sentence why it is cancelled.")), at_most(2000)],
    )


class ActForm(TrackerForm):
    """A button: nothing but the token."""


def _places(parties: Iterable[Any]) -> Sequence[tuple[str, str]]:
    """Return countries by name; the participants under the name the network prints."""
    locale = get_locale() or Locale("en", "GB")
    names = {
        code: name
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_PLACES  # noqa: PLR2004  # ISO 3166-1 alpha-2
    }
    names |= {party.code: party.short_name for party in parties if party.code in names}
    return sorted(names.items(), key=lambda pair: pair[1].casefold())
