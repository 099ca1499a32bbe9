"""Who may see and run meetings and rounds."""

from tracker.accounts.access import policy, use_tracker
from tracker.accounts.models import User
from tracker.meetings.models import Extension, Meeting


@policy()
def view_meeting(user: User, _: Meeting) -> bool:
    """All signed-in people read the meetings and the days of their rounds."""
    return user.rights.any


@policy(sees=use_tracker)
def plan_meeting(user: User, _: object) -> bool:
    """The Secretariat plans meetings."""
    return user.is_secretariat


@policy(sees=view_meeting)
def run_meeting(user: User, _: Meeting) -> bool:
    """The Secretariat changes, moves and cancels meetings and runs their rounds."""
    return user.is_secretariat


@policy()
def read_extension_reason(user: User, extension: Extension) -> bool:
    """Why a party has more time is for the party and the Secretariat."""
    return user.is_secretariat or user.belongs_to(extension.party_id)
