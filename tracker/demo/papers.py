"""Sample speaking points: one party's are private, another's are released."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from tracker.core.database import db
from tracker.demo.people import Cast
from tracker.meetings.models import Round
from tracker.papers.speaking.models import SpeakingPoints
from tracker.papers.speaking.services import keep_points, proposal, release_points
from tracker.parties.models import Party

_PRIVATE: Final = "AL"
_RELEASED: Final = "MK"


def write_points(parties: dict[str, Party], round_: Round, cast: Cast, *, at: datetime) -> None:
    """Keep what the rules propose for two parties."""
    for code in (_PRIVATE, _RELEASED):
        party, coordinator = parties[code], cast.coordinator(code)
        if text := proposal(party, round_):
            keep_points(party, round_, text, seen=0, points=None, by=coordinator, at=at)
    released = sa.select(SpeakingPoints).where(SpeakingPoints.party_id == parties[_RELEASED].id)
    points = db.session.scalars(released).first()
    if points is not None:
        release_points(points, by=cast.coordinator(_RELEASED), at=at)
