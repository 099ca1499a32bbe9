"""How papers are made: claim – commit – make – store – commit. Runs in the job process. Source: ``docs/adr/0015``.

A maker has two halves. ``gather`` reads the database and nothing else, in one reading transaction, and returns plain
data; ``make`` turns the data into bytes, and never sees the database. So no transaction is open while something slow
happens, and the same data make the same file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.core.errors import DomainError


class CannotBeMade(DomainError):
    """There can be no such paper, however often it is tried. The text says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a maker is told."""

    paper_id: int
    parameters: Mapping[str, Any]
    party_id: int | None
    round_id: int | None
    requested_by_id: int | None
    #: When it was asked for, and the moment of the attempt (UTC).
    requested_at: datetime
    now: datetime
    #: The uploaded file, and the name it came with.
    source: bytes | None = None
    source_file_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A file as it came out."""

    content: bytes
    #: As people save it: ``national-report-AL-2026-11-25.pdf``.
    file_name: str
    media_type: str


#: Says how far the work is: done, of how many, what is done now. Cheap; it is written at most once a second.
Progress = Callable[[int, int, str], None]
Gather = Callable[[Order], Mapping[str, Any]]
Make = Callable[[Mapping[str, Any], Progress], Made]


@dataclass(frozen=True)
class Maker:
    """How one kind of paper is made."""

    gather: Gather
    make: Make
