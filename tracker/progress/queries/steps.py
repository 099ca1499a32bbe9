"""Reading practical steps that are not done yet."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.instruments.models import Commitment, CommitmentState
from tracker.progress.models import Item, ItemState, Step

_COLUMNS = (Step.id, Step.item_id, Step.what, Step.responsible, Step.due_on, Commitment.code)


def overdue_steps(party_id: int, *, today: date) -> sa.Select[*tuple[Any, ...]]:
    """Select a party's steps whose day has passed, on items that take reports, the longest overdue first."""
    return (
        sa.select(*_COLUMNS)
        .join(Item, Item.id == Step.item_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .where(
            Item.party_id == party_id,
            Item.state == ItemState.ACTIVE,
            Commitment.state == CommitmentState.ACTIVE,
            Step.done_on.is_(None),
            Step.due_on < today,
        )
        .order_by(Step.due_on, Commitment.code, Step.position, Step.id)
    )


def open_steps(item_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the steps of an item that are not done, in their order."""
    return (
        sa.select(Step.id, Step.what, Step.responsible, Step.due_on)
        .where(Step.item_id == item_id, Step.done_on.is_(None))
        .order_by(Step.position, Step.id)
    )


def step_with_item(step_id: int) -> sa.Select[Step]:
    """Select a step with its item."""
    return sa.select(Step).join(Step.item).where(Step.id == step_id)
