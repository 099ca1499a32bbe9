"""A party's evidence beyond what a draft names: files, new versions, what is said about them, retiring."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.storage import Blob, delete_on_commit
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Evidence, EvidenceKind, EvidenceVersion, Item, Update, UpdateEvidence
from tracker.progress.services.drafting import find_update
from tracker.progress.services.saving import Typed, draft_of, last_accepted, save
from tracker.progress.workflow import EDITABLE

_MEGABYTE: Final = 1_000_000


class NoRoomLeft(DomainError):
    """The party's files take all the room that each party has."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is said about a piece of evidence. The names are those of its columns."""

    title: str
    language: str = ""
    dated_on: date | None = None
    expires_on: date | None = None
    is_restricted: bool = False


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A file that was looked at and lies in the storage."""

    blob: Blob
    file_name: str
    media_type: str


def bytes_of_party(party_id: int) -> int:
    """Return how much room a party's files take, every version counted."""
    return (
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(EvidenceVersion.size_bytes), 0))
            .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
            .where(Evidence.party_id == party_id, EvidenceVersion.storage_name.is_not(None))
        )
        or 0
    )


def require_room(party: Party, size: int, *, megabytes: int) -> None:
    """Make sure that a file still fits into the room of the party.

    Raises:
        NoRoomLeft: it does not.
    """
    taken = bytes_of_party(party.id)
    if taken + size > megabytes * _MEGABYTE:
        raise NoRoomLeft(
            _(
                "Your party’s files take %(taken)s of %(room)s MB, so this one does not fit. "
                "Add a link to where it is published, or ask the Secretariat for more room.",
                taken=round(taken / _MEGABYTE),
                room=megabytes,
            )
        )


def add_file(
    party: Party, facts: Facts, new: NewFile, *, megabytes: int, by: User, at: datetime
) -> tuple[Evidence, bool]:
    """Keep a file as a piece of evidence of a party; return it, and whether it is new.

    A file that the party has already is found again by its bytes, whoever sends it and how often.

    Raises:
        NoRoomLeft: the party's files take all the room there is.
    """
    # Of two who send the same, the second finds the first.
    db.session.execute(sa.select(Party.id).where(Party.id == party.id).with_for_update())
    known = _same_file(party.id, new.blob.sha256)
    if known is not None:
        delete_on_commit(new.blob.name)
        return known, False
    require_room(party, new.blob.size_bytes, megabytes=megabytes)
    evidence = Evidence(party_id=party.id, kind=EvidenceKind.FILE, **_columns(facts))
    evidence.versions.append(_file_version(new, number=1, by=by, at=at))
    db.session.add(evidence)
    db.session.flush()
    record("evidence.added", evidence, at=at, by=by, party_id=party.id, changes=_said(facts) | _about(new))
    return evidence, True


def replace_with_file(evidence: Evidence, new: NewFile, *, megabytes: int, by: User, at: datetime) -> bool:
    """Let a file be the next version; return False where it is the present one already.

    Raises:
        NoRoomLeft: the party's files take all the room there is.
    """
    last = _lock(evidence)
    if last.sha256 == new.blob.sha256 and last.redacted_at is None:
        delete_on_commit(new.blob.name)
        return False
    require_room(evidence.party, new.blob.size_bytes, megabytes=megabytes)
    evidence.kind = EvidenceKind.FILE
    evidence.versions.append(_file_version(new, number=last.number + 1, by=by, at=at))
    changes = {"number": last.number + 1, **_about(new)}
    record("evidence.replaced", evidence, at=at, by=by, party_id=evidence.party_id, changes=changes)
    return True


def replace_with_link(evidence: Evidence, url: str, *, by: User, at: datetime) -> bool:
    """Let a link be the next version; return False where it is the present one already."""
    last = _lock(evidence)
    if last.url == url:
        return False
    evidence.kind = EvidenceKind.LINK
    digest = hashlib.sha256(url.encode()).hexdigest()
    version = EvidenceVersion(number=last.number + 1, url=url, sha256=digest, added_by_id=by.id, added_at=at)
    evidence.versions.append(version)
    changes = {"number": version.number, "url": url}
    record("evidence.replaced", evidence, at=at, by=by, party_id=evidence.party_id, changes=changes)
    return True


