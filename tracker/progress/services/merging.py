"""Two people on one draft: what each changed is put together field by field, and nobody's text is lost.

A form carries what it was made from: the version of the update, a short digest of each field, and the documents
that were attached. So a save can tell, field by field, who changed what. Nothing here reads or writes.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tracker.audit.services import canonical
from tracker.progress.services.answers import ANSWER_FIELDS, DraftAnswer

#: The fields that hold long texts: two of them can stand one after the other.
TEXTS: Final = frozenset({"narrative", "obstacles", "next_steps", "reason", "help_text", "share_text"})
_DIGITS: Final = 12
_FORMAT: Final = re.compile(
    rf"(?P<version>[0-9]{{1,9}})\.(?P<marks>([0-9a-f]{{{_DIGITS}}}){{{len(ANSWER_FIELDS)}}})\.(?P<evidence>[0-9,]{{0,2000}})"
)


@dataclass(frozen=True)
class Seen:
    """What a form was made from."""

    version: int
    #: Field → digest; empty where it is not known, so that every difference counts as one.
    marks: Mapping[str, str] = field(default_factory=dict)
    evidence: frozenset[int] = frozenset()

    def write(self) -> str:
        """Return it as the form carries it."""
        marks = "".join(self.marks[name] for name in ANSWER_FIELDS)
        return f"{self.version}.{marks}.{','.join(str(id_) for id_ in sorted(self.evidence))}"


def seen(version: int, answer: DraftAnswer, evidence: frozenset[int]) -> Seen:
    """Return what a form made now is made from. Version 0: no update stands yet."""
    return Seen(version, {name: _mark(getattr(answer, name)) for name in ANSWER_FIELDS}, evidence)


def read_seen(text: str | None) -> Seen:
    """Return what a form carries; where it was tampered with, nothing is known and every difference shows."""
    found = _FORMAT.fullmatch(text or "")
    if found is None:
        return Seen(-1)
    marks = re.findall(f".{{{_DIGITS}}}", found["marks"])
    evidence = frozenset(int(number) for number in found["evidence"].split(",") if 0 < len(number) < 10)  # noqa: PLR2004 - ids have fewer digits
    return Seen(int(found["version"]), dict(zip(ANSWER_FIELDS, marks, strict=True)), evidence)


def _mark(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True)
class Merged:
    """What two people's texts make together. Where both changed a field it holds the first text of ``mine``."""

    answer: DraftAnswer
    #: Fields that both changed, each in their own way.
    conflicts: tuple[str, ...]
    #: Fields that only the other one changed.
    taken: tuple[str, ...]


def merge(base: Seen, *, mine: DraftAnswer, theirs: DraftAnswer) -> Merged:
    """Put together what two people made of the same draft.

    Args:
        base: what my form was made from.
        mine: what I typed.
        theirs: what was saved meanwhile.
    """
    conflicts, taken = [], []
    for name in ANSWER_FIELDS:
        my, their = getattr(mine, name), getattr(theirs, name)
        if my == their:
            continue
        before = base.marks.get(name)
        if before == _mark(my):
            taken.append(name)
        elif before != _mark(their):
            conflicts.append(name)
    answer = replace(mine, **{name: getattr(theirs, name) for name in taken})
    return Merged(answer, tuple(conflicts), tuple(taken))


def merge_evidence(base: frozenset[int], *, mine: frozenset[int], theirs: frozenset[int]) -> frozenset[int]:
    """Return the documents that stand: what I added is added to theirs, what I removed is removed."""
    return (theirs - (base - mine)) | (mine - base)
