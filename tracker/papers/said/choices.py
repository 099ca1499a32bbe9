"""What of a party's answers is gathered. No Flask, no SQLAlchemy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody chose."""

    party: str
    #: Code of a theme; empty for all.
    theme: str = ""
    #: Years in which rounds were due; None leaves that end open.
    since: int | None = None
    until: int | None = None
    #: Also answers that wait for review, marked as such.
    with_submitted: bool = False

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> "Wanted":
        """Return the choice that a paper keeps."""
        return cls(**{name: parameters[name] for name in ("party", "theme", "since", "until", "with_submitted")})

    @property
    def parameters(self) -> dict[str, Any]:
        """The choice as a paper keeps it."""
        return {
            "party": self.party,
            "theme": self.theme,
            "since": self.since,
            "until": self.until,
            "with_submitted": self.with_submitted,
        }
