"""The filters of pages across features."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from tracker.core.forms import QueryForm, TrackerForm, clean_line, options
from tracker.dashboards.matrix import Catalogue
from tracker.dashboards.rounds import ShownRound
from tracker.instruments.models import Addressee
from tracker.progress.counting import CLASSES
from tracker.progress.labels import status_label

#: Longest name of a saved view, in characters.
LONGEST_NAME: Final = 60


class AddresseeForm(QueryForm):
    """Whose commitments: read before the others, because it decides what they offer."""

    addressee = SelectField(
        _l("Addressed to"),
        choices=options((each.value, each.value) for each in Addressee),
        default=Addressee.COUNTRY.value,
    )


class MatrixForm(QueryForm):
    """What of the matrix is shown."""

    instrument = SelectField(_l("Instrument"), default="")
    theme = SelectField(_l("Theme"), default="")
    round = SelectField(_l("Round"), default="")
    status = SelectField(_l("Status"), default="")
    compare = SelectField(_l("Compared with"), default="")

    def offer(self, catalogue: Catalogue, rounds: list[ShownRound]) -> None:
        """Fill the lists to choose from: what there is, in the order of pages; rounds newest first."""
        self.instrument.choices = options([("", _l("All instruments")), *catalogue.instruments])
        self.theme.choices = options([("", _l("All themes")), *catalogue.themes])
        self.round.choices = options(
            [("", _l("Latest answers")), *((each.code, each.label) for each in reversed(rounds))]
        )
        self.compare.choices = options([("", _l("Nothing")), *((each.code, each.name) for each in reversed(rounds))])
        self.status.choices = options([("", _l("All statuses")), *((key, status_label(key)) for key in CLASSES)])


class ChartForm(QueryForm):
    """What the charts count."""

    instrument = SelectField(_l("Instrument"), default="")
    theme = SelectField(_l("Theme"), default="")

    def offer(self, catalogue: Catalogue) -> None:
        """Fill the lists to choose from, in the order of pages."""
        self.instrument.choices = options([("", _l("All instruments")), *catalogue.instruments])
        self.theme.choices = options([("", _l("All themes")), *catalogue.themes])


class SaveViewForm(TrackerForm):
    """The name under which a person keeps the filters of a page."""

    page = HiddenField()
    query = HiddenField()
    name = StringField(
        _l("Name"),
        description=_l("In a few words, for example: Compensation, Brdo 2018."),
        filters=[clean_line],
        validators=[
            DataRequired(_l("Enter a name.")),
            Length(max=LONGEST_NAME, message=_l("Use at most %(max)d characters.")),
        ],
    )


class PartyForm(QueryForm):
    """How the items of a party are grouped."""

    group = SelectField(
        _l("Grouped by"),
        choices=options([("instrument", _l("Instrument")), ("theme", _l("Theme"))]),
        default="instrument",
    )
