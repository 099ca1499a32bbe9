"""What the scheduler does about reminders."""

from datetime import datetime
from typing import Final

from flask import current_app

from tracker.audit import services as audit
from tracker.core.database import db, reading_only
from tracker.mail.rendering import speaking
from tracker.reminders import queries
from tracker.reminders.planning import due_now, errands
from tracker.reminders.services import run_errand
from tracker.reminders.situation import Situation

#: Digests queued in one transaction.
BATCH: Final = 25


def plan_reminders(now: datetime) -> int:
    """Queue the digests that are due; return how many. Safe to run again, and by many at once.

    It asks what is due now, never whether it ran before: what was missed is caught up for three days.
    """
    with reading_only(), speaking(None):
        situation = Situation.of_running_rounds(now, current_app.config["TRACKER_TIMEZONE"])
        if not situation.rounds:
            db.session.rollback()
            return 0
        taken = [tuple(row) for row in db.session.execute(queries.steps_taken(situation.rounds))]
        waiting = errands(situation, due_now(situation, now, taken), now)
        db.session.rollback()
    count = 0
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        queued = sum(run_errand(errand, at=now) for errand in batch)
        if queued:
            audit.record("reminders.queued", None, at=now, job="plan-reminders", changes={"digests": queued})
        db.session.commit()
        count += queued
    return count
