"""Blanking a text that must not stand here: an administrator asks, a second officer decides. Source: DESIGN §3.8.

What goes is the readable part. Numbers, hashes, statuses and dates stay, so the chain of the log stays whole and the
place says that something stood there, when it went and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.forms import clean
from tracker.core.storage import delete_on_commit
from tracker.oversight.models import RedactionRequest, RedactionState
from tracker.oversight.policies import is_party_affair
from tracker.oversight.queries import ACCOUNT, being_the_same, figures_of_revisions, is_pinned, saying_the_same
from tracker.progress.models import DraftBuffer, EvidenceVersion, Revision, Update

#: The texts of a working draft.
DRAFT_TEXTS: Final = (*ACCOUNT, "cleared_by_name", "cleared_by_function")
#: The texts of a revision; its steps go with them.
REVISION_TEXTS: Final = (*DRAFT_TEXTS, "lead_institution")


class RedactionNotPossible(DomainError):
    """The request cannot be made or decided as things stand."""


def ask_redaction(
    subject: AuditEvent | Revision | EvidenceVersion,
    *,
    reason: str,
    with_draft: bool = False,
    with_figures: bool = False,
    by: User,
    at: datetime,
) -> RedactionRequest:
    """Ask for the content of an event, the texts of a revision, or a file or link to be blanked.

    Args:
        subject: the event, the revision, or the version of a piece of evidence.
        reason: printed wherever the text stood; must not repeat it.
        with_draft: for a revision, whether the working draft of its update goes too.
        with_figures: for a revision, whether the notes and sources of the figures that it pinned go too.
        by: an administrator.
        at: now (UTC).

    Raises:
        RedactionNotPossible: it was redacted or asked for before.
    """
    if subject.redacted_at is not None:
        raise RedactionNotPossible(_("This was redacted before."))
    request = RedactionRequest(
        event_seq=subject.seq if isinstance(subject, AuditEvent) else None,
        revision_id=subject.id if isinstance(subject, Revision) else None,
        evidence_version_id=subject.id if isinstance(subject, EvidenceVersion) else None,
        with_draft=with_draft and isinstance(subject, Revision),
        with_figures=with_figures and isinstance(subject, Revision),
        reason=reason,
        asked_by_id=by.id,
        asked_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError as error:
        raise RedactionNotPossible(_("Somebody has asked for this already. A second officer decides.")) from error
    _record("redaction.asked", request, by=by, at=at, changes={"reason": reason})
    return request


def confirm_redaction(request: RedactionRequest, *, by: User, at: datetime) -> None:
    """Blank what was asked for. It cannot be undone.

    Raises:
        RedactionNotPossible: the request was decided before, or by asks for it themselves.
    """
    if by.id == request.asked_by_id:
        raise RedactionNotPossible(_("Another officer has to confirm what you asked for."))
    _decide(request, RedactionState.DONE, by=by, at=at)
    changes: dict[str, Any] = {"reason": request.reason}
    if request.event_seq is not None:
        _blank_event(request, at)
    elif request.evidence_version is not None:
        changes["versions"] = _blank_evidence(request.evidence_version, request.reason, at)
    else:
        assert request.revision is not None
        changes["drafts"] = _blank_drafts(request.revision) if request.with_draft else 0
        if request.with_figures:
            changes["figures"] = _blank_figures(request.revision)
        changes["revisions"] = _blank_revisions(request.revision, request.reason, at)
    _record("redaction.confirmed", request, by=by, at=at, changes=changes)


def decline_redaction(request: RedactionRequest, *, by: User, at: datetime) -> None:
    """Leave everything as it is.

    Raises:
        RedactionNotPossible: the request was decided before, or by asks for it themselves.
    """
    if by.id == request.asked_by_id:
        raise RedactionNotPossible(_("Another officer has to decide on what you asked for."))
    _decide(request, RedactionState.DECLINED, by=by, at=at)
    _record("redaction.declined", request, by=by, at=at)


def withdraw_redaction(request: RedactionRequest, *, by: User, at: datetime) -> None:
    """Take the request back.

    Raises:
        RedactionNotPossible: the request was decided before.
    """
    _decide(request, RedactionState.WITHDRAWN, by=by, at=at)
    _record("redaction.withdrawn", request, by=by, at=at)


def _decide(request: RedactionRequest, state: RedactionState, *, by: User, at: datetime) -> None:
    """Move the request on; of two who decide at once, one is told that it was decided."""
    done = db.session.execute(
        sa.update(RedactionRequest)
        .where(RedactionRequest.id == request.id, RedactionRequest.state == RedactionState.ASKED)
        .values(state=state, decided_by_id=by.id, decided_at=at)
        .execution_options(synchronize_session="fetch")
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE has one
        raise RedactionNotPossible(_("This request was decided before. Load the page again to see how."))


def _blank_event(request: RedactionRequest, at: datetime) -> None:
    db.session.execute(
        sa.update(AuditEvent)
        .where(AuditEvent.seq == request.event_seq)
        .values(content=None, redacted_at=at, redaction_reason=request.reason)
        .execution_options(synchronize_session="fetch")
    )


def _blank_evidence(version: EvidenceVersion, reason: str, at: datetime) -> list[int]:
    """Take away a file or an address, and the same ones of the party, for good; return the ids of the versions.

    Hash, size and dates stay. The bytes go with the commit; what a crash leaves of them, the sweep finds. The title
    goes where no version is left.
    """
    same = db.session.scalars(being_the_same(version)).all()
    for each in same:
        if each.storage_name is not None:
            delete_on_commit(each.storage_name)
        each.url, each.storage_name, each.file_name = None, None, ""
        each.redacted_at, each.redaction_reason = at, reason
        if all(other.redacted_at is not None for other in each.evidence.versions):
            each.evidence.title = _("Redacted document")
    db.session.flush()
    return [each.id for each in same]


def _blank_revisions(revision: Revision, reason: str, at: datetime) -> list[int]:
    """Blank a revision and those that repeat it without change; return their numbers."""
    same: Sequence[Revision] = db.session.scalars(saying_the_same(revision)).all()
    for each in same:
        for name in REVISION_TEXTS:
            setattr(each, name, "")
        each.steps = []
        each.redacted_at, each.redaction_reason = at, reason
    db.session.flush()
    return [each.number for each in same]


def _blank_figures(revision: Revision) -> int:
    """Blank the notes and sources of the figures that a revision and its like pinned; return how many entries.

    A correction of a value often keeps its note and source: entries of the same figure that repeat them go along.
    """
    revisions = db.session.scalars(saying_the_same(revision)).all()
    count = 0
    for pinned in db.session.scalars(figures_of_revisions([each.id for each in revisions])).all():
        texts = {pinned.source, pinned.note} - {""}
        for entry in pinned.figure.versions:
            found = [name for name in ("source", "note") if getattr(entry, name) in texts]
            for name in found:
                setattr(entry, name, "")
            count += bool(found)
    db.session.flush()
    return count


def _blank_drafts(revision: Revision) -> int:
    """Blank the draft of the revision's update, what is being typed into it, and equal texts in other rounds."""
    texts = {name: getattr(revision, name) for name in ACCOUNT}
    count = 0
    for update in db.session.scalars(sa.select(Update).where(Update.item_id == revision.item_id)).all():
        if update.round_id == revision.round_id:
            found = list(DRAFT_TEXTS)
        else:
            found = [name for name, text in texts.items() if text and getattr(update, name) == text]
        for name in found:
            setattr(update, name, "")
        if found:
            update.version += 1
            count += 1
            db.session.execute(sa.delete(DraftBuffer).where(DraftBuffer.update_id == update.id))
        else:
            _forget_equal_typing(update, texts)
    return count


