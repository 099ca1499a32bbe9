"""Reading a whole report from the database, for the page and for the makers alike."""

from datetime import datetime

from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.meetings.models import Round
from tracker.papers.national.answers import printed_items
from tracker.papers.national.choices import Choice
from tracker.papers.national.data import Data, report_data
from tracker.papers.national.figures import figures_data
from tracker.papers.national.queries import round_of_meeting
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code


class NothingToReport(DomainError):
    """The party or the round is not there any more."""


def read_report(choice: Choice, *, at: datetime) -> Data:
    """Return what a report says now.

    Raises:
        NothingToReport: the party or the round is not there.
    """
    party = db.session.scalar(party_by_code(choice.party))
    round_ = db.session.scalar(round_of_meeting(choice.round))
    if party is None or round_ is None:
        raise NothingToReport("The round that this report was asked about is not there any more.")
    return report_of(party, round_, choice, at=at)


def report_of(party: Party, round_: Round, choice: Choice, *, at: datetime) -> Data:
    """Return what a report of a party and a round says now."""
    printed = printed_items(party, round_, choice.holds)
    figures = figures_data(party.id, printed, choice.holds, until_year=round_.due_on.year)
    return report_data(party, round_, printed, figures, holds=choice.holds, order=choice.order, at=at)
