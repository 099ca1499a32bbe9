"""Jobs about progress."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from tracker.core.database import db
from tracker.core.zones import local_day
from tracker.meetings.models import Round
from tracker.progress.models import Item, Revision, Standing, Update
from tracker.progress.services.standing import refresh_standing


def share_accepted(now: datetime) -> int:
    """Let all signed-in people read what is accepted in rounds whose share date has come; return how many items.

    Safe to run again. Until it ran, people see the answer shared before: too little, never too much.
    """
    today = local_day(now, current_app.config["TRACKER_TIMEZONE"])
    shared_round = aliased(Round)
    behind = (
        sa.select(Item)
        .join(Standing, Standing.item_id == Item.id)
        .join(Update, Update.item_id == Item.id)
        .join(Round, Round.id == Update.round_id)
        .join(Revision, Revision.id == Update.accepted_revision_id)
        .outerjoin(shared_round, shared_round.id == Standing.shared_round_id)
        .where(
            Revision.is_restricted.is_(False),
            Round.share_on <= today,
            Standing.shared_revision_id.is_distinct_from(Update.accepted_revision_id),
            sa.or_(shared_round.id.is_(None), Round.due_on >= shared_round.due_on),
        )
        .distinct()
    )
    ahead = (
        sa.select(Item)
        .join(Standing, Standing.item_id == Item.id)
        .where(
            Standing.shared_revision_id.is_not(None),
            sa.or_(Standing.shared_from.is_(None), Standing.shared_from > today),
        )
    )
    items = {item.id: item for query in (behind, ahead) for item in db.session.scalars(query)}
    for item in items.values():
        refresh_standing(item, today=today)
    return len(items)
