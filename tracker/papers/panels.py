"""What the page of a meeting says about papers: a party's own, and for the Secretariat who released speaking points."""

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.panels import Panel
from tracker.meetings.models import Meeting
from tracker.meetings.panels import MEETING_PANELS
from tracker.papers.speaking.queries import released_points


def papers_of_meeting(meeting: Meeting, reader: User) -> Panel | None:
    """Return the block; None for readers who have no papers of their own and see none of others."""
    if meeting.round is None:
        return None
    if reader.is_secretariat:
        rows = db.session.execute(released_points(meeting.round.id)).all()
        return Panel("papers/_of_meeting.html", {"released": rows, "own": [], "code": meeting.code}) if rows else None
    own = [party for party in reader.parties if reader.coordinates(party.id)]
    return Panel("papers/_of_meeting.html", {"released": [], "own": own, "code": meeting.code}) if own else None


MEETING_PANELS.add("papers", papers_of_meeting)
