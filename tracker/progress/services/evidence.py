"""Evidence that a draft names: links of the party, each kept once and used by any number of its items."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.progress.models import Evidence, EvidenceKind, EvidenceVersion, Update, UpdateEvidence


@dataclass(frozen=True, kw_only=True)
class NewLink:
    """A link as it was typed."""

    title: str
    url: str


def attached_to(update: Update) -> frozenset[int]:
    """Return the ids of the evidence that a draft names."""
    return frozenset(db.session.scalars(sa.select(UpdateEvidence.evidence_id).filter_by(update_id=update.id)))


def attach(update: Update, evidence: frozenset[int], *, links: Sequence[NewLink] = (), by: User, at: datetime) -> bool:
    """Let a draft name this evidence, and these links too; return whether that changed anything.

    A link that the party has already is used again, under the title it has. Evidence of others is left out. The
    update must be locked; the caller raises its version.
    """
    party_id = update.item.party_id
    own = _own(party_id, evidence)
    wanted = own | {_link(party_id, link, by=by, at=at).id for link in links}
    present = attached_to(update)
    if wanted == present:
        return False
    if gone := present - wanted:
        db.session.execute(
            sa.delete(UpdateEvidence).where(UpdateEvidence.update_id == update.id, UpdateEvidence.evidence_id.in_(gone))
        )
    db.session.add_all([UpdateEvidence(update_id=update.id, evidence_id=id_) for id_ in sorted(wanted - present)])
    db.session.flush()
    changes = {"added": sorted(wanted - present), "removed": sorted(gone)}
    record("update.evidence", update, at=at, by=by, party_id=party_id, changes=changes)
    return True


def _own(party_id: int, evidence: frozenset[int]) -> frozenset[int]:
    return frozenset(
        db.session.scalars(
            sa.select(Evidence.id).where(
                Evidence.party_id == party_id, Evidence.id.in_(evidence), Evidence.retired_at.is_(None)
            )
        )
    )


def _link(party_id: int, link: NewLink, *, by: User, at: datetime) -> Evidence:
    known = db.session.scalars(
        sa.select(Evidence)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .where(
            Evidence.party_id == party_id,
            Evidence.kind == EvidenceKind.LINK,
            Evidence.retired_at.is_(None),
            EvidenceVersion.url == link.url,
        )
        .order_by(Evidence.id)
        .limit(1)
    ).one_or_none()
    if known is not None:
        return known
    evidence = Evidence(party_id=party_id, kind=EvidenceKind.LINK, title=link.title)
    evidence.versions.append(
        EvidenceVersion(
            number=1,
            url=link.url,
            sha256=hashlib.sha256(link.url.encode()).hexdigest(),
            added_by_id=by.id,
            added_at=at,
        )
    )
    db.session.add(evidence)
    db.session.flush()
    record("evidence.added", evidence, at=at, by=by, party_id=party_id, changes={"title": link.title, "url": link.url})
    return evidence
