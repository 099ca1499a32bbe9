"""Forms about a round: its days and scope, opening it again, an extension."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from tracker.core.forms import ChoiceField, DayField, TrackerForm, clean, options
from tracker.meetings.forms.fields import TicksField, day_in
from tracker.meetings.schedule import DayProblem, RoundDates, problems
from tracker.meetings.services.rounds import RoundValues

_NOT_OFFERED: Final = _l("Choose one of the entries of the list.")
_PROBLEMS: Final[Mapping[DayProblem, Any]] = {
    DayProblem.DUE_BEFORE_OPENING: _l("Reports cannot be due before the round opens. Enter a later day."),
    DayProblem.CLOSE_BEFORE_DUE: _l("The round cannot close before reports are due. Enter a later day."),
    DayProblem.SHARED_BEFORE_OPENING: _l("Nothing can be shared before the round opens. Enter a later day."),
    DayProblem.TOO_LONG: _l("A round lasts at most two years. Correct one of the days."),
}


def _day(label: Any, needed: Any, description: Any = "") -> DayField:
    return DayField(label, validators=[InputRequired(needed)], description=description)


def _reason(needed: Any) -> list[Any]:
    return [DataRequired(needed), Length(max=1000, message=_l("Use at most %(max)d characters."))]


class RoundForm(TrackerForm):
    """The days of a round and the instruments that it asks about."""

    #: The state of the row that the form was made from; see ``views.conflict``.
    seen = HiddenField()
    opens_on = _day(_l("Opens on"), _l("Enter the day on which the round opens."), _l("From 00:00 that day."))
    due_on = _day(_l("Reports are due on"), _l("Enter the day by which reports are due."), _l("Until 23:59 that day."))
    closes_on = _day(
        _l("Closes on"),
        _l("Enter the day on which the round closes."),
        _l("Late reports are taken until 23:59 that day."),
    )
    share_on = DayField(
        _l("Answers are shared from"),
        description=_l("From this day all signed-in people read accepted answers. Empty: they are not shared."),
        validators=[Optional()],
    )
    instruments = TicksField(_l("Which instruments does the round ask about?"), message=_NOT_OFFERED)
    accept_past = BooleanField(_l("The due date has passed already; that is meant"))

    def offer(self, instruments: Iterable[Any]) -> None:
        """Fill the list of instruments."""
        self.instruments.choices = options((str(row.id), f"{row.code} · {row.short_title}") for row in instruments)

    def take(self, dates: RoundDates, instrument_ids: Iterable[int]) -> None:
        """Show these days and this scope."""
        for name in ("opens_on", "due_on", "closes_on", "share_on"):
            self[name].data = getattr(dates, name)
        self.instruments.data = [str(each) for each in instrument_ids]

    def validate_instruments(self, field: Any) -> None:
        """Ask about something."""
        if not field.data:
            raise ValidationError(_("Tick at least one instrument."))

    def check_days(self, *, today: date, due_was_on: date | None) -> bool:
        """Check what the days say together, after validation of each; tell whether they are possible."""
        for problem in problems(self.dates()):
            self.refuse(self[problem.field], str(_PROBLEMS[problem]))
        due_on = day_in(self.due_on)
        if due_on < today and due_on != due_was_on and not self.accept_past.data:
            self.refuse(self.due_on, _("This day has passed. Enter a later one, or tick below that it is meant."))
        return not self.errors

    @property
    def asks_about_past(self) -> bool:
        """Tell whether the box for a day that has passed is to be shown."""
        return bool(self.accept_past.data or self.due_on.errors)

    def dates(self) -> RoundDates:
        """Return the days; call only after validation."""
        return RoundDates(
            opens_on=day_in(self.opens_on),
            due_on=day_in(self.due_on),
            closes_on=day_in(self.closes_on),
            share_on=self.share_on.data,
        )

    def values(self) -> RoundValues:
        """Return what was entered; call only after validation."""
        return RoundValues(
            dates=self.dates(), instrument_ids=frozenset(int(each) for each in self.instruments.data or ())
        )


class OpenAgainForm(TrackerForm):
    """Until when a closed round takes reports once more."""

    closes_on = DayField(
        _l("Open until"), validators=[InputRequired(_l("Enter the day on which the round closes again."))]
    )


class ExtensionForm(TrackerForm):
    """A later due date for one party, and why."""

    party = ChoiceField(_l("Party"), message=_l("Choose a party of the list."))
    due_on = DayField(
        _l("Its reports are due on"), validators=[InputRequired(_l("Enter the day by which the party reports."))]
    )
    reason = TextAreaField(
        _l("Why?"),
        description=_l("The party and the Secretariat read this."),
        filters=[clean],
        validators=[
            DataRequired(_l("Say in a sentence why the party has more time.")),
            Length(max=1000, message=_l("Use at most %(max)d characters.")),
        ],
    )

    def offer(self, parties: Iterable[Any]) -> None:
        """Fill the list of parties."""
        self.party.choices = options(
            [("", _("Choose a party")), *((party.code, party.short_name) for party in parties)]
        )

    def validate_party(self, field: Any) -> None:
        """Ask for a party."""
        if not field.data:
            raise ValidationError(_("Choose a party."))
