"""The workflow of an update, exhaustively."""

from itertools import product

import pytest

from tracker.progress.workflow import (
    TRANSITIONS,
    TransitionNotAllowed,
    UpdateAction,
    UpdateState,
    allows,
    next_state,
)

D, S, R, A = UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.RETURNED, UpdateState.ACCEPTED
#: Written out by hand from the rules, not derived from the table it checks.
LEADS_TO = {
    (D, "submit"): S,
    (D, "no_change"): S,
    (S, "recall"): D,
    (S, "start_review"): S,
    (S, "accept"): A,
    (S, "return"): R,
    (R, "submit"): S,
    (A, "reopen"): R,
}


@pytest.mark.parametrize(("state", "action"), list(product(UpdateState, UpdateAction)))
def test_every_step_from_every_state(state: UpdateState, action: UpdateAction) -> None:
    if (state, action.value) in LEADS_TO:
        assert next_state(state, action) is LEADS_TO[state, action.value]
    else:
        with pytest.raises(TransitionNotAllowed):
            next_state(state, action)


def test_a_review_that_has_started_stops_only_the_recall() -> None:
    stopped = {
        (state, action)
        for state, action in TRANSITIONS
        if allows(state, action) and not allows(state, action, review_started=True)
    }

    assert stopped == {(S, UpdateAction.RECALL)}


def test_every_state_can_be_reached_and_left() -> None:
    assert {target for target in TRANSITIONS.values()} == set(UpdateState)
    assert {state for state, _ in TRANSITIONS} == set(UpdateState)
