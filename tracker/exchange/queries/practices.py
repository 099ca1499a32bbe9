"""Reading nominations and the register of good practice."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.dashboards.queries.reader import Reader, answer_is_open_to, of_own_party
from tracker.exchange.models import GoodPractice
from tracker.exchange.workflow import PracticeState
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision, Update


def practices_seen_by(reader: Reader) -> sa.Select[GoodPractice]:
    """Select what a reader may see: of the own party everything, of others what is listed, accepted and shared."""
    is_accepted = sa.exists().where(
        Update.item_id == Revision.item_id,
        Update.round_id == Revision.round_id,
        Update.accepted_revision_id == Revision.id,
    )
    in_register = sa.and_(GoodPractice.state == PracticeState.LISTED, is_accepted, answer_is_open_to(reader))
    return (
        sa.select(GoodPractice)
        .join(GoodPractice.item)
        .join(GoodPractice.revision)
        .join(Round, Round.id == Revision.round_id)
        .where(sa.or_(of_own_party(reader), in_register))
    )


def practices_in_full(reader: Reader) -> sa.Select[GoodPractice]:
    """Select the same with all that pages show, newest first."""
    return (
        practices_seen_by(reader)
        .join(Item.party)
        .options(
            contains_eager(GoodPractice.item).options(
                contains_eager(Item.party).joinedload(Party.footnote),
                joinedload(Item.commitment).options(
                    joinedload(Commitment.instrument),
                    joinedload(Commitment.theme),
                    selectinload(Commitment.other_themes),
                ),
            ),
            contains_eager(GoodPractice.revision).joinedload(Revision.round).joinedload(Round.meeting),
        )
        .order_by(sa.func.coalesce(GoodPractice.answered_at, GoodPractice.nominated_at).desc(), GoodPractice.id.desc())
    )


def practice_locked(practice_id: int) -> sa.Select[GoodPractice]:
    """Select a nomination and keep others from acting on it until the commit."""
    return sa.select(GoodPractice).where(GoodPractice.id == practice_id).with_for_update(of=GoodPractice)


def standing_practice_of(item_id: int) -> sa.Select[GoodPractice]:
    """Select the nomination or entry of an item that is not over."""
    return sa.select(GoodPractice).where(
        GoodPractice.item_id == item_id, GoodPractice.state.in_((PracticeState.NOMINATED, PracticeState.LISTED))
    )


def nominations_waiting(party_ids: tuple[int, ...]) -> sa.Select[Any]:
    """Select how many nominations wait for the consent of these parties."""
    return (
        sa.select(sa.func.count(GoodPractice.id))
        .join(GoodPractice.item)
        .where(GoodPractice.state == PracticeState.NOMINATED, Item.party_id.in_(party_ids))
    )
