"""The filter of what was said."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from tracker.core.forms import QueryForm, options
from tracker.instruments.models import Theme
from tracker.papers.said.choices import Wanted


class SaidForm(QueryForm):
    """Theme, years, and whether answers that wait for review count."""

    theme = SelectField(_l("Theme"), default="")
    since = SelectField(_l("From"), default="")
    until = SelectField(_l("To"), default="")
    answers = SelectField(_l("Answers"), default="accepted")

    def offer(self, themes: Iterable[Theme], years: list[int], *, with_submitted: bool) -> None:
        """Fill the lists to choose from; what waits for review only where the person may read it."""
        self.theme.choices = options([("", _l("All themes")), *((each.code, each.name) for each in themes)])
        self.since.choices = options([("", _l("The beginning")), *((str(year), str(year)) for year in years)])
        self.until.choices = options([("", _l("Today")), *((str(year), str(year)) for year in years)])
        submitted = [("submitted", _l("Also submitted ones"))] if with_submitted else []
        self.answers.choices = options([("accepted", _l("Accepted ones")), *submitted])

    def wanted(self, party: str) -> Wanted:
        """Return what was chosen; call only after :meth:`unknown`."""
        return Wanted(
            party=party,
            theme=self.theme.data or "",
            since=int(self.since.data) if self.since.data else None,
            until=int(self.until.data) if self.until.data else None,
            with_submitted=self.answers.data == "submitted",
        )
