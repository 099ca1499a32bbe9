"""Reading what a national report says. A few statements, however many items."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.instruments.models import (
    Commitment,
    CommitmentState,
    CommitmentTheme,
    Indicator,
    Instrument,
    Theme,
)
from tracker.meetings.models import Meeting, Round, RoundInstrument
from tracker.parties.models import Party
from tracker.progress.models import (
    Evidence,
    EvidenceVersion,
    Figure,
    FigureVersion,
    Item,
    ItemState,
    RevisionEvidence,
    RevisionFigure,
    Step,
    Update,
    UpdateEvidence,
)
from tracker.progress.queries.figures import FIGURE_COLUMNS

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


def figures_of_revisions(revision_ids: Collection[int]) -> Rows:
    """Select the figures that some revisions pinned, each in the latest version among them, with their indicators."""
    latest = (
        sa.select(FigureVersion.figure_id, sa.func.max(FigureVersion.number).label("number"))
        .join(RevisionFigure, RevisionFigure.figure_version_id == FigureVersion.id)
        .where(RevisionFigure.revision_id.in_(revision_ids))
        .group_by(FigureVersion.figure_id)
        .subquery()
    )
    return (
        sa.select(Indicator, Theme.name.label("theme_name"), *FIGURE_COLUMNS)
        .join(Figure, Figure.indicator_id == Indicator.id)
        .join(latest, latest.c.figure_id == Figure.id)
        .join(FigureVersion, sa.and_(FigureVersion.figure_id == Figure.id, FigureVersion.number == latest.c.number))
        .join(Theme, Theme.id == Indicator.theme_id)
        .order_by(Theme.position, Indicator.position, Figure.year, Figure.id)
    )


def figures_as_they_stand(party_id: int, item_ids: Collection[int], until_year: int) -> Rows:
    """Select a party's figures on the themes of some items, each in its newest version, with their indicators."""
    other = aliased(FigureVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.figure_id == Figure.id).scalar_subquery()
    themes = sa.union(
        sa.select(Commitment.theme_id).join(Item, Item.commitment_id == Commitment.id).where(Item.id.in_(item_ids)),
        sa.select(CommitmentTheme.theme_id)
        .join(Item, Item.commitment_id == CommitmentTheme.commitment_id)
        .where(Item.id.in_(item_ids)),
    )
    return (
        sa.select(Indicator, Theme.name.label("theme_name"), *FIGURE_COLUMNS)
        .join(Figure, Figure.indicator_id == Indicator.id)
        .join(FigureVersion, sa.and_(FigureVersion.figure_id == Figure.id, FigureVersion.number == newest))
        .join(Theme, Theme.id == Indicator.theme_id)
        .where(Figure.party_id == party_id, Figure.year <= until_year, Indicator.theme_id.in_(themes))
        .order_by(Theme.position, Indicator.position, Figure.year, Figure.id)
    )
