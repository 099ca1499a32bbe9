"""Reading sources."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from tracker.sources.models import Source


def sources_named(keys: Iterable[str]) -> sa.Select[Source]:
    """Select the sources with these keys, by key. Unknown keys are left out."""
    return sa.select(Source).where(Source.key.in_(sorted(set(keys)))).order_by(Source.key)


def in_order(keys: Iterable[str], named: Mapping[str, Source]) -> list[Source]:
    """Return the sources in the order in which an entry names them; unknown keys are left out."""
    return [named[key] for key in keys if key in named]
