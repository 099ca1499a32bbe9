"""What a round asks of each party: one row a party, for whatever is counted over its items and their updates."""

from typing import Any

import sqlalchemy as sa

from tracker.instruments.models import Commitment, CommitmentState
from tracker.meetings.models import RoundInstrument
from tracker.parties.models import Footnote, Party
from tracker.progress.models import Item, ItemState, Update


def by_party(round_id: int, *counted: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
    """Select for each party that a round asks: its names, how many items, and what is counted; in the fixed order.

    Args:
        round_id: the round.
        counted: labelled aggregates over ``Item`` and its ``Update`` in the round, where there is one.
    """
    asked = sa.and_(RoundInstrument.instrument_id == Commitment.instrument_id, RoundInstrument.round_id == round_id)
    party = (
        Party.id,
        Party.code,
        Party.short_name,
        Party.kind,
        Footnote.text.label("footnote_text"),
    )
    return (
        sa.select(*party, sa.func.count(Item.id).label("items"), *counted)
        .select_from(Item)
        .join(Party, Party.id == Item.party_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(RoundInstrument, asked)
        .outerjoin(Update, sa.and_(Update.item_id == Item.id, Update.round_id == round_id))
        .where(Item.state == ItemState.ACTIVE, Commitment.state == CommitmentState.ACTIVE, Party.is_active)
        .group_by(Party.id, Party.code, Party.short_name, Party.kind, Party.position, Footnote.text)
        .order_by(Party.position)
    )
