"""Reading evidence."""

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.progress.models import Evidence, EvidenceVersion, RevisionEvidence

#: How many documents of a party are offered for another item, the latest first.
_OFFERED: Final = 100


def evidence_of_party(
    party_id: int, attached: Iterable[int], *, visible: sa.ColumnElement[bool]
) -> sa.Select[*tuple[Any, ...]]:
    """Select a party's documents to choose from: those attached already, then the latest.

    Args:
        party_id: the party.
        attached: ids of those that are attached, or say that they are.
        visible: the condition of ``queries.library.versions_visible_to``.
    """
    other = aliased(EvidenceVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.evidence_id == Evidence.id)
    is_attached = Evidence.id.in_(list(attached))
    return (
        sa.select(
            Evidence.id,
            Evidence.title,
            Evidence.kind,
            Evidence.expires_on,
            Evidence.is_restricted,
            is_attached.label("is_attached"),
            EvidenceVersion.number,
            EvidenceVersion.url,
            EvidenceVersion.file_name,
            EvidenceVersion.size_bytes,
            EvidenceVersion.added_at,
            EvidenceVersion.redacted_at,
            EvidenceVersion.redaction_reason,
        )
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .where(
            visible,
            Evidence.party_id == party_id,
            EvidenceVersion.number == newest.scalar_subquery(),
            sa.or_(Evidence.retired_at.is_(None), is_attached),
        )
        .order_by(sa.desc("is_attached"), EvidenceVersion.added_at.desc(), Evidence.id.desc())
        .limit(_OFFERED)
    )


def evidence_of_revision(revision_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the documents that a revision pinned, with the version that it pinned."""
    return (
        sa.select(
            Evidence.id,
            Evidence.title,
            Evidence.kind,
            Evidence.is_restricted,
            EvidenceVersion.number,
            EvidenceVersion.url,
            EvidenceVersion.file_name,
            EvidenceVersion.size_bytes,
            EvidenceVersion.sha256,
            EvidenceVersion.added_at,
            EvidenceVersion.redacted_at,
            EvidenceVersion.redaction_reason,
            Evidence.expires_on,
        )
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(RevisionEvidence, RevisionEvidence.evidence_version_id == EvidenceVersion.id)
        .where(RevisionEvidence.revision_id == revision_id)
        .order_by(Evidence.title, Evidence.id)
    )
