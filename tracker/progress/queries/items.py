"""Reading items: one with what its pages need, several by id."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.instruments.models import Commitment
from tracker.progress.models import Item


def item_in_full(item_id: int) -> sa.Select[Item]:
    """Select an item with its commitment, instrument, theme, party and standing."""
    return (
        sa.select(Item)
        .options(
            joinedload(Item.commitment).joinedload(Commitment.instrument),
            joinedload(Item.commitment).joinedload(Commitment.theme),
            joinedload(Item.party),
            joinedload(Item.standing),
        )
        .where(Item.id == item_id)
    )


def items_by_id(ids: Iterable[int]) -> sa.Select[Item]:
    """Select items with their commitments, parties and standings, in the order of their ids."""
    return (
        sa.select(Item)
        .options(joinedload(Item.commitment), joinedload(Item.party), joinedload(Item.standing))
        .where(Item.id.in_(list(ids)))
        .order_by(Item.id)
    )
