"""The order in which bars stack, and where their parts begin."""

from typing import Final

from tracker.progress.counting import CLASSES, Count
from tracker.progress.statuses import NOT_REPORTED, Status

#: From the most ink to the least, then what stands beside the order.
STACK: Final = (
    Status.IN_USE.value,
    Status.IN_PLACE.value,
    Status.PARTLY_IN_PLACE.value,
    Status.IN_PREPARATION.value,
    Status.NOT_STARTED.value,
    Status.NOT_APPLICABLE.value,
    NOT_REPORTED,
)
assert set(STACK) == set(CLASSES)


def parts_of(count: Count) -> list[tuple[str, int, int]]:
    """Return the parts of a bar as (class, where it begins, how long it is), in items; empty classes are left out."""
    parts, begin = [], 0
    for key in STACK:
        if number := count.by_class[key]:
            parts.append((key, begin, number))
            begin += number
    return parts
