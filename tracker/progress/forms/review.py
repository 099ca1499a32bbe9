"""Forms of the review."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from tracker.core.forms import QueryForm, TrackerForm, clean, options

#: Longest reason and note, in characters.
LONGEST: Final = 4000
#: Updates accepted in one go.
MOST_AT_ONCE: Final = 500


class ReviewFilterForm(QueryForm):
    """The filters of the queue."""

    party = SelectField(_l("Party"), default="", validators=[Optional()])
    instrument = SelectField(_l("Instrument"), default="", validators=[Optional()])
    kind = SelectField(
        _l("Kind"),
        default="",
        choices=options(
            [
                ("", _l("All kinds")),
                ("changed", _l("With changes")),
                ("unchanged", _l("No change")),
                ("late", _l("Late")),
                ("mine", _l("Under my review")),
            ]
        ),
        validators=[Optional()],
    )


class DecisionForm(TrackerForm):
    """Accept, or return with what has to change."""

    #: The revision that the officer had before them.
    read = IntegerField(widget=HiddenInput(), validators=[DataRequired(_l("Open the update again, then decide."))])
    #: The button that was pressed; no hidden field, whose empty value would come before the button's.
    do = StringField(validators=[AnyOf(["accept", "return"], message=_l("Choose “Accept the update” or “Return”."))])
    reason = TextAreaField(
        _l("What has to change?"),
        filters=[clean],
        validators=[Length(max=LONGEST, message=_l("Keep the reason under %(max)d characters."))],
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for a reason where the update is sent back."""
        if self.do.data == "return" and not field.data:
            raise ValidationError(_l("Say what has to change."))


class ReopenForm(TrackerForm):
    """Why an accepted update goes back."""

    reason = TextAreaField(
        _l("Why is it reopened?"),
        description=_l("The party reads this as you write it. What was accepted stays shown until another is."),
        filters=[clean],
        validators=[
            DataRequired(_l("Say why it is reopened.")),
            Length(max=LONGEST, message=_l("Keep the reason under %(max)d characters.")),
        ],
    )


class NoteForm(TrackerForm):
    """A note among the Secretariat."""

    text = TextAreaField(
        _l("Add a note"),
        filters=[clean],
        validators=[
            DataRequired(_l("Write the note first.")),
            Length(max=LONGEST, message=_l("Keep the note under %(max)d characters.")),
        ],
    )


class BulkAcceptForm(TrackerForm):
    """The updates ticked in the queue, each as ``update-revision``; the ticks themselves are read by :meth:`chosen`."""

    def chosen(self, ticks: list[str]) -> dict[int, int]:
        """Return revision by update; a tick that is not one of ours is left out."""
        pairs = (tick.partition("-") for tick in ticks[:MOST_AT_ONCE])
        return {
            int(update): int(revision)
            for update, _, revision in pairs
            if update.isascii() and update.isdigit() and revision.isascii() and revision.isdigit()
        }
