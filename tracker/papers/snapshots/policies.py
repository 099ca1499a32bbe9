"""Who may take and read snapshots."""

from tracker.accounts.access import policy
from tracker.accounts.models import User
from tracker.meetings.policies import view_meeting
from tracker.papers.snapshots.models import Circle, Snapshot


@policy(sees=view_meeting)
def take_snapshot(user: User, _: object) -> bool:
    """The Secretariat freezes the state of play for a meeting."""
    return user.is_secretariat


@policy()
def view_snapshot(user: User, snapshot: Snapshot) -> bool:
    """All signed-in people read a snapshot of what was shared with them; the Secretariat's own is its alone."""
    return user.is_secretariat or (snapshot.circle is Circle.SHARED and user.rights.any)
