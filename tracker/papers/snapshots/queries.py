"""Reading what a snapshot freezes, a fixed number of statements whatever its size; and the snapshots themselves."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, undefer

from tracker.dashboards.queries.reader import Reader, shown_pending, shown_revision
from tracker.instruments.models import Commitment, CommitmentState, CommitmentTheme, Instrument, Theme
from tracker.meetings.models import Meeting, Round
from tracker.papers.snapshots.models import Circle, Snapshot
from tracker.parties.models import Footnote, Party
from tracker.progress.models import (
    Evidence,
    EvidenceVersion,
    Item,
    ItemState,
    Revision,
    RevisionEvidence,
    Standing,
    Update,
)

Rows = sa.Select[*tuple[Any, ...]]


def parties_frozen() -> Rows:
    """Select every active party with the footnote to its name."""
    return (
        sa.select(Party.code, Party.kind, Party.name, Party.short_name, Party.position, Footnote.text.label("footnote"))
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .where(Party.is_active)
    )


def commitments_frozen() -> Rows:
    """Select every tracked, active commitment with its instrument and primary theme."""
    return (
        sa.select(
            Commitment.code,
            Commitment.position,
            Commitment.title,
            Commitment.summary,
            Commitment.strength,
            Commitment.addressee,
            Commitment.version,
            Instrument.code.label("instrument"),
            Instrument.short_title,
            Instrument.title.label("instrument_title"),
            Instrument.adopted_on,
            Theme.code.label("theme"),
        )
        .join(Instrument, Instrument.id == Commitment.instrument_id)
        .join(Theme, Theme.id == Commitment.theme_id)
        .where(Commitment.is_tracked, Commitment.state == CommitmentState.ACTIVE)
    )


def other_themes_frozen() -> Rows:
    """Select the further themes of commitments."""
    return (
        sa.select(Commitment.code, Theme.code.label("theme"))
        .join(CommitmentTheme, CommitmentTheme.commitment_id == Commitment.id)
        .join(Theme, Theme.id == CommitmentTheme.theme_id)
    )


def items_frozen(reader: Reader) -> Rows:
    """Select every active item with the answer that the reader is shown, and the round it was given in."""
    revision = Revision
    return (
        sa.select(
            Commitment.code.label("commitment"),
            Party.code.label("party"),
            shown_pending(reader).label("is_pending"),
            Meeting.code.label("meeting"),
            Meeting.title.label("meeting_title"),
            Round.due_on,
            Update.decided_at,
            revision.id.label("revision_id"),
            revision.number,
            revision.sha256,
            revision.status,
            revision.narrative,
            revision.reason,
            revision.obstacles,
            revision.next_steps,
            revision.needs_help,
            revision.help_kind,
            revision.help_text,
            revision.can_share,
            revision.share_kind,
            revision.share_text,
            revision.is_restricted,
            revision.is_late,
            revision.unchanged_from_id,
            revision.lead_institution,
            revision.target_on,
            revision.steps,
            revision.submitted_at,
            revision.redacted_at,
        )
        .select_from(Item)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Party, Party.id == Item.party_id)
        .join(Standing, Standing.item_id == Item.id)
        .outerjoin(revision, revision.id == shown_revision(reader))
        .outerjoin(Round, Round.id == revision.round_id)
        .outerjoin(Meeting, Meeting.id == Round.meeting_id)
        .outerjoin(Update, sa.and_(Update.item_id == Item.id, Update.round_id == revision.round_id))
        .where(
            Item.state == ItemState.ACTIVE,
            Party.is_active,
            Commitment.is_tracked,
            Commitment.state == CommitmentState.ACTIVE,
        )
    )


def evidence_frozen(reader: Reader) -> Rows:
    """Select the evidence that the shown answers pinned, as far as the reader sees it."""
    query = (
        sa.select(
            RevisionEvidence.revision_id,
            Evidence.title,
            Evidence.kind,
            Evidence.dated_on,
            EvidenceVersion.number,
            EvidenceVersion.url,
            EvidenceVersion.file_name,
            EvidenceVersion.sha256,
        )
        .select_from(Item)
        .join(Standing, Standing.item_id == Item.id)
        .join(RevisionEvidence, RevisionEvidence.revision_id == shown_revision(reader))
        .join(EvidenceVersion, EvidenceVersion.id == RevisionEvidence.evidence_version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Item.state == ItemState.ACTIVE)
    )
    return query if reader.reads_all else query.where(Evidence.is_restricted.is_(False))


def newest_snapshot() -> sa.Select[int | None]:
    """Select the highest number there is."""
    return sa.select(sa.func.max(Snapshot.number))


def snapshots_visible(*, reads_all: bool) -> sa.Select[Snapshot]:
    """Select the snapshots that a reader may see, the latest first, without what they hold."""
    query = (
        sa.select(Snapshot)
        .options(joinedload(Snapshot.meeting), joinedload(Snapshot.taken_by), sa.orm.defer(Snapshot.content))
        .order_by(Snapshot.number.desc())
    )
    return query if reads_all else query.where(Snapshot.circle == Circle.SHARED)


def snapshot_by_number(number: int) -> sa.Select[Snapshot]:
    """Select a snapshot with what it holds."""
    return (
        sa.select(Snapshot)
        .options(joinedload(Snapshot.meeting), joinedload(Snapshot.taken_by), undefer(Snapshot.content))
        .where(Snapshot.number == number)
    )
