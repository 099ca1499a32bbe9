"""What a national report may hold, and how it is ordered. No Flask, no SQLAlchemy."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Holds(StrEnum):
    """Which answers it prints."""

    ACCEPTED = "accepted"
    #: Also those that wait for review, marked as such.
    SUBMITTED = "submitted"
    #: Also working drafts, marked as such.
    DRAFTS = "drafts"


class Order(StrEnum):
    """Under which headings the items stand."""

    INSTRUMENT = "instrument"
    THEME = "theme"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody chose. The round is named by the code of its meeting."""

    party: str
    round: str
    holds: Holds
    order: Order

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> "Choice":
        """Return the choice that a paper keeps."""
        return cls(
            party=parameters["party"],
            round=parameters["round"],
            holds=Holds(parameters["holds"]),
            order=Order(parameters["order"]),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The choice as a paper keeps it."""
        return {"party": self.party, "round": self.round, "holds": self.holds.value, "order": self.order.value}
