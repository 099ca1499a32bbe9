"""Which round a party reports in now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from tracker.core.database import db
from tracker.core.zones import end_of_day, local_day
from tracker.meetings.models import Round, RoundInstrument
from tracker.meetings.rules import effective_due_on, takes_submissions
from tracker.meetings.schedule import RoundPhase
from tracker.progress.models import Item
from tracker.progress.queries.rounds import rounds_from


@dataclass(frozen=True)
class RoundNow:
    """The round that a party reports in now, or the next one that is planned."""

    current: Round | None
    following: Round | None


def round_now(party_id: int, *, at: datetime) -> RoundNow:
    """Return the round that the party reports in: of several, the one that is due first and not yet late."""
    rounds = db.session.scalars(rounds_from(at.astimezone(UTC).date())).unique().all()
    taking = [each for each in rounds if takes_submissions(each, party_id, local_day(at, each.timezone))]
    planned = [each for each in rounds if each.phase_on(local_day(at, each.timezone)) is RoundPhase.PLANNED]
    return RoundNow(
        current=_most_pressing(taking, party_id, at),
        following=min(planned, key=lambda each: each.opens_on, default=None),
    )


def _most_pressing(rounds: Sequence[Round], party_id: int, at: datetime) -> Round | None:
    def pressing(round_: Round) -> tuple[bool, int]:
        due_on = effective_due_on(round_, party_id)
        is_late = at >= end_of_day(due_on, round_.timezone)
        # Of those that are late, the latest due comes first: what is long past is asked for last.
        return is_late, -due_on.toordinal() if is_late else due_on.toordinal()

    return min(rounds, key=pressing, default=None)


def is_in_scope(item: Item, round_: Round) -> bool:
    """Tell whether the round asks about the item's instrument."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    RoundInstrument.round_id == round_.id,
                    RoundInstrument.instrument_id == item.commitment.instrument_id,
                )
            )
        )
    )
