"""Reading what a party has to report on in a round. Columns, not objects: the lists are long."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import User
from tracker.instruments.models import Commitment, CommitmentState, Instrument, Theme
from tracker.meetings.models import Round, RoundInstrument
from tracker.parties.models import Party, PartyKind
from tracker.progress.models import Assignment, Item, ItemState, Standing, Update


def items_in_round(party_id: int, round_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the items that a round asks a party about, in the order of their instruments, with their updates."""
    return (
        sa.select(
            Item.id.label("item_id"),
            Item.lead_institution,
            Commitment.code,
            Commitment.title,
            Instrument.code.label("instrument_code"),
            Instrument.short_title.label("instrument"),
            Theme.code.label("theme_code"),
            Theme.name.label("theme"),
            Theme.position.label("theme_position"),
            Standing.accepted_status,
            Standing.accepted_revision_id,
            Update.id.label("update_id"),
            Update.state,
            Update.drafted_at,
            Update.review_started_at,
        )
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Instrument, Instrument.id == Commitment.instrument_id)
        .join(RoundInstrument, RoundInstrument.instrument_id == Instrument.id)
        .join(Theme, Theme.id == Commitment.theme_id)
        .outerjoin(Standing, Standing.item_id == Item.id)
        .outerjoin(Update, sa.and_(Update.item_id == Item.id, Update.round_id == round_id))
        .where(
            RoundInstrument.round_id == round_id,
            Item.party_id == party_id,
            Item.state == ItemState.ACTIVE,
            Commitment.state == CommitmentState.ACTIVE,
        )
        .order_by(Instrument.adopted_on, Instrument.id, Commitment.position, Item.id)
    )


def hands_of(party_id: int, round_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select who has which of a party's items in hand in a round: until when, and whether they say it can go."""
    return (
        sa.select(
            Assignment.item_id,
            Assignment.person_id,
            User.name,
            Assignment.due_on,
            Assignment.note,
            Assignment.ready_at,
        )
        .join(User, User.id == Assignment.person_id)
        .join(Item, Item.id == Assignment.item_id)
        .where(Item.party_id == party_id, Assignment.round_id == round_id, Assignment.taken_back_at.is_(None))
        .order_by(Assignment.item_id, User.name, User.id)
    )


def secretariat_party() -> sa.Select[Party]:
    """Select the party that the Secretariat's own items belong to."""
    return sa.select(Party).where(Party.kind == PartyKind.SECRETARIAT, Party.is_active).order_by(Party.position)


def hands_on(item_id: int) -> sa.ScalarSelect[str]:
    """Return, for a column, the names of those who have an item in hand, one per line, in the latest such round."""
    given = sa.and_(Assignment.item_id == item_id, Assignment.taken_back_at.is_(None))
    latest = (
        sa.select(Assignment.round_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(given)
        .order_by(Round.due_on.desc(), Round.id.desc())
        .limit(1)
    )
    holder = aliased(Assignment)
    return (
        sa.select(sa.func.aggregate_strings(User.name, "\n"))
        .join(holder, holder.person_id == User.id)
        .where(holder.item_id == item_id, holder.taken_back_at.is_(None), holder.round_id == latest.scalar_subquery())
        .scalar_subquery()
    )
