"""The Secretariat's own words in a reminder, with places that are filled in."""

import re
from collections.abc import Mapping
from typing import Final

#: What may stand in braces, each with what it becomes in an example.
PLACEHOLDERS: Final = {
    "party": "Albania",
    "meeting": "Network meeting",
    "dates": "20–21 January 2027",
    "due": "14 December 2026",
    "open": "11",
    "total": "28",
    "days": "21",
}
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


def unknown_places(text: str) -> list[str]:
    """Return what stands in braces and is not one of ours; a brace left open counts as one."""
    unknown = [f"{{{name}}}" for name in _PLACE.findall(text) if name not in PLACEHOLDERS]
    return unknown + sorted(set(re.findall(r"[{}]", _PLACE.sub("", text))))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its places filled in; nothing else in braces is touched."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)
