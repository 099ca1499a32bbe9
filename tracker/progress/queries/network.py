"""Reading what all parties say about one commitment, as one reader may see it."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.parties.models import Party
from tracker.progress.models import Item, ItemState, Standing


def statuses_of_commitment(
    commitment_id: int, kind: Any, *, sees_all: bool, own: Collection[int], today: date
) -> sa.Select[*tuple[Any, ...]]:
    """Select how many items of a commitment have which status; None where nothing is reported, or nothing shared.

    Args:
        commitment_id: the commitment.
        kind: which parties count: countries are never mixed with others.
        sees_all: the Secretariat reads accepted answers before they are shared.
        own: ids of the parties that the reader works for; they read their own likewise.
        today: the day in the network's zone.
    """
    shared = sa.case((Standing.shared_from <= today, Standing.shared_status), else_=None)
    status = (
        Standing.accepted_status
        if sees_all
        else sa.case((Item.party_id.in_(list(own)), Standing.accepted_status), else_=shared)
    ).label("status")
    return (
        sa.select(status, sa.func.count().label("items"))
        .select_from(Item)
        .join(Party, Party.id == Item.party_id)
        .outerjoin(Standing, Standing.item_id == Item.id)
        .where(Item.commitment_id == commitment_id, Item.state == ItemState.ACTIVE, Party.kind == kind)
        .group_by(sa.text("1"))
    )
