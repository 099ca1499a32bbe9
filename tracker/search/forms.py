"""The search box and its filters."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from tracker.core.forms import QueryForm, clean_line, options
from tracker.search.labels import KIND_LABELS
from tracker.search.models import SearchKind
from tracker.search.queries import Narrowed

#: The longest question, in characters.
LONGEST = 200


class SearchForm(QueryForm):
    """What is looked for, and where."""

    q = StringField(_l("Search for"), filters=[clean_line], default="")
    kind = SelectField(
        _l("kind"),
        choices=options([("", _l("Everything")), *((each.value, KIND_LABELS[each]) for each in SearchKind)]),
        default="",
    )
    party = SelectField(_l("Party"), default="")
    theme = SelectField(_l("Theme"), default="")

    def offer(self, parties: Iterable[tuple[str, str]], themes: Iterable[tuple[str, str]]) -> None:
        """Fill the lists to choose from."""
        self.party.choices = options([("", _l("All parties")), *parties])
        self.theme.choices = options([("", _l("All themes")), *themes])

    def narrowed(self) -> Narrowed:
        """Return the filters; call only after ``unknown``."""
        return Narrowed(
            kind=SearchKind(self.kind.data) if self.kind.data else None,
            party=self.party.data or "",
            theme=self.theme.data or "",
        )
