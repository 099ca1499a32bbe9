"""Reading answers: a revision with the round it belongs to."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.meetings.models import Round
from tracker.progress.models import Item, Revision, Update


def answer_with_round(revision_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select a revision, with its round and meeting, and the time at which it was decided on."""
    return (
        sa.select(Revision, Update.decided_at)
        .join(Update, sa.and_(Update.item_id == Revision.item_id, Update.round_id == Revision.round_id))
        .options(joinedload(Revision.round).joinedload(Round.meeting))
        .where(Revision.id == revision_id)
    )


def revision_in_full(item_id: int, round_id: int, number: int) -> sa.Select[Revision]:
    """Select one revision with its item, commitment, party, round, meeting and the people behind it."""
    return (
        sa.select(Revision)
        .options(
            joinedload(Revision.item).joinedload(Item.commitment),
            joinedload(Revision.item).joinedload(Item.party),
            joinedload(Revision.round).joinedload(Round.meeting),
            joinedload(Revision.submitted_by),
            joinedload(Revision.author),
        )
        .where(Revision.item_id == item_id, Revision.round_id == round_id, Revision.number == number)
    )


def revisions_before(revision: Revision) -> sa.Select[Revision]:
    """Select what the party said on the same item before a revision, the latest first."""
    return (
        sa.select(Revision)
        .options(joinedload(Revision.round).joinedload(Round.meeting))
        .where(Revision.item_id == revision.item_id, Revision.id < revision.id)
        .order_by(Revision.id.desc())
        .limit(20)
    )
