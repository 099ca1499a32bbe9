"""Reading what a party has said, for the page and the makers alike."""

from datetime import datetime
from typing import Any

from tracker.core.database import db
from tracker.papers.said.choices import Wanted
from tracker.papers.said.data import said_data
from tracker.papers.said.queries import themes
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code


def read_said(wanted: Wanted, *, at: datetime) -> dict[str, Any]:
    """Return everything that the choice of a paper asks for."""
    party: Party = db.session.scalars(party_by_code(wanted.party)).one()
    names = {theme.code: theme.name for theme in db.session.scalars(themes())}
    return said_data(party, names.get(wanted.theme, ""), wanted, at=at)
