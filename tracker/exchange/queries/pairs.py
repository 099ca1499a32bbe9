"""Reading the pairs that the Secretariat noted."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.exchange.models import ExchangePair, PairState
from tracker.meetings.models import Meeting, MeetingKind, MeetingState


def noted_pairs() -> sa.Select[ExchangePair]:
    """Select every pair that was noted, with its meeting."""
    return sa.select(ExchangePair).options(joinedload(ExchangePair.meeting), joinedload(ExchangePair.noted_by))


def pair_of(need_item_id: int, offer_item_id: int) -> sa.Select[ExchangePair]:
    """Select what was noted of one pair."""
    return noted_pairs().where(ExchangePair.need_item_id == need_item_id, ExchangePair.offer_item_id == offer_item_id)


def pairs_for_meeting(meeting_id: int) -> sa.Select[ExchangePair]:
    """Select the pairs that were suggested for the agenda of a meeting, those that have met among them."""
    return (
        sa.select(ExchangePair)
        .where(ExchangePair.meeting_id == meeting_id, ExchangePair.state.in_((PairState.AGENDA, PairState.MET)))
        .order_by(ExchangePair.id)
    )


def meetings_ahead() -> sa.Select[Meeting]:
    """Select the planned meetings of the network, the next first."""
    return (
        sa.select(Meeting)
        .where(Meeting.state == MeetingState.PLANNED, Meeting.kind != MeetingKind.NEIGHBOUR)
        .order_by(Meeting.starts_on, Meeting.id)
    )
