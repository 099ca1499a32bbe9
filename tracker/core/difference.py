"""What changed between two texts, word by word; pure. Templates print it with ``components/diff.html``."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal

Op = Literal["equal", "delete", "insert"]
Part = tuple[Op, str]

#: A word of any script with its marks, apostrophes and hyphens; a run of spaces; or one other sign.
_TOKENS: Final = re.compile(r"[\w\u0300-\u036f]+(?:['’\-][\w\u0300-\u036f]+)*|\s+|[^\w\s]")
#: Beyond this many pairs of words in the part that differs, finding what moved costs more than it shows.
_MOST_PAIRS: Final = 1_000_000


def words(old: str, new: str) -> list[Part]:
    """Return the text with its changes: what stays, what went, what came, in reading order.

    The equal and deleted parts make up ``old``, the equal and inserted ones ``new``. No part is empty and no two
    neighbours are of one kind. Where everything between the first and the last change is long and different, it
    stands as one deletion and one insertion.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    head = _common(before, after)
    tail = _common(reversed(before[head:]), reversed(after[head:]))
    end_before, end_after = len(before) - tail, len(after) - tail
    return _joined(
        [
            ("equal", "".join(before[:head])),
            *_between(before[head:end_before], after[head:end_after]),
            ("equal", "".join(before[end_before:])),
        ]
    )


def _common(before: Iterable[str], after: Iterable[str]) -> int:
    length = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        length += 1
    return length


def _between(before: list[str], after: list[str]) -> list[Part]:
    if len(before) * len(after) > _MOST_PAIRS:
        return [("delete", "".join(before)), ("insert", "".join(after))]
    parts: list[Part] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        gone, came = "".join(before[i1:i2]), "".join(after[j1:j2])
        parts += [("equal", gone)] if op == "equal" else [("delete", gone), ("insert", came)]
    return parts


def _joined(parts: list[Part]) -> list[Part]:
    """Put neighbouring changes together, those with only spaces between them too; a deletion stands first."""
    parts = [part for part in parts if part[1]]
    if not any(op != "equal" for op, _ in parts):
        return [("equal", "".join(text for _, text in parts))] if parts else []
    joined: list[Part] = []
    for is_kept, group in groupby(_with_spaces_in_changes(parts), key=lambda part: part[0] == "equal"):
        run = list(group)
        if is_kept:
            joined.append(("equal", "".join(text for _, text in run)))
            continue
        for op in ("delete", "insert"):
            if text := "".join(text for each, text in run if each == op):
                joined.append((op, text))
    return joined


def _with_spaces_in_changes(parts: list[Part]) -> Iterable[Part]:
    last = len(parts) - 1
    for position, (op, text) in enumerate(parts):
        if op == "equal" and text.isspace() and 0 < position < last:
            yield ("delete", text)
            yield ("insert", text)
        else:
            yield (op, text)
