"""Jobs of the search."""

from datetime import datetime
from typing import Final

from tracker.search.services import index_missing

#: How many texts a pass takes up: a second or two of work.
_AT_ONCE: Final = 2_000


def index_texts(now: datetime) -> int:
    """Take up texts that were written past the session; return how many. Safe to run again."""
    return index_missing(_AT_ONCE)
