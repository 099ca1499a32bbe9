"""The workflow of an update: which step leads from which state to which. Source: DESIGN §3.1.

Nothing here knows of people or of the database. Who may take a step is said in ``policies.py``;
what else happens with it, in ``services``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from tracker.core.errors import DomainError


class UpdateState(StrEnum):
    """Where an update stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class UpdateAction(StrEnum):
    """A step that a person takes."""

    SUBMIT = "submit"
    NO_CHANGE = "no_change"
    RECALL = "recall"
    START_REVIEW = "start_review"
    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"


TRANSITIONS: Final[Mapping[tuple[UpdateState, UpdateAction], UpdateState]] = {
    (UpdateState.DRAFT, UpdateAction.SUBMIT): UpdateState.SUBMITTED,
    (UpdateState.DRAFT, UpdateAction.NO_CHANGE): UpdateState.SUBMITTED,
    (UpdateState.SUBMITTED, UpdateAction.RECALL): UpdateState.DRAFT,
    (UpdateState.SUBMITTED, UpdateAction.START_REVIEW): UpdateState.SUBMITTED,
    (UpdateState.SUBMITTED, UpdateAction.ACCEPT): UpdateState.ACCEPTED,
    (UpdateState.SUBMITTED, UpdateAction.RETURN): UpdateState.RETURNED,
    (UpdateState.RETURNED, UpdateAction.SUBMIT): UpdateState.SUBMITTED,
    (UpdateState.ACCEPTED, UpdateAction.REOPEN): UpdateState.RETURNED,
}

#: States in which the party writes.
EDITABLE: Final = frozenset({UpdateState.DRAFT, UpdateState.RETURNED})
#: States in which the party has done its part.
DONE: Final = frozenset({UpdateState.SUBMITTED, UpdateState.ACCEPTED})


class TransitionNotAllowed(DomainError):
    """The update is not in a state from which this step can be taken."""


def allows(state: UpdateState, action: UpdateAction, *, review_started: bool = False) -> bool:
    """Tell whether the workflow has this step from here. A review that has started stops a recall."""
    if action is UpdateAction.RECALL and review_started:
        return False
    return (state, action) in TRANSITIONS


def next_state(state: UpdateState, action: UpdateAction, *, review_started: bool = False) -> UpdateState:
    """Return the state after ``action``.

    Raises:
        TransitionNotAllowed: the workflow has no such step from here.
    """
    if not allows(state, action, review_started=review_started):
        raise TransitionNotAllowed(f"{action.value} is not possible: the update is {state.value}.")
    return TRANSITIONS[state, action]
