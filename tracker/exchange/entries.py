"""Needs and offers as pages show them, made of the rows that the queries return."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tracker.exchange.matching import Nearness, matches
from tracker.progress.models import HelpKind, ShareKind

NEED, OFFER = "need", "offer"


@dataclass(frozen=True, eq=False)
class Entry:
    """One need or one offer of a party, as it stands in the answer that the reader is shown."""

    row: Any
    is_need: bool

    @property
    def side(self) -> str:
        """``need`` or ``offer``."""
        return NEED if self.is_need else OFFER

    @property
    def party_id(self) -> int:
        return int(self.row.party_id)

    @property
    def commitment_id(self) -> int:
        return int(self.row.commitment_id)

    @cached_property
    def themes(self) -> frozenset[str]:
        """Codes of the commitment's themes, the primary one among them."""
        return frozenset((self.row.theme_code, *(self.row.other_themes or "").split("\n"))) - {""}

    @property
    def kind_named(self) -> HelpKind | ShareKind | None:
        """The kind that the party chose."""
        return self.row.help_kind if self.is_need else self.row.share_kind  # type: ignore[no-any-return]  # a row

    @property
    def kind(self) -> str:
        """The value of the kind; empty where none was chosen."""
        return self.kind_named.value if self.kind_named else ""

    @property
    def text(self) -> str:
        return str(self.row.help_text if self.is_need else self.row.share_text)


@dataclass(frozen=True, eq=False)
class Pair:
    """A need, an offer that may answer it, and how near they are."""

    near: Nearness
    need: Entry
    offer: Entry

    @property
    def key(self) -> tuple[int, int]:
        """Ids of the two items: the pair's name."""
        return self.need.row.item_id, self.offer.row.item_id


def entries_of(rows: Iterable[Any]) -> list[Entry]:
    """Return the needs and offers of answers, in the order of the rows; an answer may hold both."""
    found = []
    for row in rows:
        if row.needs_help:
            found.append(Entry(row, is_need=True))
        if row.can_share:
            found.append(Entry(row, is_need=False))
    return found


def pairs_of(entries: Sequence[Entry], *, up_to: Nearness = Nearness.THEME_AND_KIND) -> list[Pair]:
    """Return which of these needs and offers may answer each other, the nearest first."""
    needs = [entry for entry in entries if entry.is_need]
    offers = [entry for entry in entries if not entry.is_need]
    return [Pair(*found) for found in matches(needs, offers, up_to=up_to)]