def change_facts(evidence: Evidence, facts: Facts, *, by: User, at: datetime) -> bool:
    """Change what is said about a piece of evidence; return whether anything changed."""
    changes = {}
    for name, new in _columns(facts).items():
        old = getattr(evidence, name)
        if old != new:
            changes[name] = [old, new]
            setattr(evidence, name, new)
    if changes:
        record("evidence.changed", evidence, at=at, by=by, party_id=evidence.party_id, changes=changes)
    return bool(changes)


def retire(evidence: Evidence, *, by: User, at: datetime) -> int:
    """Take a piece of evidence out of use; return how many drafts named it and do no longer. What was submitted stays.

    Raises:
        DomainError: it is out of use already.
    """
    _lock(evidence)
    if evidence.retired_at is not None:
        raise DomainError(_("This evidence is out of use already."))
    evidence.retired_at = at
    drafts = _drafts_naming(evidence)
    for update in drafts:
        update.version += 1
        db.session.execute(
            sa.delete(UpdateEvidence).where(
                UpdateEvidence.update_id == update.id, UpdateEvidence.evidence_id == evidence.id
            )
        )
    record("evidence.retired", evidence, at=at, by=by, party_id=evidence.party_id, changes={"drafts": len(drafts)})
    return len(drafts)


def bring_back(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Let a piece of evidence be used again.

    Raises:
        DomainError: it is in use.
    """
    if evidence.retired_at is None:
        raise DomainError(_("This evidence is in use."))
    evidence.retired_at = None
    record("evidence.brought_back", evidence, at=at, by=by, party_id=evidence.party_id)


def attach_to_item(evidence: Evidence, item: Item, round_: Round, *, by: User, at: datetime) -> None:
    """Let the draft of an item name a piece of evidence; begin the draft where none stands.

    Raises:
        DomainError: nothing can be reported now, or the update is with the Secretariat.
    """
    draft = draft_of(find_update(item, round_), last_accepted(item))
    wanted = Typed(base=draft.seen, answer=draft.answer, evidence=draft.evidence | {evidence.id})
    save(item, round_, wanted, by=by, at=at)


def note_reading(version: EvidenceVersion, *, by: User, at: datetime) -> None:
    """Leave an entry that somebody took a restricted file away."""
    evidence = version.evidence
    changes = {"evidence": evidence.id, "number": version.number}
    record("evidence.read", version, at=at, by=by, party_id=evidence.party_id, changes=changes)


def _lock(evidence: Evidence) -> EvidenceVersion:
    """Keep others from changing it until the commit; return its latest version."""
    db.session.execute(sa.select(Evidence.id).where(Evidence.id == evidence.id).with_for_update())
    db.session.refresh(evidence, ["retired_at", "kind", "versions"])
    return evidence.versions[-1]


def _columns(facts: Facts) -> dict[str, Any]:
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def _said(facts: Facts) -> dict[str, Any]:
    return {name: value for name, value in _columns(facts).items() if value}


def _about(new: NewFile) -> dict[str, Any]:
    return {"file_name": new.file_name, "size_bytes": new.blob.size_bytes, "sha256": new.blob.sha256}


def _file_version(new: NewFile, *, number: int, by: User, at: datetime) -> EvidenceVersion:
    return EvidenceVersion(
        number=number,
        storage_name=new.blob.name,
        file_name=new.file_name,
        media_type=new.media_type,
        size_bytes=new.blob.size_bytes,
        sha256=new.blob.sha256,
        added_by_id=by.id,
        added_at=at,
    )


def _same_file(party_id: int, sha256: str) -> Evidence | None:
    later = sa.orm.aliased(EvidenceVersion)
    newest = sa.select(sa.func.max(later.number)).where(later.evidence_id == Evidence.id).scalar_subquery()
    return db.session.scalar(
        sa.select(Evidence)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .where(
            Evidence.party_id == party_id,
            Evidence.retired_at.is_(None),
            EvidenceVersion.sha256 == sha256,
            EvidenceVersion.storage_name.is_not(None),
            EvidenceVersion.number == newest,
        )
        .order_by(Evidence.id)
        .limit(1)
    )


def _drafts_naming(evidence: Evidence) -> Sequence[Update]:
    return db.session.scalars(
        sa.select(Update)
        .join(UpdateEvidence, UpdateEvidence.update_id == Update.id)
        .where(UpdateEvidence.evidence_id == evidence.id, Update.state.in_(EDITABLE))
        .with_for_update(of=Update)
    ).all()
