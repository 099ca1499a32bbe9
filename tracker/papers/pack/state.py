"""A frozen state of play as the chapters read it: in the order of pages, with names at hand."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from tracker.progress.counting import Count, count
from tracker.progress.statuses import NOT_REPORTED, Status

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class State:
    """What a snapshot holds."""

    content: Entry

    @property
    def meeting(self) -> Entry:
        found: Entry = self.content["meeting"]
        return found

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.content["as_of"])

    @cached_property
    def parties(self) -> dict[str, Entry]:
        """Every party by code, in the one fixed order."""
        return {each["code"]: each for each in sorted(self.content["parties"], key=lambda each: each["position"])}

    @cached_property
    def countries(self) -> list[Entry]:
        return [each for each in self.parties.values() if each["kind"] == "country"]

    @cached_property
    def themes(self) -> dict[str, Entry]:
        return {each["code"]: each for each in sorted(self.content["themes"], key=lambda each: each["position"])}

    @cached_property
    def instruments(self) -> dict[str, Entry]:
        """Every instrument by code, the oldest first."""
        ordered = sorted(self.content["instruments"], key=lambda each: (each["adopted_on"], each["code"]))
        return {each["code"]: each for each in ordered}

    @cached_property
    def commitments(self) -> dict[str, Entry]:
        """Every commitment by code, in the order of its instrument."""
        place = {code: number for number, code in enumerate(self.instruments)}
        ordered = sorted(
            self.content["commitments"], key=lambda each: (place[each["instrument"]], each["position"], each["code"])
        )
        return {each["code"]: each for each in ordered}

    @cached_property
    def items(self) -> dict[tuple[str, str], Entry]:
        """Every item by commitment and party, of parties and commitments that stand."""
        return {
            (each["commitment"], each["party"]): each
            for each in self.content["items"]
            if each["commitment"] in self.commitments and each["party"] in self.parties
        }

    def addressed_to(self, addressee: str) -> list[Entry]:
        """Return the commitments of an addressee in their order."""
        return [each for each in self.commitments.values() if each["addressee"] == addressee]

    def by_instrument(self, commitments: list[Entry]) -> Iterator[tuple[Entry, list[Entry]]]:
        """Yield instruments with their commitments."""
        for code, rows in groupby(commitments, key=lambda each: each["instrument"]):
            yield self.instruments[code], list(rows)

    def answers_of(self, commitment: str) -> list[tuple[Entry, Entry]]:
        """Return party and item of each item of a commitment, in the order of the parties."""
        return [
            (party, self.items[commitment, code])
            for code, party in self.parties.items()
            if (commitment, code) in self.items
        ]

    def items_of(self, party: str) -> list[tuple[Entry, Entry]]:
        """Return commitment and item of each item of a party, in the order of the commitments."""
        return [
            (commitment, self.items[code, party])
            for code, commitment in self.commitments.items()
            if (code, party) in self.items
        ]

    @cached_property
    def by_theme(self) -> dict[str, list[Entry]]:
        """The commitments under their primary themes, in the order of the themes."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for commitment in self.commitments.values():
            found[commitment["theme"]].append(commitment)
        return {code: found[code] for code in self.themes if code in found}


def status_of(item: Entry) -> str:
    """Return the status of an item, ``not_reported`` where no answer is shown."""
    answer = item["answer"]
    return (answer["status"] if answer is not None else None) or NOT_REPORTED


def counted(items: list[Entry]) -> Count:
    """Count items by the one rule."""
    return count(Status(status) if status != NOT_REPORTED else None for status in map(status_of, items))
