"""Who may have a questionnaire, and who may hand one in."""

from collections.abc import Iterable

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
    return bool(seen_by(user, [paper]))


def seen_by(user: User, papers: Iterable[Paper]) -> list[Paper]:
    """Return those of some questionnaires that the person may see, by the same rule; the hands are read once."""
    held: dict[tuple[int, int], set[int]] = {}
    found = []
    for paper in papers:
        party = paper.party
        if party is None or paper.round_id is None:
            continue
        if answers_for(user, party):
            found.append(paper)
        elif paper.requested_by_id == user.id and fill_in_questionnaire(user, party):
            key = party.id, paper.round_id
            if key not in held:
                hands = db.session.execute(hands_of(*key))
                held[key] = {hand.item_id for hand in hands if hand.person_id == user.id}
            if set(parameters_of(paper).get("items", ())) <= held[key]:
                found.append(paper)
    return found
