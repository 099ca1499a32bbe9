"""Filters of the diary and of the list of what was sent; a rung of a ladder."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from tracker.core.forms import ChoiceField, QueryForm, TrackerForm, clean, clean_line, options
from tracker.core.labels import label
from tracker.mail.models import DeliveryState
from tracker.parties.models import Party
from tracker.reminders.labels import mail_words
from tracker.reminders.models import StepKind
from tracker.reminders.schedule import Audience, Rung
from tracker.reminders.texts import unknown_places

LONGEST_SUBJECT: Final = 200
LONGEST_BODY: Final = 4000
MOST_DAYS: Final = 365
_WHOLE_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,6}")


class DiaryFilter(QueryForm):
    """The filters of the diary."""

    party = SelectField(_l("Party"), default="", validators=[Optional()])
    kind = SelectField(_l("Kind"), default="", validators=[Optional()])
    delivery = SelectField(_l("Delivery"), default="", validators=[Optional()])

    def offer(self, parties: Iterable[tuple[str, str]]) -> None:
        """Set the choices."""
        self.party.choices = options([("", _l("All parties")), *parties])
        self.kind.choices = options([("", _l("All kinds")), *((kind.value, label(kind)) for kind in StepKind)])
        self.delivery.choices = options(
            [("", _l("Any")), ("planned", _l("Planned")), ("diverted", _l("Diverted")), ("held", _l("Held back"))]
        )


class SentFilter(QueryForm):
    """The filters of the list of what was sent."""

    party = SelectField(_l("Party"), default="", validators=[Optional()])
    kind = SelectField(_l("Kind"), default="", validators=[Optional()])
    delivery = SelectField(_l("Delivery"), default="", validators=[Optional()])

    def offer(self, parties: Sequence[Party], kinds: Iterable[str]) -> None:
        """Set the choices."""
        self.party.choices = options([("", _l("All parties")), *((each.code, each.short_name) for each in parties)])
        self.kind.choices = options([("", _l("All kinds")), *sorted((kind, mail_words(kind)) for kind in kinds)])
        self.delivery.choices = options([("", _l("Any")), *((state.value, label(state)) for state in DeliveryState)])


class DaysField(IntegerField):
    """A whole number, with whatever minus people type."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read what was typed.

        Raises:
            ValueError: it is no whole number.
        """
        typed = "".join(str(valuelist[0]).split()).replace("−", "-").replace("–", "-") if valuelist else ""
        self.data = None
        if not typed:
            return
        if not _WHOLE_NUMBER.fullmatch(typed):
            raise ValueError(_("Enter a whole number of days, for example -21."))
        self.data = int(typed)


class RungForm(TrackerForm):
    """One rung of a ladder: its day, whom it tells, and in which words."""

    days = DaysField(
        _l("Days from the due date"),
        description=_l("Before the date with a minus: -21 is three weeks before, 3 is three days after."),
        validators=[
            InputRequired(_l("Enter a whole number of days, for example -21.")),
            NumberRange(-MOST_DAYS, MOST_DAYS, message=_l("Enter a number from %(min)s to %(max)s.")),
        ],
    )
    audience = ChoiceField(_l("Who is told"), message=_l("Choose who is told."))
    is_enabled = BooleanField(_l("This step is on"))
    subject = StringField(
        _l("Subject"),
        description=_l("Leave it empty for the usual words."),
        filters=[clean_line],
        validators=[Length(max=LONGEST_SUBJECT, message=_l("A subject has at most %(max)d characters."))],
        render_kw={"maxlength": LONGEST_SUBJECT},
    )
    body = TextAreaField(
        _l("Text above the list"),
        description=_l("Leave it empty for the usual words. The list of items, the deadline and the links follow."),
        filters=[clean],
        validators=[Length(max=LONGEST_BODY, message=_l("This text has at most %(max)d characters."))],
    )

    def offer(self) -> None:
        """Set the choices."""
        self.audience.choices = options((audience.value, label(audience)) for audience in Audience)

    def validate_subject(self, field: StringField) -> None:
        """Refuse places that cannot be filled in."""
        _check_places(field.data or "")

    def validate_body(self, field: TextAreaField) -> None:
        """Refuse places that cannot be filled in."""
        _check_places(field.data or "")

    def rung(self) -> Rung:
        """Return the rung; call only after validation."""
        assert self.days.data is not None
        return Rung(
            offset_days=self.days.data,
            audience=Audience(self.audience.data),
            is_enabled=bool(self.is_enabled.data),
            subject=self.subject.data or "",
            body=self.body.data or "",
        )


def _check_places(text: str) -> None:
    unknown = unknown_places(text)
    if unknown:
        raise ValidationError(
            _l(
                "%(place)s cannot be filled in. Use {party}, {meeting}, {dates}, {due}, {open}, {total} or {days}.",
                place=unknown[0],
            )
        )
