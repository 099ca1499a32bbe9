"""Evidence that runs out: when to say so, and in which words."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

#: So long before its last day a document is pointed out: time enough to ask an office for a new one.
WARN_BEFORE: Final = timedelta(days=60)


class Expiry(StrEnum):
    """How a document stands on a day."""

    SOON = "soon"
    PAST = "past"


def expiry(expires_on: date | None, today: date) -> Expiry | None:
    """Tell whether a document has run out or soon will; None: neither, or it has no last day."""
    if expires_on is None or expires_on > today + WARN_BEFORE:
        return None
    return Expiry.PAST if expires_on < today else Expiry.SOON


def running_out(documents: Iterable[tuple[str, date | None]], today: date) -> list[tuple[str, date, Expiry]]:
    """Return the documents (title, last day) that have run out or soon will, the earliest first."""
    found = [
        (title, last_day, state)
        for title, last_day in documents
        if last_day is not None and (state := expiry(last_day, today)) is not None
    ]
    return sorted(found, key=lambda each: (each[1], each[0]))
