"""Which offer answers which need. No Flask, no SQLAlchemy. Source: kept in ``docs/glossary.md``."""

from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum
from typing import Final, Protocol, TypeVar

#: Kinds of offer that can answer each kind of need. A kind that is not named, or *something else*, fits all.
FITS: Final[Mapping[str, frozenset[str]]] = {
    "legislation": frozenset({"document", "practice"}),
    "training": frozenset({"practice", "document"}),
    "funding": frozenset({"practice", "contact_point"}),
    "data": frozenset({"practice", "document"}),
    "contacts": frozenset({"contact_point"}),
}
_ANY: Final = "other"


class Nearness(IntEnum):
    """How near an offer is to a need; the nearest comes first."""

    SAME_COMMITMENT = 1
    #: Same theme, and of a kind that can answer the need.
    THEME_AND_KIND = 2
    #: Same theme, of another kind.
    THEME = 3


class Side(Protocol):
    """One need or one offer."""

    @property
    def party_id(self) -> int: ...
    @property
    def commitment_id(self) -> int: ...
    @property
    def themes(self) -> Collection[str]: ...
    @property
    def kind(self) -> str: ...


Need = TypeVar("Need", bound=Side)
Offer = TypeVar("Offer", bound=Side)


def nearness(need: Side, offer: Side) -> Nearness | None:
    """Return how near an offer is to a need; None where they have nothing in common, or are of one party."""
    if need.party_id == offer.party_id:
        return None
    if need.commitment_id == offer.commitment_id:
        return Nearness.SAME_COMMITMENT
    if not set(need.themes) & set(offer.themes):
        return None
    return Nearness.THEME_AND_KIND if kind_fits(need.kind, offer.kind) else Nearness.THEME


def kind_fits(need: str, offer: str) -> bool:
    """Tell whether an offer of one kind can answer a need of another; kinds are values, ``""`` where none is named."""
    if need in ("", _ANY) or offer in ("", _ANY):
        return True
    return offer in FITS[need]


def matches(
    needs: Iterable[Need], offers: Iterable[Offer], *, up_to: Nearness = Nearness.THEME_AND_KIND
) -> list[tuple[Nearness, Need, Offer]]:
    """Return the pairs that are at least so near, the nearest first; equal ones as needs and offers were given."""
    kept = list(offers)
    found = [
        (near, need, offer)
        for need in needs
        for offer in kept
        if (near := nearness(need, offer)) is not None and near <= up_to
    ]
    return sorted(found, key=lambda pair: pair[0])
