"""The status of implementation: what a party says of a commitment. No Flask, no SQLAlchemy.

Source: DESIGN §2, kept in ``docs/glossary.md``. Words for people stand in ``core.labels``.
"""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """How far implementation has come, in order; *not applicable* stands outside the order."""

    NOT_STARTED = "not_started"
    IN_PREPARATION = "in_preparation"
    PARTLY_IN_PLACE = "partly_in_place"
    IN_PLACE = "in_place"
    IN_USE = "in_use"
    NOT_APPLICABLE = "not_applicable"


#: What stands where a party has not reported. It is the absence of an update, never a status.
NOT_REPORTED: Final = "not_reported"

#: The order in which charts and legends name them.
ORDER: Final = (
    Status.NOT_STARTED,
    Status.IN_PREPARATION,
    Status.PARTLY_IN_PLACE,
    Status.IN_PLACE,
    Status.IN_USE,
    Status.NOT_APPLICABLE,
)

#: The two that the headline counts.
REACHED: Final = frozenset({Status.IN_PLACE, Status.IN_USE})
