"""Reading papers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.papers.models import Paper, PaperSource, PaperState
from tracker.progress.models import Evidence, EvidenceVersion, Item, Revision


def paper_in_full(paper_id: int) -> sa.Select[Paper]:
    """Select a paper with its party and whoever asked for it."""
    return (
        sa.select(Paper)
        .options(joinedload(Paper.party), joinedload(Paper.requested_by))
        .where(Paper.id == paper_id, is_not_overtaken())
    )


def same_papers(key: str, fingerprint: str) -> sa.Select[Paper]:
    """Select the papers that are ready and say the same, the latest first."""
    return (
        sa.select(Paper)
        .where(
            Paper.key == key,
            Paper.fingerprint == fingerprint,
            Paper.state == PaperState.READY,
            is_not_overtaken(),
        )
        .order_by(Paper.id.desc())
    )


def papers_of_party(party_id: int, kinds: Collection[str], *, limit: int) -> sa.Select[Paper]:
    """Select the latest papers of some kinds about a party. Policies decide which of them a person is shown."""
    return (
        sa.select(Paper)
        .options(joinedload(Paper.requested_by))
        .where(Paper.party_id == party_id, Paper.kind.in_(kinds), is_not_overtaken())
        .order_by(Paper.id.desc())
        .limit(limit)
    )


def papers_of_kinds(kinds: Collection[str], *, containing: str, limit: int = 20) -> sa.Select[Paper]:
    """Select the latest papers of some kinds whose choices hold a text. Policies decide which a person is shown."""
    return (
        sa.select(Paper)
        .options(joinedload(Paper.requested_by))
        .where(Paper.kind.in_(kinds), Paper.parameters.contains(containing, autoescape=True))
        .order_by(Paper.id.desc())
        .limit(limit)
    )


def is_not_overtaken() -> sa.ColumnElement[bool]:
    """Return the condition that nothing the paper may say was redacted after the paper was read.

    What had to be blanked must not live on in a copy: an answer or a document of the paper's party; of any party, where
    the paper is about none. What is kept for good is guarded elsewhere.
    """
    is_about_all = Paper.party_id.is_(None)
    answers = (
        sa.select(Revision.id)
        .join(Item, Item.id == Revision.item_id)
        .where(Revision.redacted_at > Paper.read_at, sa.or_(is_about_all, Item.party_id == Paper.party_id))
    )
    documents = (
        sa.select(EvidenceVersion.id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(EvidenceVersion.redacted_at > Paper.read_at, sa.or_(is_about_all, Evidence.party_id == Paper.party_id))
    )
    return sa.or_(Paper.is_kept, sa.and_(~answers.exists(), ~documents.exists()))


def papers_to_forget(before: datetime, *, limit: int) -> sa.Select[*tuple[Any, ...]]:
    """Select what is not kept for good and was asked for before a moment, or overtaken: id and names in the storage."""
    return (
        sa.select(Paper.id, Paper.storage_name, PaperSource.storage_name.label("source_name"))
        .outerjoin(PaperSource, PaperSource.paper_id == Paper.id)
        .where(
            Paper.is_kept.is_(False),
            sa.or_(
                sa.and_(Paper.requested_at < before, Paper.state.in_((PaperState.READY, PaperState.FAILED))),
                ~is_not_overtaken(),
            ),
        )
        .order_by(Paper.id)
        .limit(limit)
    )
