"""The form in which speaking points are written."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from tracker.core.forms import TrackerForm, clean

LONGEST: Final = 8000


class PointsForm(TrackerForm):
    """The text, and the version that it was written from."""

    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("Open the page again, then save."))])
    text = TextAreaField(
        _l("Speaking points"),
        description=_l(
            "A line that begins with a dash is a point; any other begins a new part. Half a page takes three "
            "minutes to say. No names of victims."
        ),
        filters=[clean],
        validators=[
            DataRequired(_l("Write at least one point.")),
            Length(max=LONGEST, message=_l("Keep the points under %(max)d characters.")),
        ],
    )
