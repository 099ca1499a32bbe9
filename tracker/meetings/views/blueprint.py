"""The blueprint of the feature, its menu entry, and what its views share."""

from flask import Blueprint, request
from flask_babel import lazy_gettext as _l

from tracker.core import navigation
from tracker.core.database import db
from tracker.meetings.models import Meeting
from tracker.meetings.queries import meeting_locked, meeting_with_round

bp = Blueprint("meetings", __name__, url_prefix="/meetings")
navigation.add(
    bp,
    navigation.NavigationEntry(
        _l("Meetings"), "meetings.list_meetings", navigation.EVERYBODY, order=40, covers=("meetings.",)
    ),
)


def load(meeting_id: int) -> Meeting:
    """Return the meeting with its round; one act at a time on each, so that no two officers undo each other."""
    if request.method == "POST":
        db.session.execute(meeting_locked(meeting_id))
    meeting: Meeting = db.first_or_404(meeting_with_round(meeting_id))
    return meeting


def state_of(meeting: Meeting) -> str:
    """Return what a form carries, so that a change by somebody else in the meantime is noticed."""
    changed = [meeting.updated_at, meeting.round.updated_at if meeting.round is not None else None]
    return "/".join(moment.isoformat() if moment else "-" for moment in changed)
