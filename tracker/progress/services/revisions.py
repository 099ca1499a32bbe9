"""Freezing what an update says."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.audit.services import canonical
from tracker.core.database import db
from tracker.core.numbers import plain
from tracker.progress.checks import Remark
from tracker.progress.models import (
    EvidenceVersion,
    Revision,
    RevisionEvidence,
    RevisionFigure,
    Update,
    UpdateEvidence,
)
from tracker.progress.queries.figures import current_of_item, pinned_by
from tracker.progress.services.answers import ANSWER_FIELDS, DraftAnswer, answer_of
from tracker.progress.services.measuring import figure_answer

#: A revision pins the figures of the year of its round and of so many years before, so that corrections go along.
YEARS_PINNED: Final = 3


def freeze(
    update: Update,
    *,
    by: User,
    at: datetime,
    is_late: bool,
    repeats: Revision | None = None,
    remarks: Sequence[Remark] = (),
) -> Revision:
    """Write the working draft down as the next revision of the update, complete and hashed.

    Args:
        update: the update; it must have an id.
        by: who submits.
        at: when (UTC).
        is_late: whether the due date had passed.
        repeats: the accepted revision that a "no change" repeats, evidence and figures included.
        remarks: what the second look found; kept beside the answer, outside its hash.
    """
    item = update.item
    last = db.session.scalar(
        sa.select(sa.func.max(Revision.number)).where(
            Revision.item_id == update.item_id, Revision.round_id == update.round_id
        )
    )
    revision = Revision(
        item_id=update.item_id,
        round_id=update.round_id,
        number=(last or 0) + 1,
        commitment_version=item.commitment.version,
        lead_institution=item.lead_institution,
        target_on=item.target_on,
        steps=[
            {
                "what": step.what,
                "responsible": step.responsible,
                "due_on": step.due_on.isoformat() if step.due_on else None,
                "done_on": step.done_on.isoformat() if step.done_on else None,
            }
            for step in item.steps
        ],
        author_id=update.author_id or by.id,
        submitted_by_id=by.id,
        submitted_at=at,
        is_late=is_late,
        unchanged_from_id=repeats.id if repeats is not None else None,
        remarks=[remark.plain() for remark in remarks],
        **{name: getattr(update, name) for name in ANSWER_FIELDS},
    )
    pins = _pins_of(repeats) if repeats is not None else _latest_versions(update)
    figures = db.session.execute(pinned_by(repeats.id)).all() if repeats is not None else current_figures(update)
    revision.sha256 = digest(revision, update, pins, figures)
    db.session.add(revision)
    db.session.flush()
    for version in pins:
        db.session.add(RevisionEvidence(revision_id=revision.id, evidence_version_id=version.id))
    db.session.add_all([RevisionFigure(revision_id=revision.id, figure_version_id=row.version_id) for row in figures])
    return revision


def current_figures(update: Update) -> Sequence[Any]:
    """Return the figures that a submission of the update would pin now: those that its item uses."""
    last = update.round.due_on.year
    years = range(last - YEARS_PINNED, last + 1)
    return db.session.execute(current_of_item(update.item_id, update.item.party_id, years)).all()


def is_unaltered(revision: Revision) -> bool:
    """Tell whether a revision still says what was submitted. One that is redacted, or names what is, does not."""
    figures = db.session.execute(pinned_by(revision.id)).all()
    return revision.sha256 == digest(revision, revision, _pins_of(revision), figures)


def _latest_versions(update: Update) -> list[EvidenceVersion]:
    newest = (
        sa.select(EvidenceVersion.evidence_id, sa.func.max(EvidenceVersion.number).label("number"))
        .join(UpdateEvidence, UpdateEvidence.evidence_id == EvidenceVersion.evidence_id)
        .where(UpdateEvidence.update_id == update.id)
        .group_by(EvidenceVersion.evidence_id)
        .subquery()
    )
    return list(
        db.session.scalars(
            sa.select(EvidenceVersion)
            .join(
                newest,
                sa.and_(EvidenceVersion.evidence_id == newest.c.evidence_id, EvidenceVersion.number == newest.c.number),
            )
            .order_by(EvidenceVersion.id)
        )
    )


def _pins_of(revision: Revision) -> list[EvidenceVersion]:
    return list(
        db.session.scalars(
            sa.select(EvidenceVersion)
            .join(RevisionEvidence, RevisionEvidence.evidence_version_id == EvidenceVersion.id)
            .where(RevisionEvidence.revision_id == revision.id)
            .order_by(EvidenceVersion.id)
        )
    )


def digest(
    revision: Revision, subject: Update | Revision, pins: list[EvidenceVersion], figures: Sequence[Any] = ()
) -> str:
    """Return the SHA-256 of the canonical form: codes instead of ids, so that it is the same in every database.

    A revision without figures has no key for them: those of the time before figures were pinned stay as they are.
    """
    item = subject.item
    content: dict[str, Any] = {
        "commitment": item.commitment.code,
        "commitment_version": revision.commitment_version,
        "party": item.party.code,
        "meeting": subject.round.meeting.code,
        "number": revision.number,
        "answer": _plain(answer_of(revision)),
        "lead_institution": revision.lead_institution,
        "target_on": revision.target_on,
        "steps": revision.steps,
        "evidence": sorted([version.sha256, version.url or version.file_name] for version in pins),
        "submitted_at": revision.submitted_at.isoformat(timespec="microseconds"),
    }
    if figures:
        content["figures"] = sorted(_figure(row) for row in figures)
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _plain(answer: DraftAnswer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in ANSWER_FIELDS}


def _figure(row: Any) -> list[str]:
    """Return a pinned figure: where it stands and what it says. The number is written without zeros at its end."""
    answer = figure_answer(row)
    value = plain(answer.value) if answer.value is not None else ""
    place = [row.Indicator.code, str(row.year), row.cell]
    return [*place, answer.kind.value, value, answer.text, answer.currency, answer.source, answer.note]
