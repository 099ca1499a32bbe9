"""The filters of the log."""

from datetime import date, timedelta
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from tracker.core.forms import QueryForm, clean_line
from tracker.core.frame import shown_zone
from tracker.core.zones import end_of_day
from tracker.oversight.queries import LogFilter

_FIRST_DAY: Final = date(2000, 1, 1)
_LAST_DAY: Final = date(2199, 12, 31)


class LogFilterForm(QueryForm):
    """What to show of the log."""

    person = SelectField(_l("Person"), default="", validators=[Optional()])
    party = SelectField(_l("Party"), default="", validators=[Optional()])
    act = SelectField(_l("Acts on"), default="", validators=[Optional()])
    kind = SelectField(_l("Kind of subject"), default="", validators=[Optional()])
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])
    request = StringField(
        _l("Request id"), filters=[clean_line], validators=[Optional(), Length(max=64), Regexp("[0-9A-Za-z-]+$")]
    )

    def validate_since(self, field: DateField) -> None:
        """Take only days that calendars of the region know how to turn into moments."""
        if field.data and not _FIRST_DAY <= field.data <= _LAST_DAY:
            raise ValidationError(_l("Enter a day of this century."))

    validate_until = validate_since

    def wanted(self) -> LogFilter:
        """Return the filter; days are those of the zone that the page shows. Call only after ``unknown``."""
        zone = shown_zone()
        return LogFilter(
            person_id=int(self.person.data) if self.person.data else None,
            party=self.party.data or None,
            feature=self.act.data or None,
            subject_type=self.kind.data or None,
            since=end_of_day(self.since.data - timedelta(days=1), zone) if self.since.data else None,
            until=end_of_day(self.until.data, zone) if self.until.data else None,
            request_id=self.request.data or None,
        )
