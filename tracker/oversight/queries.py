"""Reading the log and the requests for redaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import Membership, User
from tracker.audit.models import AuditEvent
from tracker.instruments.models import Commitment, Instrument
from tracker.meetings.models import Meeting, Round
from tracker.oversight.models import RedactionRequest, RedactionState
from tracker.parties.models import Party
from tracker.progress.models import (
    Evidence,
    EvidenceVersion,
    Figure,
    FigureVersion,
    Item,
    Revision,
    RevisionEvidence,
    RevisionFigure,
    Update,
)

_ACTOR: Final = aliased(User)
_BEHALF: Final = aliased(User)
#: The texts in which a party gives its account; by them two revisions are told to say the same.
ACCOUNT: Final = ("narrative", "obstacles", "next_steps", "reason", "help_text", "share_text")


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """What a reader wants to see of the log; None wants everything."""

    person_id: int | None = None
    party: str | None = None
    feature: str | None = None
    subject_type: str | None = None
    since: datetime | None = None
    #: Exclusive.
    until: datetime | None = None
    request_id: str | None = None

    @property
    def is_set(self) -> bool:
        """Tell whether anything is left out."""
        return self != LogFilter()


def events(wanted: LogFilter, visible: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """Select what the log tells, as columns, the newest first."""
    query = (
        sa.select(
            AuditEvent.seq,
            AuditEvent.at,
            AuditEvent.means,
            AuditEvent.act,
            AuditEvent.subject_type,
            AuditEvent.subject_id,
            AuditEvent.origin,
            AuditEvent.request_id,
            AuditEvent.content,
            AuditEvent.redacted_at,
            AuditEvent.redaction_reason,
            AuditEvent.hash,
            _ACTOR.name.label("actor"),
            _ACTOR.email.label("actor_email"),
            _BEHALF.name.label("behalf"),
            Party.code.label("party"),
        )
        .outerjoin(_ACTOR, _ACTOR.id == AuditEvent.actor_id)
        .outerjoin(_BEHALF, _BEHALF.id == AuditEvent.on_behalf_of_id)
        .outerjoin(Party, Party.id == AuditEvent.party_id)
        .where(visible)
        .order_by(AuditEvent.seq.desc())
    )
    return query.where(*_conditions(wanted))


def _conditions(wanted: LogFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.person_id is not None:
        yield sa.or_(AuditEvent.actor_id == wanted.person_id, AuditEvent.on_behalf_of_id == wanted.person_id)
    if wanted.party is not None:
        yield AuditEvent.party_id == sa.select(Party.id).where(Party.code == wanted.party).scalar_subquery()
    if wanted.feature is not None:
        yield AuditEvent.act.startswith(f"{wanted.feature}.", autoescape=True)
    if wanted.subject_type is not None:
        yield AuditEvent.subject_type == wanted.subject_type
    if wanted.since is not None:
        yield AuditEvent.at >= wanted.since
    if wanted.until is not None:
        yield AuditEvent.at < wanted.until
    if wanted.request_id is not None:
        yield AuditEvent.request_id == wanted.request_id


def people_in_log() -> sa.Select[*tuple[Any, ...]]:
    """Select everybody who may have acted, by name."""
    return sa.select(User.id, User.name, User.email).order_by(User.name, User.id)


def subject_names(ids: Mapping[str, Iterable[int]]) -> sa.CompoundSelect[Any] | None:
    """Select the names of subjects, all kinds in one statement: kind, id, name, and the id or code of their page.

    Args:
        ids: what to look up, by table; tables that have no name are passed over.
    """
    item_name = Commitment.code + sa.literal(", ") + Party.code
    answer_name = item_name + sa.literal(", ") + Meeting.code
    of_item = sa.join(sa.join(Item, Commitment, Commitment.id == Item.commitment_id), Party, Party.id == Item.party_id)
    known: dict[str, tuple[Any, Any, Any, Any]] = {
        "item": (Item.id, item_name, _text(Item.id), of_item),
        "progress_update": (Update.id, answer_name, _text(Item.id), _answers(Update)),
        "revision": (Revision.id, answer_name, _text(Item.id), _answers(Revision)),
        "user_account": (User.id, User.name, _text(User.id), User),
        "membership": (
            Membership.id, User.name, _text(User.id), sa.join(Membership, User, User.id == Membership.person_id),
        ),
        "meeting": (Meeting.id, Meeting.title, _text(Meeting.id), Meeting),
        "round": (
            Round.id, Meeting.title, _text(Meeting.id), sa.join(Round, Meeting, Meeting.id == Round.meeting_id),
        ),
        "instrument": (Instrument.id, Instrument.short_title, Instrument.code, Instrument),
        "commitment": (Commitment.id, Commitment.code, Commitment.code, Commitment),
        "party": (Party.id, Party.code, Party.code, Party),
    }  # fmt: skip
    parts = [
        sa.select(sa.literal(table).label("subject_type"), key.label("id"), name.label("name"), page.label("page"))
        .select_from(source)
        .where(key.in_(sorted(set(ids[table]))))
        for table, (key, name, page, source) in known.items()
        if ids.get(table)
    ]
    return sa.union_all(*parts) if parts else None


def _text(column: Any) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.String(20))


def _answers(model: type[Update] | type[Revision]) -> Any:
    joined = sa.join(model, Item, Item.id == model.item_id)
    joined = sa.join(joined, Commitment, Commitment.id == Item.commitment_id)
    joined = sa.join(joined, Party, Party.id == Item.party_id)
    joined = sa.join(joined, Round, Round.id == model.round_id)
    return sa.join(joined, Meeting, Meeting.id == Round.meeting_id)


def redactions() -> sa.Select[RedactionRequest]:
    """Select the requests with what they are about; those that wait first, then the newest."""
    return (
        sa.select(RedactionRequest)
        .options(
            joinedload(RedactionRequest.event),
            joinedload(RedactionRequest.revision).joinedload(Revision.item).joinedload(Item.commitment),
            joinedload(RedactionRequest.revision).joinedload(Revision.item).joinedload(Item.party),
            joinedload(RedactionRequest.revision).joinedload(Revision.round).joinedload(Round.meeting),
            joinedload(RedactionRequest.evidence_version)
            .joinedload(EvidenceVersion.evidence)
            .joinedload(Evidence.party),
            joinedload(RedactionRequest.asked_by),
            joinedload(RedactionRequest.decided_by),
        )
        .order_by((RedactionRequest.state == RedactionState.ASKED).desc(), RedactionRequest.id.desc())
    )


def redaction(request_id: int) -> sa.Select[RedactionRequest]:
    """Select one request with what it is about."""
    return redactions().where(RedactionRequest.id == request_id)


def revisions_of(update: Update) -> sa.Select[Revision]:
    """Select the revisions of an update, the newest first."""
    return (
        sa.select(Revision)
        .where(Revision.item_id == update.item_id, Revision.round_id == update.round_id)
        .order_by(Revision.number.desc())
    )


def saying_the_same(revision: Revision) -> sa.Select[Revision]:
    """Select a revision and those of its item, of whatever round, that say the same: they need the same redaction."""
    texts = {name: getattr(revision, name) for name in ACCOUNT}
    same = sa.and_(Revision.redacted_at.is_(None), *(getattr(Revision, name) == text for name, text in texts.items()))
    return (
        sa.select(Revision)
        .options(joinedload(Revision.round).joinedload(Round.meeting))
        .where(
            Revision.item_id == revision.item_id,
            sa.or_(Revision.id == revision.id, same if any(texts.values()) else sa.false()),
        )
        .order_by(Revision.id)
    )


def figures_of_revisions(revision_ids: Collection[int]) -> sa.Select[FigureVersion]:
    """Select the versions of figures that revisions pinned and that have a note or a source."""
    pinned = sa.select(RevisionFigure.figure_version_id).where(RevisionFigure.revision_id.in_(revision_ids))
    return (
        sa.select(FigureVersion)
        .options(joinedload(FigureVersion.figure).joinedload(Figure.indicator))
        .where(FigureVersion.id.in_(pinned), sa.or_(FigureVersion.note != "", FigureVersion.source != ""))
        .order_by(FigureVersion.figure_id, FigureVersion.number)
    )


def being_the_same(version: EvidenceVersion) -> sa.Select[EvidenceVersion]:
    """Select a version and those of its party with the same bytes or address: they need the same redaction."""
    return (
        sa.select(EvidenceVersion)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .options(joinedload(EvidenceVersion.evidence).selectinload(Evidence.versions))
        .where(
            Evidence.party_id == version.evidence.party_id,
            EvidenceVersion.sha256 == version.sha256,
            EvidenceVersion.redacted_at.is_(None),
        )
        .order_by(EvidenceVersion.id)
    )


def is_pinned(version_id: int) -> sa.Select[bool]:
    """Select whether anything that was submitted names a version."""
    return sa.select(sa.exists().where(RevisionEvidence.evidence_version_id == version_id))


def versions_of(evidence_id: int) -> sa.Select[EvidenceVersion]:
    """Select the versions of a piece of evidence, the newest first."""
    return (
        sa.select(EvidenceVersion)
        .options(joinedload(EvidenceVersion.evidence))
        .where(EvidenceVersion.evidence_id == evidence_id)
        .order_by(EvidenceVersion.number.desc())
    )
