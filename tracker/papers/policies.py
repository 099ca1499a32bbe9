"""Who may see a paper. Each kind brings its rule; here it is asked."""

from tracker.accounts.access import policy
from tracker.accounts.models import User
from tracker.papers.kinds import KINDS
from tracker.papers.models import Paper


@policy()
def view_paper(user: User, paper: Paper) -> bool:
    """A paper is seen by those who may see what it says; the rule of its kind is asked each time it is fetched."""
    kind = KINDS.get(paper.kind)
    return kind is not None and user.rights.any and kind.may_see(user, paper)
