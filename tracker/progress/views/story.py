"""The history of an item as a story: one chapter per round, told as far as the reader may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateAction, UpdateState

#: What the Secretariat did with a reason, which stays part of the story.
_SENT_BACK = (UpdateAction.RETURN, UpdateAction.REOPEN)


class Circle(StrEnum):
    """How near the reader is to the item."""

    #: The party's coordinators, and contributors who have the item in hand: everything.
    WORKING = "working"
    #: The Secretariat: what was submitted.
    OFFICE = "office"
    #: Other people of the party: what was accepted, restricted or not.
    PARTY = "party"
    #: Everybody else who is signed in: what is shared.
    READER = "reader"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """The Secretariat sent an update back."""

    at: datetime
    by: str
    reason: str
    was_accepted: bool


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One round of an item."""

    row: Any
    #: The state of the update, where the reader may know it.
    state: UpdateState | None
    #: The answer that is told: the accepted one, else the one that waits. None where neither may be seen.
    has_answer: bool
    is_accepted: bool
    #: The answer that counts for the reader now.
    is_now: bool
    returned: Sequence[Returned]
    #: The chapter whose answer is repeated without change.
    unchanged_since: Any | None
    #: A newer revision than the accepted one waits for review.
    has_newer: bool

    @property
    def is_draft(self) -> bool:
        return self.state is UpdateState.DRAFT

    @property
    def status(self) -> Status | None:
        return self.row.status if self.has_answer else None


def story_of(
    rows: Sequence[Any], events: Iterable[Any], *, circle: Circle, current_revision_id: int | None
) -> list[Chapter]:
    """Return the chapters, the latest round first; what the reader may not see is not in them."""
    by_update: dict[int, list[Any]] = defaultdict(list)
    for event in events:
        by_update[event.update_id].append(event)
    by_revision = {row.revision_id: row for row in rows}
    chapters = (
        _chapter(row, by_update, by_revision, circle=circle, current_revision_id=current_revision_id) for row in rows
    )
    return [chapter for chapter in chapters if chapter is not None]


def _chapter(
    row: Any,
    by_update: dict[int, list[Any]],
    by_revision: dict[int | None, Any],
    *,
    circle: Circle,
    current_revision_id: int | None,
) -> Chapter | None:
    if circle is Circle.READER:
        state, is_accepted, returned = None, True, []
    else:
        is_accepted = row.accepted_revision_id is not None
        state = _known_state(row, circle)
        returned = _returns(by_update[row.update_id]) if state is not None else []
    has_answer = is_accepted or (
        row.revision_id is not None and state not in (None, UpdateState.DRAFT) and circle is not Circle.PARTY
    )
    if not has_answer and state is None:
        return None
    return Chapter(
        row=row,
        state=state,
        has_answer=has_answer,
        is_accepted=is_accepted,
        is_now=is_accepted and row.revision_id == current_revision_id,
        returned=returned,
        unchanged_since=_first_said(row, by_revision) if has_answer and row.unchanged_from_id else None,
        has_newer=is_accepted and state is UpdateState.SUBMITTED,
    )


def _known_state(row: Any, circle: Circle) -> UpdateState | None:
    """Return the state of the update, as far as the circle may know it."""
    state: UpdateState = row.state
    if circle is Circle.WORKING:
        return None if state is UpdateState.DRAFT and row.drafted_at is None else state
    if circle is Circle.OFFICE:
        # A draft is the party's alone; not even that it exists is told.
        return None if state is UpdateState.DRAFT else state
    return UpdateState.ACCEPTED if row.accepted_revision_id is not None else None


def _returns(events: Iterable[Any]) -> list[Returned]:
    return [
        Returned(
            at=event.taken_at,
            by=event.actor,
            reason=event.comment,
            was_accepted=event.action is UpdateAction.REOPEN,
        )
        for event in reversed(list(events))
        if event.action in _SENT_BACK
    ]


def _first_said(row: Any, by_revision: dict[int | None, Any]) -> Any | None:
    """Return the chapter in which an unchanged answer was first given; the nearest one known to the reader."""
    seen: set[int] = set()
    found = row
    while found.unchanged_from_id in by_revision and found.unchanged_from_id not in seen:
        seen.add(found.unchanged_from_id)
        found = by_revision[found.unchanged_from_id]
    return found if found is not row else None


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A practical step, as the page prints it."""

    what: str
    responsible: str
    due_on: date | None
    done_on: date | None


def steps_of_revision(steps: Iterable[dict[str, Any]]) -> list[StepLine]:
    """Return the steps as a revision copied them."""
    return [
        StepLine(
            what=step.get("what", ""),
            responsible=step.get("responsible", ""),
            due_on=date.fromisoformat(step["due_on"]) if step.get("due_on") else None,
            done_on=date.fromisoformat(step["done_on"]) if step.get("done_on") else None,
        )
        for step in steps
    ]
