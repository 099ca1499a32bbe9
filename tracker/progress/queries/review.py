"""Reading what waits for review."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from tracker.accounts.models import User
from tracker.instruments.models import Commitment, Instrument
from tracker.parties.models import Footnote, Party
from tracker.progress.models import Item, Revision, Standing, Update
from tracker.progress.workflow import UpdateState


@dataclass(frozen=True, kw_only=True)
class ReviewFilter:
    """What the officer wants to see; None for everything."""

    party: str | None = None
    instrument: str | None = None
    #: ``unchanged``, ``changed``, ``late`` or ``mine``.
    kind: str | None = None
    reviewer_id: int | None = None


def awaiting_review(wanted: ReviewFilter) -> sa.Select[*tuple[Any, ...]]:
    """Select one row of columns per submitted update, the longest waiting first."""
    reviewer = aliased(User)
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Update.id,
            Update.latest_revision_id,
            Update.submitted_at,
            Update.submitted_by_id,
            Update.review_started_at,
            reviewer.name.label("reviewer"),
            Commitment.code,
            Commitment.title,
            Party.short_name,
            Footnote.text.label("footnote_text"),
            Revision.status,
            Revision.is_late,
            Revision.unchanged_from_id,
            Standing.accepted_status,
        )
        .join(Item, Item.id == Update.item_id)
        .join(Standing, Standing.item_id == Item.id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Party, Party.id == Item.party_id)
        .join(Revision, Revision.id == Update.latest_revision_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .outerjoin(reviewer, sa.and_(reviewer.id == Update.reviewer_id, Update.review_started_at.is_not(None)))
        .where(Update.state == UpdateState.SUBMITTED)
        .order_by(Update.submitted_at, Update.id)
    )
    if wanted.party:
        query = query.where(Party.code == wanted.party)
    if wanted.instrument:
        query = query.join(Instrument, Instrument.id == Commitment.instrument_id).where(
            Instrument.code == wanted.instrument
        )
    if wanted.kind == "unchanged":
        query = query.where(Revision.unchanged_from_id.is_not(None))
    elif wanted.kind == "changed":
        query = query.where(Revision.unchanged_from_id.is_(None))
    elif wanted.kind == "late":
        query = query.where(Revision.is_late)
    elif wanted.kind == "mine":
        query = query.where(Update.review_started_at.is_not(None), Update.reviewer_id == wanted.reviewer_id)
    return query


def count_waiting() -> sa.Select[int]:
    """Select how many updates wait for review."""
    return sa.select(sa.func.count()).select_from(Update).where(Update.state == UpdateState.SUBMITTED)


def update_under_review(update_id: int) -> sa.Select[Update]:
    """Select an update with all that the review page shows of it, in one statement."""
    return (
        sa.select(Update)
        .join(Update.item)
        .join(Item.standing)
        .options(
            contains_eager(Update.item).contains_eager(Item.standing),
            contains_eager(Update.item).joinedload(Item.commitment).joinedload(Commitment.instrument),
            contains_eager(Update.item).joinedload(Item.party),
            joinedload(Update.round),
            joinedload(Update.latest_revision).joinedload(Revision.author),
            joinedload(Update.latest_revision).joinedload(Revision.submitted_by),
            joinedload(Update.reviewer),
        )
        .where(Update.id == update_id)
    )


def neighbours(update: Update) -> sa.Select[*tuple[Any, ...]]:
    """Select for one update: the one before it in the queue, the one after it, its place, and how many wait."""
    waits = Update.state == UpdateState.SUBMITTED
    place = sa.tuple_(Update.submitted_at, Update.id)
    here = sa.tuple_(sa.literal(update.submitted_at, Update.submitted_at.type), sa.literal(update.id))
    before = sa.select(Update.id).where(waits, place < here).order_by(Update.submitted_at.desc(), Update.id.desc())
    after = sa.select(Update.id).where(waits, place > here).order_by(Update.submitted_at, Update.id)
    return sa.select(
        before.limit(1).scalar_subquery().label("previous_id"),
        after.limit(1).scalar_subquery().label("next_id"),
        sa.select(sa.func.count()).where(waits, place <= here).scalar_subquery().label("place"),
        sa.select(sa.func.count()).where(waits).scalar_subquery().label("waiting"),
    )
