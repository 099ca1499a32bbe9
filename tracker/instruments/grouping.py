"""How lists of instruments are divided: by who speaks in them."""

from enum import StrEnum
from typing import Final

from tracker.instruments.models import InstrumentType


class Circle(StrEnum):
    """Who speaks, in the order of the page."""

    MINISTERS = "ministers"
    STRATEGIES = "strategies"
    COORDINATORS = "coordinators"
    OTHERS = "others"


_CIRCLES: Final = {
    InstrumentType.MINISTERIAL_DECLARATION: Circle.MINISTERS,
    InstrumentType.MINISTERIAL_OUTCOME: Circle.MINISTERS,
    InstrumentType.STRATEGY: Circle.STRATEGIES,
    InstrumentType.COORDINATORS_DECLARATION: Circle.COORDINATORS,
    InstrumentType.COORDINATORS_STATEMENT: Circle.COORDINATORS,
    InstrumentType.MEETING_CONCLUSIONS: Circle.COORDINATORS,
}


def circle_of(kind: InstrumentType) -> Circle:
    """Return who speaks in an instrument of that type."""
    return _CIRCLES.get(kind, Circle.OTHERS)
