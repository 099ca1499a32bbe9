"""Who may read and write speaking points."""

from tracker.accounts.access import policy
from tracker.accounts.models import User
from tracker.papers.speaking.models import PointsState, SpeakingPoints
from tracker.parties.models import Party
from tracker.progress.policies import answers_for


@policy()
def write_speaking_points(user: User, party: Party) -> bool:
    """Speaking points are written by the party's coordinators; nobody else knows whether there are any."""
    return answers_for(user, party)


@policy()
def read_speaking_points(user: User, points: SpeakingPoints) -> bool:
    """Speaking points are read by the party's coordinators, and by the Secretariat once the party released them."""
    return answers_for(user, points.party) or (user.is_secretariat and points.state is PointsState.RELEASED)
