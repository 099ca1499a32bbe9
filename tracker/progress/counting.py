"""The one counting rule. No Flask, no SQLAlchemy. Source: DESIGN §3.5, kept in ``docs/glossary.md``.

Give it the statuses of the tracked, active items of a selection, as the reader may see them:

- *not applicable* leaves the denominator and is shown beside it;
- *not reported* stays in the denominator, as a class of its own;
- an answer of an earlier round counts as any other (its age is shown, not counted);
- submitted but not accepted counts by the last accepted answer (the caller passes that one, and a pending mark).

The headline is (in place + in use) of (items − not applicable). Network and Secretariat items are counted apart:
callers never mix them with a country's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tracker.progress.statuses import NOT_REPORTED, ORDER, REACHED, Status

#: Every class, in the order of legends; bars stack them from the most ink to the least.
CLASSES: Final[tuple[str, ...]] = (*(status.value for status in ORDER), NOT_REPORTED)
_REACHED: Final = frozenset(status.value for status in REACHED)


@dataclass(frozen=True)
class Count:
    """How the items of a selection divide."""

    #: Items per class; every class of :data:`CLASSES` is there, also with 0.
    by_class: Mapping[str, int]

    @property
    def items(self) -> int:
        """All items of the selection."""
        return sum(self.by_class.values())

    @property
    def reported(self) -> int:
        """Items with an answer, *not applicable* among them."""
        return self.items - self.by_class[NOT_REPORTED]

    @property
    def not_applicable(self) -> int:
        """Items that left the denominator."""
        return self.by_class[Status.NOT_APPLICABLE.value]

    @property
    def reached(self) -> int:
        """Items in place, or in place and used: the first number of the headline."""
        return sum(self.by_class[key] for key in _REACHED)

    @property
    def applicable(self) -> int:
        """Items that can be reached: the second number of the headline."""
        return self.items - self.not_applicable

    @property
    def headline(self) -> tuple[int, int] | None:
        """The two numbers of "a of b"; None where there is nothing to count, printed as a dash."""
        return (self.reached, self.applicable) if self.applicable else None


def count(statuses: Iterable[str | None]) -> Count:
    """Count statuses (members or their values); None and ``not_reported`` stand for an item without an answer.

    Raises:
        ValueError: something is neither a status nor the absence of one.
    """
    return from_totals(Counter(NOT_REPORTED if status is None else str(status) for status in statuses))


def from_totals(totals: Mapping[str, int]) -> Count:
    """Return the same from numbers that a query has already added up, by class; classes left out have none.

    Raises:
        ValueError: a key is no class.
    """
    unknown = set(totals) - set(CLASSES)
    if unknown:
        raise ValueError(f"not a status: {sorted(unknown)[0]!r}")
    return Count({key: totals.get(key, 0) for key in CLASSES})
