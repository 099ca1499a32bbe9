"""Which chapters a pack can have, in the agenda's order; and what was chosen. No Flask, no SQLAlchemy."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Chapter(StrEnum):
    """A part of the papers, in the order in which they stand."""

    REPORTED = "reported"
    MATRIX = "matrix"
    CHANGES = "changes"
    THEMES = "themes"
    PARTIES = "parties"
    STEPS = "steps"
    EXCHANGE = "exchange"
    FIGURES = "figures"
    DECISIONS = "decisions"
    METHOD = "method"


@dataclass(frozen=True, kw_only=True)
class PackChoice:
    """What somebody chose."""

    #: Number of the snapshot that the papers are made from.
    snapshot: int
    #: Number of the earlier snapshot that it is compared with; None for none.
    compare: int | None
    chapters: tuple[Chapter, ...]

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> "PackChoice":
        """Return the choice that a paper keeps."""
        return cls(
            snapshot=parameters["snapshot"],
            compare=parameters["compare"],
            chapters=tuple(Chapter(each) for each in parameters["chapters"]),
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The choice as a paper keeps it."""
        return {
            "snapshot": self.snapshot,
            "compare": self.compare,
            "chapters": [each.value for each in Chapter if each in self.chapters],
        }
