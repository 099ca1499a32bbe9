"""Reading speaking points."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.papers.speaking.models import PointsState, SpeakingPoints
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision


def points_of(party_id: int, round_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select a party's points for a round, and whether one of its answers was redacted since they were written."""
    return (
        sa.select(SpeakingPoints, was_redacted_since().label("is_overtaken"))
        .options(
            joinedload(SpeakingPoints.party),
            joinedload(SpeakingPoints.written_by),
            joinedload(SpeakingPoints.released_by),
        )
        .where(SpeakingPoints.party_id == party_id, SpeakingPoints.round_id == round_id)
    )


def released_points(round_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select which parties have released their points for a round, in the one fixed order; for the Secretariat."""
    return (
        sa.select(Party, SpeakingPoints.released_at)
        .join(SpeakingPoints, SpeakingPoints.party_id == Party.id)
        .where(
            SpeakingPoints.round_id == round_id,
            SpeakingPoints.state == PointsState.RELEASED,
            ~was_redacted_since(),
        )
        .order_by(Party.position)
    )


def was_redacted_since() -> sa.ColumnElement[bool]:
    """Return the condition that an answer of the party was redacted after its points were written."""
    return (
        sa.select(Revision.id)
        .join(Item, Item.id == Revision.item_id)
        .where(Item.party_id == SpeakingPoints.party_id, Revision.redacted_at > SpeakingPoints.written_at)
        .exists()
    )
