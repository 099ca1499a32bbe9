"""Where a meeting takes place, in words."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.core.footnotes import named


def place(meeting: Any, parties: Mapping[str, Any]) -> str:
    """Return the place as it is printed; what is not known is said as such.

    Args:
        meeting: a meeting, or a row with its ``city``, ``country_code`` and ``is_online``.
        parties: by code; their names are printed as the network prints them, with their footnotes.
    """
    words = place_known(meeting, parties)
    if words and meeting.is_online:
        return str(_("%(place)s and online", place=words))
    if words:
        return words
    return str(_("Online")) if meeting.is_online else str(_("Place not known"))


def place_known(meeting: Any, parties: Mapping[str, Any]) -> str:
    """Return city and country as far as they are known; empty where neither is."""
    code = meeting.country_code
    country = ""
    if code:
        locale = get_locale() or Locale("en", "GB")
        country = named(parties[code]) if code in parties else str(locale.territories.get(code, code))
    if not meeting.city:
        return str(_("%(country)s, city not known", country=country)) if country else ""
    return f"{meeting.city}, {country}" if country else str(meeting.city)
