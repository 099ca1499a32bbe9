"""Reading what a national report says. Six statements, however many items."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.instruments.models import Commitment, CommitmentState, Instrument
from tracker.meetings.models import Meeting, Round, RoundInstrument
from tracker.parties.models import Party
from tracker.progress.models import (
    Evidence,
    EvidenceVersion,
    Item,
    ItemState,
    RevisionEvidence,
    Step,
    Update,
    UpdateEvidence,
)

Rows = sa.Select[*tuple[Any, ...]]


def rounds_of_party(party_id: int, today: date) -> sa.Select[Round]:
    """Select the rounds that have opened and asked the party about something, the latest first."""
    asked = (
        sa.select(RoundInstrument.round_id)
        .join(Commitment, Commitment.instrument_id == RoundInstrument.instrument_id)
        .join(Item, Item.commitment_id == Commitment.id)
        .where(Item.party_id == party_id)
    )
    return (
        sa.select(Round)
        .join(Round.meeting)
        .options(joinedload(Round.meeting))
        .where(
            Round.cancelled_at.is_(None),
            sa.or_(Round.opens_on <= today, Round.opened_at.is_not(None)),
            Round.id.in_(asked),
        )
        .order_by(Round.due_on.desc(), Round.id.desc())
    )


def round_of_meeting(code: str) -> sa.Select[Round]:
    """Select the round that leads up to a meeting."""
    return sa.select(Round).join(Round.meeting).options(joinedload(Round.meeting)).where(Meeting.code == code)


def items_asked(party: Party, round_id: int) -> sa.Select[Item]:
    """Select the items of a party that a round asks about, in the order of their instruments."""
    return (
        sa.select(Item)
        .join(Item.commitment)
        .join(Commitment.instrument)
        .join(RoundInstrument, RoundInstrument.instrument_id == Instrument.id)
        .options(
            joinedload(Item.commitment).joinedload(Commitment.instrument),
            joinedload(Item.commitment).joinedload(Commitment.theme),
        )
        .where(
            RoundInstrument.round_id == round_id,
            Item.party_id == party.id,
            Item.state == ItemState.ACTIVE,
            Commitment.is_tracked,
            Commitment.state == CommitmentState.ACTIVE,
        )
        .order_by(Instrument.adopted_on, Instrument.code, Commitment.position, Commitment.code)
    )


def updates_until(item_ids: Collection[int], due_on: date) -> sa.Select[Update]:
    """Select what was reported on some items up to a round, the latest round first, with accepted and last revision."""
    return (
        sa.select(Update)
        .join(Update.round)
        .options(
            joinedload(Update.round).joinedload(Round.meeting),
            joinedload(Update.accepted_revision),
            joinedload(Update.latest_revision),
        )
        .where(Update.item_id.in_(item_ids), Round.due_on <= due_on, Round.cancelled_at.is_(None))
        .order_by(Round.due_on.desc(), Round.id.desc())
    )


def steps_of_items(item_ids: Collection[int]) -> sa.Select[Step]:
    """Select the steps of some items as they stand."""
    return sa.select(Step).where(Step.item_id.in_(item_ids)).order_by(Step.item_id, Step.position, Step.id)


_DOCUMENT = (
    Evidence.title,
    Evidence.is_restricted,
    Evidence.dated_on,
    EvidenceVersion.number,
    EvidenceVersion.url,
    EvidenceVersion.file_name,
    EvidenceVersion.size_bytes,
    EvidenceVersion.sha256,
)


def documents_of_revisions(revision_ids: Collection[int]) -> Rows:
    """Select the documents that revisions pinned, in the version that they pinned."""
    return (
        sa.select(RevisionEvidence.revision_id.label("owner_id"), *_DOCUMENT)
        .join(EvidenceVersion, EvidenceVersion.id == RevisionEvidence.evidence_version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(RevisionEvidence.revision_id.in_(revision_ids))
        .order_by(Evidence.title, Evidence.id, EvidenceVersion.number)
    )


def documents_of_drafts(update_ids: Collection[int]) -> Rows:
    """Select the documents that drafts name, in their newest version."""
    other = aliased(EvidenceVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.evidence_id == Evidence.id).scalar_subquery()
    return (
        sa.select(UpdateEvidence.update_id.label("owner_id"), *_DOCUMENT)
        .join(Evidence, Evidence.id == UpdateEvidence.evidence_id)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .where(UpdateEvidence.update_id.in_(update_ids), EvidenceVersion.number == newest)
        .order_by(Evidence.title, Evidence.id)
    )
