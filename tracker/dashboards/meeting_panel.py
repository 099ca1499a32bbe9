"""How far a round has come, on the page of its meeting: each party reads its own, the Secretariat all."""

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.dashboards.queries.home import submissions_by_party
from tracker.meetings import panels
from tracker.meetings.models import Meeting
from tracker.meetings.panels import Panel


def progress_of_round(meeting: Meeting, reader: User) -> Panel | None:
    """Return the block; None where the reader may not know who has submitted, or nothing is asked."""
    own = {party.code for party in reader.parties}
    if meeting.round is None or not (reader.is_secretariat or own):
        return None
    rows = db.session.execute(submissions_by_party(meeting.round.id)).all()
    if not reader.is_secretariat:
        rows = [row for row in rows if row.code in own]
    if not rows:
        return None
    return Panel(
        "dashboards/_round_progress.html",
        {
            "rows": rows,
            "done": sum(row.done for row in rows),
            "items": sum(row.items for row in rows),
            "is_whole": reader.is_secretariat,
        },
    )


panels.add("progress", progress_of_round)
