"""Asking for a redaction, and deciding on it."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from tracker.core.forms import TrackerForm, clean

LONGEST: Final = 500
#: The choice that is not a revision.
ENTRY: Final = "entry"
#: Before the id of a version of evidence.
VERSION: Final = "version-"


class AskRedactionForm(TrackerForm):
    """What is to be blanked, and why."""

    what = RadioField(_l("What has to go?"), default=ENTRY, validators=[InputRequired(_l("Choose what has to go."))])
    with_draft = BooleanField(
        _l("Blank the working draft too"),
        description=_l("For revisions: what stands in the form now, and what is being typed into it."),
        default=True,
    )
    with_figures = BooleanField(
        _l("Blank the notes and sources of its figures too"),
        description=_l(
            "For revisions: the values stay. Other answers that use the same figures lose them as well. Entries of "
            "the log that hold them are asked for one by one."
        ),
    )
    reason = TextAreaField(
        _l("Why must it go?"),
        description=_l(
            "Printed wherever the text stood. Name the kind of content, and never repeat it: “a victim was named”."
        ),
        filters=[clean],
        validators=[
            DataRequired(_l("Say why it must go, without repeating it.")),
            Length(max=LONGEST, message=_l("Keep the reason under %(max)d characters.")),
        ],
    )

    def revision_id(self) -> int | None:
        """Return the revision chosen; None where something else was. Call only after validation."""
        return int(self.what.data) if (self.what.data or "").isdecimal() else None

    def version_id(self) -> int | None:
        """Return the version of evidence chosen; None where something else was. Call only after validation."""
        chosen = self.what.data or ""
        return int(chosen.removeprefix(VERSION)) if chosen.startswith(VERSION) else None


class DecideRedactionForm(TrackerForm):
    """What is done with a request."""

    do = StringField(validators=[AnyOf(["confirm", "decline", "withdraw"], message=_l("Choose one of the buttons."))])
