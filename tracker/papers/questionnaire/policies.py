"""Who may have a questionnaire, and who may hand one in."""

from tracker.accounts.access import policy
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.papers.kinds import parameters_of
from tracker.papers.models import Paper
from tracker.parties.models import Party
from tracker.progress.policies import answers_for
from tracker.progress.queries.work import hands_of


@policy()
def fill_in_questionnaire(user: User, party: Party) -> bool:
    """The party's own people fill in its questionnaire; contributors, what it asks about the items in their hands."""
    return user.belongs_to(party.id) or answers_for(user, party)


def may_see_questionnaire(user: User, paper: Paper) -> bool:
    """Coordinators see every questionnaire of their party; contributors theirs, while they have its items in hand."""
    if paper.party is None:
        return False
    if answers_for(user, paper.party):
        return True
    parameters = parameters_of(paper)
    return (
        paper.requested_by_id == user.id
        and fill_in_questionnaire(user, paper.party)
        and paper.round_id is not None
        and set(parameters.get("items", ())) <= _held_by(user, paper.party, paper.round_id)
    )


def _held_by(user: User, party: Party, round_id: int) -> set[int]:
    return {hand.item_id for hand in db.session.execute(hands_of(party.id, round_id)) if hand.person_id == user.id}