def _forget_equal_typing(update: Update, texts: Mapping[str, str]) -> None:
    """Forget what people are typing into another round where they took over one of the texts."""
    for buffer in db.session.scalars(sa.select(DraftBuffer).filter_by(update_id=update.id)).all():
        fields: Mapping[str, Sequence[str]] = buffer.content.get("fields", {})
        if any(text and text in map(clean, fields.get(name, ())) for name, text in texts.items()):
            db.session.delete(buffer)


@dataclass(frozen=True)
class _Subject:
    """What an entry of the log is about, where it is not the request itself."""

    __tablename__: str
    id: int | None


def _record(
    act: str, request: RedactionRequest, *, by: User, at: datetime, changes: dict[str, Any] | None = None
) -> None:
    """Leave an entry about the request; about a draft's own subject where the Secretariat may not know of it."""
    event = request.event
    subject: object = request
    about: dict[str, Any] = {"request": request.id}
    if event is not None:
        about["entry"] = event.seq
        if is_party_affair(event.subject_type, event.act):
            subject = _Subject(event.subject_type, event.subject_id)
    version = request.evidence_version
    if version is not None and not db.session.scalar(is_pinned(version.id)):
        subject = _Subject("evidence_version", version.id)
    record(act, subject, at=at, by=by, party_id=_party_of(request), changes=about | (changes or {}))


def _party_of(request: RedactionRequest) -> int | None:
    if request.event is not None:
        return request.event.party_id
    if request.evidence_version is not None:
        return request.evidence_version.evidence.party_id
    return request.revision.item.party_id if request.revision is not None else None
