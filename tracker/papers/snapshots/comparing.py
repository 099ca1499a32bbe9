"""What moved between two snapshots; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tracker.progress.statuses import Status

_PLACE: Final = {status.value: place for place, status in enumerate(Status) if status is not Status.NOT_APPLICABLE}


class Move(StrEnum):
    """What became of an item."""

    #: The status moved on.
    UP = "up"
    #: The status went back.
    DOWN = "down"
    #: From or to "not applicable".
    OTHER = "other"
    #: First reported.
    NEW = "new"
    #: Answered before, not readable or answered now.
    GONE = "gone"
    #: The same status, in another answer.
    SAID_ANEW = "said_anew"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One item that moved."""

    commitment: str
    party: str
    move: Move
    before: str | None
    after: str | None


def compare(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[Moved]:
    """Return what moved, in the order of the codes. What stands the same in both is left out."""
    was = {(each["commitment"], each["party"]): each["answer"] for each in earlier["items"]}
    now = {(each["commitment"], each["party"]): each["answer"] for each in later["items"]}
    moved = []
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        move = _move(before, after)
        if move is not None:
            moved.append(
                Moved(
                    commitment=key[0],
                    party=key[1],
                    move=move,
                    before=before["status"] if before else None,
                    after=after["status"] if after else None,
                )
            )
    return moved


def _move(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Move | None:
    if before is None or after is None:
        return None if before is after else (Move.NEW if before is None else Move.GONE)
    old, new = before["status"], after["status"]
    if old == new:
        same = before["sha256"] == after["sha256"] or after["is_unchanged"]
        return None if same else Move.SAID_ANEW
    if old not in _PLACE or new not in _PLACE:
        return Move.OTHER
    return Move.UP if _PLACE[new] > _PLACE[old] else Move.DOWN
