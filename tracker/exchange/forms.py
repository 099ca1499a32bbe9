"""The filters of needs and offers."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from tracker.core import labels
from tracker.core.forms import QueryForm, options
from tracker.exchange.entries import NEED, OFFER, Entry
from tracker.progress.models import HelpKind, ShareKind


def _kind_words() -> Iterable[tuple[str, str]]:
    """Yield an entry's side and kind as one choice, ``need-training``, and its words."""
    for kind in HelpKind:
        yield f"{NEED}-{kind.value}", _("Help: %(kind)s", kind=labels.label(kind).lower())
    for what in ShareKind:
        yield f"{OFFER}-{what.value}", _("Offer: %(kind)s", kind=labels.label(what).lower())


class BoardForm(QueryForm):
    """Which needs and offers are shown."""

    side = SelectField(_l("Needs or offers"), choices=options([("", ""), (NEED, ""), (OFFER, "")]), default="")
    theme = SelectField(_l("Theme"), default="")
    kind = SelectField(_l("Kind"), default="")
    party = SelectField(_l("Party"), default="")
    instrument = SelectField(_l("Instrument"), default="")

    def offer(
        self,
        *,
        themes: Iterable[tuple[str, str]],
        parties: Iterable[tuple[str, str]],
        instruments: Iterable[tuple[str, str]],
    ) -> None:
        """Fill the lists to choose from, in the order of pages."""
        self.theme.choices = options([("", _("All themes")), *themes])
        self.kind.choices = options([("", _("All kinds")), *_kind_words()])
        self.party.choices = options([("", _("All parties")), *parties])
        self.instrument.choices = options([("", _("All instruments")), *instruments])

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything is left out."""
        return any(field.data for field in self)

    def lets_through(self, entry: Entry) -> bool:
        """Tell whether an entry is among those asked for."""
        return (
            self.side.data in ("", entry.side)
            and (not self.theme.data or self.theme.data in entry.themes)
            and self.kind.data in ("", f"{entry.side}-{entry.kind}")
            and self.party.data in ("", entry.row.party_code)
            and self.instrument.data in ("", entry.row.instrument_code)
        )
