"""The form in which a national report is chosen."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from tracker.core.forms import ChoiceField, RadioChoiceField, TrackerForm, options
from tracker.meetings.models import Round
from tracker.papers.national.choices import Choice, Holds, Order

HOLDS_WORDS: Final = {
    Holds.ACCEPTED: _l("Accepted answers only"),
    Holds.SUBMITTED: _l("Also answers that wait for review"),
    Holds.DRAFTS: _l("Also working drafts"),
}
#: What stands under each choice.
HOLDS_NOTES: Final = {
    Holds.ACCEPTED: _l("For others to read."),
    Holds.SUBMITTED: _l("Each of these is marked, and so is the paper."),
    Holds.DRAFTS: _l("For work inside your country. Each draft is marked, and so is every page."),
}
ORDER_WORDS: Final = {Order.INSTRUMENT: _l("Instruments"), Order.THEME: _l("Themes")}


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
        return Choice.read(
            {"party": party, "round": self.round.data, "holds": self.holds.data, "order": self.order.data}
        )
