"""What a browser says about itself, in a few words for the list of sign-ins."""

import re
from typing import Final

from flask_babel import gettext as _

#: The first that fits; order matters, for browsers claim to be each other.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone|iPad", "iOS"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def _first(text: str, names: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for pattern, name in names if re.search(pattern, text)), None)


def device_words(user_agent: str) -> str:
    """Return the browser and the system: ``Firefox on Windows``."""
    browser, system = _first(user_agent, _BROWSERS), _first(user_agent, _SYSTEMS)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Unknown device"))
