"""Reading what the second look before a submission compares. Columns, for many updates at once."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.progress.models import Evidence, EvidenceVersion, Revision, RevisionEvidence, UpdateEvidence


def documents_named(update_ids: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    """Select the documents that working drafts name, each in its newest version."""
    other = aliased(EvidenceVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.evidence_id == Evidence.id).scalar_subquery()
    return (
        sa.select(
            UpdateEvidence.update_id,
            Evidence.title,
            Evidence.dated_on,
            Evidence.expires_on,
            EvidenceVersion.url,
            EvidenceVersion.added_at,
        )
        .join(Evidence, Evidence.id == UpdateEvidence.evidence_id)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .where(UpdateEvidence.update_id.in_(update_ids), EvidenceVersion.number == newest)
        .order_by(UpdateEvidence.update_id, Evidence.id)
    )


def texts_of_revisions(ids: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    """Select the status and the texts of revisions."""
    return sa.select(
        Revision.id,
        Revision.status,
        Revision.reason,
        Revision.narrative,
        Revision.obstacles,
        Revision.next_steps,
        Revision.help_text,
        Revision.share_text,
    ).where(Revision.id.in_(ids))


def titles_in_revisions(ids: Collection[int]) -> sa.Select[int, str]:
    """Select the titles of the documents that revisions name, as they are called now."""
    return (
        sa.select(RevisionEvidence.revision_id, Evidence.title)
        .join(EvidenceVersion, EvidenceVersion.id == RevisionEvidence.evidence_version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(RevisionEvidence.revision_id.in_(ids))
        .order_by(RevisionEvidence.revision_id, Evidence.id)
    )
