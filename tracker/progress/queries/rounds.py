"""Reading rounds, as those see them who report."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.meetings.models import Extension, Round


def rounds_from(day: date) -> sa.Select[Round]:
    """Select the rounds that are open about that day, for all or by an extension, and those still to come.

    With meeting, instruments in scope and extensions. A day of margin on either side: each round goes by its own zone.
    """
    yesterday = day - timedelta(days=1)
    extended = sa.select(Extension.round_id).where(Extension.due_on >= yesterday)
    return (
        sa.select(Round)
        .options(joinedload(Round.meeting), joinedload(Round.extensions))
        .where(Round.cancelled_at.is_(None), sa.or_(Round.closes_on >= yesterday, Round.id.in_(extended)))
        .order_by(Round.due_on, Round.id)
    )
