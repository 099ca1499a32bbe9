"""Words for people about parties, and about how things are known."""

from babel import Locale
from flask import Flask
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.parties.models import Confidence, PartyKind
from tracker.sources.models import Extent

labels.register(
    PartyKind,
    {
        PartyKind.COUNTRY: _l("Participant"),
        PartyKind.NETWORK: _l("The network"),
        PartyKind.SECRETARIAT: _l("The Secretariat"),
    },
)
labels.register(
    Confidence,
    {Confidence.STATED: _l("Stated by a source"), Confidence.INFERRED: _l("Concluded from sources, not stated")},
)
labels.register(
    Extent,
    {
        Extent.FULL: _l("read in full"),
        Extent.OPENING: _l("only its beginning was read"),
        Extent.SEED: _l("handed over when the work began"),
        Extent.KNOWLEDGE: _l("general knowledge, not looked up"),
    },
)


def language_name(code: str) -> str:
    """Return the name of a language in the language of the page: ``Macedonian`` for ``mk``."""
    return str((get_locale() or Locale("en", "GB")).languages.get(code, code))


def territory_name(code: str) -> str:
    """Return the name of a country that is no party; parties bring their own names, footnotes and all."""
    return str((get_locale() or Locale("en", "GB")).territories.get(code, code))


def init_app(app: Flask) -> None:
    """Give templates ``language_name`` and ``territory_name``."""
    app.jinja_env.filters.update(language_name=language_name, territory_name=territory_name)
