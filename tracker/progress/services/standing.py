"""Keeping an item's three pointers true. Source: DESIGN §3.3, explained in ``docs/adr/0011``."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.progress.models import Item, Revision, Standing, Update
from tracker.progress.workflow import UpdateState


def refresh_standing(item: Item, *, today: date) -> None:
    """Point the item at what it says now: for its own party and the Secretariat, and for all signed-in people.

    The latest round by due date counts, whenever its answer was accepted. *Public* is not touched: it moves only
    by two acts of its own.
    """
    db.session.flush()
    accepted = db.session.execute(
        sa.select(Update.round_id, Round.due_on, Round.share_on, Revision.id, Revision.status, Revision.is_restricted)
        .join(Round, Round.id == Update.round_id)
        .join(Revision, Revision.id == Update.accepted_revision_id)
        .where(Update.item_id == item.id)
        .order_by(Round.due_on.desc(), Round.id.desc())
    ).all()
    standing = item.standing
    newest = accepted[0] if accepted else None
    standing.accepted_revision_id = newest.id if newest else None
    standing.accepted_status = newest.status if newest else None
    standing.accepted_round_id = newest.round_id if newest else None
    shared = next(
        (row for row in accepted if not row.is_restricted and row.share_on is not None and row.share_on <= today), None
    )
    standing.shared_revision_id = shared.id if shared else None
    standing.shared_status = shared.status if shared else None
    standing.shared_round_id = shared.round_id if shared else None
    standing.shared_from = shared.share_on if shared else None
    standing.has_pending = bool(
        db.session.scalar(
            sa.select(sa.exists().where(Update.item_id == item.id, Update.state == UpdateState.SUBMITTED))
        )
    )


@event.listens_for(Round, "after_update")
def _share_date_moved(_mapper: Mapper[Round], connection: Connection, round_: Round) -> None:
    """Let the share date that readers compare follow the round's own, in the same transaction."""
    connection.execute(
        sa.update(Standing).where(Standing.shared_round_id == round_.id).values(shared_from=round_.share_on)
    )
