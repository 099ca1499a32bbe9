"""Reading sources."""

from collections.abc import Iterable

import sqlalchemy as sa

from tracker.sources.models import Source


def sources_named(keys: Iterable[str]) -> sa.Select[Source]:
    """Select the sources with these keys, by key. Unknown keys are left out."""
    return sa.select(Source).where(Source.key.in_(sorted(set(keys)))).order_by(Source.key)
