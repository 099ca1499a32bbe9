"""The figures of the charts, by the one counting rule, out of the answers that a reader is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import median
from typing import Any

from tracker.core.zones import local_day
from tracker.dashboards.matrix import Catalogue
from tracker.dashboards.rounds import ShownRound
from tracker.progress.counting import Count, count

_DAYS_OF_A_MONTH = 365.25 / 12


@dataclass(frozen=True, kw_only=True)
class Column:
    """A party, in the one fixed order."""

    code: str
    short_name: str
    footnote_text: str | None

    @property
    def printed_code(self) -> str:
        """The code, with the asterisk that the name carries."""
        return f"{self.code}*" if self.short_name.endswith("*") else self.code


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Answers of a selection, and how to look at them."""

    catalogue: Catalogue
    #: Ids of the commitments selected, in the order of pages.
    selected: Sequence[int]
    columns: Sequence[Column]
    #: Rows with ``party_code``, ``commitment_id``, ``status``, ``round_id``, ``answered_at``: one for each item.
    items: Sequence[Any]
    #: Rounds whose due date has passed, the latest first.
    ended: Sequence[ShownRound]
    today: date
    zone_name: str

    @cached_property
    def _by_cell(self) -> Mapping[tuple[int, str], Any]:
        return {(row.commitment_id, row.party_code): row for row in self.items}

    def of(self, *, commitments: Iterable[int] | None = None, party: str | None = None) -> list[Any]:
        """Return the items of some commitments, of one party, or of both."""
        wanted = self.selected if commitments is None else commitments
        parties = [column.code for column in self.columns] if party is None else [party]
        return [row for id_ in wanted for code in parties if (row := self._by_cell.get((id_, code))) is not None]

    @cached_property
    def themes(self) -> list[tuple[str, str, list[int]]]:
        """Themes with their commitments: code, name, ids. A commitment with several themes stands under each."""
        found = []
        for code, name in self.catalogue.themes:
            ids = [id_ for id_ in self.selected if code in self.catalogue.themes_of[id_]]
            if ids:
                found.append((code, name, ids))
        return found

    @property
    def footnotes(self) -> list[str]:
        """Footnotes to the names of the parties."""
        return [column.footnote_text for column in self.columns if column.footnote_text]

    def months_old(self, rows: Iterable[Any]) -> int | None:
        """Return the median age of answers, in months; None where there is none."""
        ages = [
            (self.today - local_day(row.answered_at, self.zone_name)).days
            for row in rows
            if row.answered_at is not None
        ]
        return round(median(ages) / _DAYS_OF_A_MONTH) if ages else None

    @cached_property
    def _place_of_round(self) -> dict[int, int]:
        return {each.id: place for place, each in enumerate(self.ended)}

    def freshness(self, rows: Iterable[Any]) -> tuple[int, int, int, int]:
        """Return how many answers are of the latest round that was due or since, of the one before, older, missing."""
        found = [0, 0, 0, 0]
        for row in rows:
            if row.status is None:
                found[3] += 1
            else:
                # An answer of a round that has not been due yet is the newest there is.
                found[min(2, self._place_of_round.get(row.round_id, 0))] += 1
        return found[0], found[1], found[2], found[3]


def counted(rows: Iterable[Any]) -> Count:
    """Return how items divide, by the one counting rule."""
    return count(row.status for row in rows)
