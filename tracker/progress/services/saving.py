"""Saving the update form: what was typed, put together with what others saved meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.meetings.models import Round
from tracker.progress.models import EvidenceVersion, Item, Revision, RevisionEvidence, Update
from tracker.progress.services.answers import DraftAnswer, answer_of
from tracker.progress.services.drafting import open_update, require_open, save_draft, starting_answer
from tracker.progress.services.evidence import NewLink, attach, attached_to
from tracker.progress.services.merging import TEXTS, Merged, Seen, merge, merge_evidence, seen
from tracker.progress.services.rounds import is_in_scope
from tracker.progress.workflow import EDITABLE


class OutOfScope(DomainError):
    """The round does not ask about the item."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a person typed, and what their form was made from."""

    base: Seen
    answer: DraftAnswer
    evidence: frozenset[int] = frozenset()
    links: Sequence[NewLink] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a form shows: the working draft, or what a new one starts from."""

    answer: DraftAnswer
    evidence: frozenset[int]
    #: 0 while no update stands.
    version: int

    @property
    def seen(self) -> Seen:
        """What a form made from it carries."""
        return seen(self.version, self.answer, self.evidence)


class DraftConflict(DomainError):
    """Somebody else changed the same fields. Nothing was saved; both texts are here."""

    def __init__(self, merged: Merged, *, theirs: Draft, by_name: str, at: datetime | None) -> None:
        super().__init__(_("Somebody else saved this draft while you were writing. Look at both texts."))
        self.merged = merged
        self.theirs = theirs
        self.by_name = by_name
        self.at = at


def draft_of(update: Update | None, last: Revision | None) -> Draft:
    """Return the working draft; where nobody wrote one yet, the last accepted answer, to be cleared anew."""
    if update is not None and update.drafted_at is not None:
        return Draft(answer=answer_of(update), evidence=attached_to(update), version=update.version)
    return Draft(answer=starting_answer(last), evidence=_evidence_of(last), version=0)


def last_accepted(item: Item) -> Revision | None:
    """Return what the Secretariat last accepted on the item."""
    revision_id = item.standing.accepted_revision_id
    return db.session.get(Revision, revision_id) if revision_id is not None else None


def require_reportable(item: Item, round_: Round, *, at: datetime) -> None:
    """Make sure that the party can report on the item in this round now.

    Raises:
        SubmissionsClosed: the item is retired, its commitment ended, or the round is not open to the party.
        OutOfScope: the round does not ask about the item's instrument.
    """
    require_open(item, round_, at=at)
    if not is_in_scope(item, round_):
        raise OutOfScope(_("The round of this meeting does not ask about this commitment."))


def save(item: Item, round_: Round, typed: Typed, *, by: User, at: datetime) -> tuple[Update, Merged]:
    """Keep what a person typed in the item's draft; begin one where none stands.

    What others saved since the form was opened is kept: fields that only they changed stay as theirs.

    Raises:
        DraftConflict: the same field was changed by both.
        DomainError: nothing can be reported now, or the update is with the Secretariat.
    """
    require_reportable(item, round_, at=at)
    update = open_update(item, round_, by=by, at=at)
    if update.state not in EDITABLE:
        raise DomainError(_("This update is with the Secretariat. Take it back, or wait for it to be returned."))
    theirs = draft_of(update, last_accepted(item))
    merged, evidence = Merged(typed.answer, (), ()), typed.evidence
    if typed.base.version != theirs.version:
        merged = merge(typed.base, mine=typed.answer, theirs=theirs.answer)
        evidence = merge_evidence(typed.base.evidence, mine=typed.evidence, theirs=theirs.evidence)
    if merged.conflicts:
        raise DraftConflict(
            merged, theirs=theirs, by_name=update.author.name if update.author else "", at=update.drafted_at
        )
    answer_changed = save_draft(update, merged.answer, by=by, at=at)
    if attach(update, evidence, links=typed.links, by=by, at=at) and not answer_changed:
        update.version += 1
        update.author_id, update.drafted_at = by.id, at
    return update, merged


def taking(typed: Typed, theirs: Draft, choices: dict[str, str]) -> Typed:
    """Return what stands after the person chose, field by field: ``mine``, ``theirs`` or ``both``."""
    changed: dict[str, object] = {}
    for name, choice in choices.items():
        their, my = getattr(theirs.answer, name), getattr(typed.answer, name)
        if choice == "theirs":
            changed[name] = their
        elif choice == "both" and name in TEXTS and their != my:
            changed[name] = "\n\n".join(text for text in (their, my) if text)
    return replace(typed, answer=replace(typed.answer, **changed))  # type: ignore[arg-type]  # names of its fields


def _evidence_of(revision: Revision | None) -> frozenset[int]:
    if revision is None:
        return frozenset()
    return frozenset(
        db.session.scalars(
            sa.select(EvidenceVersion.evidence_id)
            .join(RevisionEvidence, RevisionEvidence.evidence_version_id == EvidenceVersion.id)
            .where(RevisionEvidence.revision_id == revision.id)
        )
    )
