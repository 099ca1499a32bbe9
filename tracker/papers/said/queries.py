"""Reading what a party has said. One statement, however many answers."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from tracker.instruments.models import Commitment, CommitmentTheme, Instrument, Theme
from tracker.meetings.models import Round
from tracker.papers.said.choices import Wanted
from tracker.progress.models import Item, Update
from tracker.progress.workflow import UpdateState


def themes() -> sa.Select[Theme]:
    """Select the themes, in their order."""
    return sa.select(Theme).order_by(Theme.position, Theme.code)


def years_reported(party_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the days on which rounds were due that a party has reported in, the earliest first."""
    return (
        sa.select(Round.due_on)
        .join(Update, Update.round_id == Round.id)
        .join(Item, Item.id == Update.item_id)
        .where(Item.party_id == party_id)
        .distinct()
        .order_by(Round.due_on)
    )


def updates_said(party_id: int, wanted: Wanted) -> sa.Select[Update]:
    """Select what a party has had accepted, and what waits where that is wanted, round by round.

    Items that are not asked about any more count: what was said, was said. A theme takes primary and other commitments.
    """
    is_said: sa.ColumnElement[bool] = Update.accepted_revision_id.is_not(None)
    if wanted.with_submitted:
        is_said = sa.or_(is_said, Update.state == UpdateState.SUBMITTED)
    query = (
        sa.select(Update)
        .join(Update.round)
        .join(Update.item)
        .join(Item.commitment)
        .join(Commitment.instrument)
        .options(
            contains_eager(Update.round).joinedload(Round.meeting),
            contains_eager(Update.item).contains_eager(Item.commitment).contains_eager(Commitment.instrument),
            joinedload(Update.accepted_revision),
            joinedload(Update.latest_revision),
        )
        .where(Item.party_id == party_id, Round.cancelled_at.is_(None), is_said)
        .order_by(Round.due_on, Round.id, Instrument.adopted_on, Instrument.code, Commitment.position, Commitment.code)
    )
    if wanted.theme:
        beside = (
            sa.select(CommitmentTheme.commitment_id)
            .join(Theme, Theme.id == CommitmentTheme.theme_id)
            .where(Theme.code == wanted.theme)
        )
        primary = sa.select(Theme.id).where(Theme.code == wanted.theme)
        query = query.where(sa.or_(Commitment.theme_id.in_(primary), Commitment.id.in_(beside)))
    if wanted.since is not None:
        query = query.where(Round.due_on >= date(wanted.since, 1, 1))
    if wanted.until is not None:
        query = query.where(Round.due_on <= date(wanted.until, 12, 31))
    return query
