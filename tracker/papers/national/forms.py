"""The form in which a national report is chosen."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from tracker.core.forms import ChoiceField, QueryForm, RadioChoiceField, TrackerForm, options
from tracker.meetings.models import Round
from tracker.papers.national.choices import Choice, Holds, Order
from tracker.papers.national.labels import HOLDS_WORDS, ORDER_WORDS


class ReportForm(TrackerForm):
    """Which round, which answers, in which order."""

    round = ChoiceField(_l("Round"), message=_l("Choose a round of the list."))
    holds = RadioChoiceField(_l("Which answers"), message=_l("Choose which answers the report prints."))
    order = RadioChoiceField(
        _l("Under headings of"),
        choices=options((each.value, ORDER_WORDS[each]) for each in Order),
        default=Order.INSTRUMENT.value,
        message=_l("Choose how the items are ordered."),
    )

    def offer(self, rounds: list[tuple[Round, Any]], holds: list[Holds]) -> None:
        """Fill the lists to choose from: rounds with their words, the latest first; what the person may have."""
        self.round.choices = options((each.meeting.code, words) for each, words in rounds)
        self.holds.choices = options((each.value, HOLDS_WORDS[each]) for each in holds)

    def choice(self, party: str) -> Choice:
        """Return what was chosen; call only after validation."""
        return _choice(self, party)


class ReportPageForm(QueryForm):
    """The same, in the address of the report as a page."""

    round = SelectField(_l("Round"))
    holds = SelectField(_l("Which answers"), default=Holds.ACCEPTED.value)
    order = SelectField(_l("Under headings of"), default=Order.INSTRUMENT.value)

    def offer(self, rounds: list[Round], holds: list[Holds]) -> None:
        """Fill the lists to choose from; the latest round goes without saying."""
        self.round.choices = options((each.meeting.code, each.meeting.title) for each in rounds)
        self.round.default = rounds[0].meeting.code
        self.holds.choices = options((each.value, HOLDS_WORDS[each]) for each in holds)
        self.order.choices = options((each.value, ORDER_WORDS[each]) for each in Order)
        if self.round.data is None:
            self.round.data = self.round.default

    def choice(self, party: str) -> Choice:
        """Return what was chosen; call only after :meth:`unknown`."""
        return _choice(self, party)


def _choice(form: ReportForm | ReportPageForm, party: str) -> Choice:
    return Choice.read({"party": party, "round": form.round.data, "holds": form.holds.data, "order": form.order.data})
