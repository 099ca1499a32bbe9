"""Reading what a questionnaire needs, for all items of a party at once."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.meetings.models import Round
from tracker.progress.models import (
    Assignment,
    EvidenceVersion,
    Item,
    Revision,
    RevisionEvidence,
    Step,
    Update,
    UpdateEvidence,
)


def updates_of(items: Collection[int], round_id: int) -> sa.Select[Update]:
    """Select the updates of items in a round, with whoever wrote them."""
    return (
        sa.select(Update)
        .options(joinedload(Update.author))
        .where(Update.item_id.in_(items), Update.round_id == round_id)
    )


def revisions_by_id(ids: Collection[int]) -> sa.Select[Revision]:
    """Select revisions."""
    return sa.select(Revision).where(Revision.id.in_(ids))


def documents_of(updates: Collection[int], revisions: Collection[int]) -> sa.CompoundSelect[Any]:
    """Select which evidence drafts and revisions name: ``is_draft``, the row's id, the evidence's id."""
    drafts = sa.select(sa.literal(1).label("is_draft"), UpdateEvidence.update_id, UpdateEvidence.evidence_id).where(
        UpdateEvidence.update_id.in_(updates)
    )
    pinned = (
        sa.select(sa.literal(0), RevisionEvidence.revision_id, EvidenceVersion.evidence_id)
        .join(EvidenceVersion, EvidenceVersion.id == RevisionEvidence.evidence_version_id)
        .where(RevisionEvidence.revision_id.in_(revisions))
    )
    return sa.union(drafts, pinned)


def plans_of(items: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    """Select who leads each item and by when, with one row for each of its steps in their order."""
    return (
        sa.select(
            Item.id.label("item_id"),
            Item.lead_institution,
            Item.target_on,
            Step.id.label("step_id"),
            Step.what,
            Step.responsible,
            Step.due_on,
            Step.done_on,
        )
        .outerjoin(Step, Step.item_id == Item.id)
        .where(Item.id.in_(items))
        .order_by(Item.id, Step.position, Step.id)
    )


def people_with_items(party_id: int, round_id: int) -> sa.Select[User]:
    """Select the people who have items of a party in hand in a round, by name."""
    return (
        sa.select(User)
        .where(
            User.id.in_(
                sa.select(Assignment.person_id)
                .join(Item, Item.id == Assignment.item_id)
                .where(Item.party_id == party_id, Assignment.round_id == round_id, Assignment.taken_back_at.is_(None))
            )
        )
        .order_by(User.name, User.id)
    )


def round_in_full(round_id: int) -> sa.Select[Round]:
    """Select a round with its meeting and extensions."""
    return sa.select(Round).options(joinedload(Round.meeting), joinedload(Round.extensions)).where(Round.id == round_id)
