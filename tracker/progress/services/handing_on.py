"""A contributor says that the draft can go, and how that is undone."""

from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.progress.models import Assignment, Update


def in_hand(item_id: int, round_id: int, person: User) -> Assignment | None:
    """Return the person's assignment of an item in the round, if it stands."""
    return db.session.scalar(
        sa.select(Assignment).where(
            Assignment.item_id == item_id,
            Assignment.round_id == round_id,
            Assignment.person_id == person.id,
            Assignment.taken_back_at.is_(None),
        )
    )


def mark_ready(update: Update, *, by: User, at: datetime) -> bool:
    """Note that the person has done their part of a draft; return whether the item was in their hands."""
    assignment = in_hand(update.item_id, update.round_id, by)
    if assignment is None:
        return False
    assignment.ready_at = at
    record("assignment.ready", assignment, at=at, by=by, party_id=update.item.party_id)
    return True


def take_word_back(update: Update, *, by: User, at: datetime) -> bool:
    """Note that the person goes on with a draft that they had called ready; return whether they had."""
    assignment = in_hand(update.item_id, update.round_id, by)
    if assignment is None or assignment.ready_at is None:
        return False
    assignment.ready_at = None
    record("assignment.not_ready", assignment, at=at, by=by, party_id=update.item.party_id)
    return True


def ask_again(assignment: Assignment, *, by: User, at: datetime) -> None:
    """Put an item that was called ready back into the person's hands. Safe to repeat."""
    if assignment.ready_at is not None:
        assignment.ready_at = None
        record("assignment.not_ready", assignment, at=at, by=by, party_id=assignment.item.party_id)
