"""Who may have a national report, and with what in it."""

from dataclasses import dataclass

from tracker.accounts.access import policy
from tracker.accounts.models import User
from tracker.papers.kinds import parameters_of
from tracker.papers.models import Paper
from tracker.papers.national.choices import Holds
from tracker.parties.models import Party
from tracker.progress.policies import answers_for


@dataclass(frozen=True)
class Report:
    """A report of a party, with what it would hold."""

    party: Party
    holds: Holds


@policy()
def view_reports(user: User, party: Party) -> bool:
    """The party's own people make its national report, and the Secretariat makes one of what it accepted."""
    return user.is_secretariat or user.belongs_to(party.id) or answers_for(user, party)


@policy()
def view_report(user: User, report: Report) -> bool:
    """Accepted answers are for the party and the Secretariat, what is not accepted for the party's coordinators."""
    if report.holds is Holds.ACCEPTED:
        return view_reports(user, report.party)
    return answers_for(user, report.party)


def may_see_report(user: User, paper: Paper) -> bool:
    """Tell the same of a report that was made."""
    if paper.party is None:
        return False
    return view_report(user, Report(paper.party, Holds(parameters_of(paper)["holds"])))
