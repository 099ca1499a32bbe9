"""The blueprint, its entry in the menu, and what several pages need."""

from datetime import datetime

from flask import Blueprint, current_app
from flask_babel import lazy_gettext as _l

from tracker.accounts.access import signed_in
from tracker.core import navigation
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.navigation import OFFICE, NavigationEntry
from tracker.reminders import queries
from tracker.reminders.diary import DiaryRow, diary
from tracker.reminders.schedule import SCHEDULER_IS_LATE_AFTER
from tracker.reminders.situation import Situation

bp = Blueprint("reminders", __name__, url_prefix="/reminders")
navigation.add(bp, NavigationEntry(_l("Reminders"), "reminders.show_diary", OFFICE, order=60, covers=("reminders.",)))


def rows_ahead(now: datetime) -> tuple[Situation, list[DiaryRow]]:
    """Read what reminders depend on, and return it with what will leave."""
    situation = Situation.of_running_rounds(now, current_app.config["TRACKER_TIMEZONE"])
    taken = db.session.execute(queries.steps_taken(situation.rounds)) if situation.rounds else ()
    return situation, diary(situation, now, [tuple(row) for row in taken])


@bp.app_template_global()
def scheduler_is_late() -> bool:
    """Tell an administrator whether no scheduler has been heard of for a while; nobody else is told."""
    person = signed_in()
    if person is None or not person.is_administrator:
        return False
    latest = db.session.scalar(queries.latest_beat())
    return latest is None or utc_now() - latest > SCHEDULER_IS_LATE_AFTER
