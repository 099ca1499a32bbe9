"""A contributor says that the draft can go."""

from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.progress.models import Assignment, Update


def mark_ready(update: Update, *, by: User, at: datetime) -> bool:
    """Note that the person has done their part of a draft; return whether the item was in their hands."""
    assignment = db.session.scalar(
        sa.select(Assignment).where(
            Assignment.item_id == update.item_id,
            Assignment.round_id == update.round_id,
            Assignment.person_id == by.id,
            Assignment.taken_back_at.is_(None),
        )
    )
    if assignment is None:
        return False
    assignment.ready_at = at
    record("assignment.ready", assignment, at=at, by=by, party_id=update.item.party_id)
    return True
