"""What moved between two states of the matrix. No Flask, no SQLAlchemy."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from tracker.progress.statuses import Status


class Move(StrEnum):
    """How an item went on since an earlier round."""

    UP = "up"
    DOWN = "down"
    #: Reported for the first time.
    NEW = "new"
    #: Not answered again, though a round was due since.
    SILENT = "silent"
    #: To *not applicable*, or from it.
    OTHER = "other"
    SAME = "same"


#: Those that are pointed out, in the order of the summary.
TOLD: Final = (Move.UP, Move.DOWN, Move.NEW, Move.SILENT, Move.OTHER)
_RANK: Final[Mapping[str, int]] = {
    status.value: place
    for place, status in enumerate(
        (Status.NOT_STARTED, Status.IN_PREPARATION, Status.PARTLY_IN_PLACE, Status.IN_PLACE, Status.IN_USE)
    )
}


class Then(NamedTuple):
    """What was shown at the end of the earlier round; both None where nothing was."""

    status: str | None
    round_id: int | None


def move(then: Then, status: str | None, round_id: int | None, *, was_due_since: bool) -> Move | None:
    """Return how an item went on; None where nothing was reported then or now.

    Args:
        then: what stood at the end of the earlier round.
        status: what stands now.
        round_id: the round in which that was answered.
        was_due_since: a round has been due after the earlier one.
    """
    if then.status is None:
        return None if status is None else Move.NEW
    if status is None or (round_id == then.round_id and was_due_since):
        return Move.SILENT
    if status == then.status:
        return Move.SAME
    before, now = _RANK.get(then.status), _RANK.get(status)
    if before is None or now is None:
        return Move.OTHER
    return Move.UP if now > before else Move.DOWN
