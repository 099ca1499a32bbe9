"""Who reads everything that a party has said."""

from dataclasses import dataclass

from tracker.accounts.access import policy
from tracker.accounts.models import User
from tracker.papers.kinds import parameters_of
from tracker.papers.models import Paper
from tracker.papers.national.policies import view_reports
from tracker.parties.models import Party
from tracker.progress.policies import answers_for


@dataclass(frozen=True)
class Gathered:
    """What is gathered of a party's answers."""

    party: Party
    with_submitted: bool


@policy()
def view_said(user: User, gathered: Gathered) -> bool:
    """Accepted answers are gathered for the party and the Secretariat, submitted ones for the party's coordinators."""
    if gathered.with_submitted:
        return answers_for(user, gathered.party)
    return view_reports(user, gathered.party)


def may_see_said(user: User, paper: Paper) -> bool:
    """Tell the same of a paper that was made."""
    if paper.party is None:
        return False
    return view_said(user, Gathered(paper.party, parameters_of(paper)["with_submitted"]))
