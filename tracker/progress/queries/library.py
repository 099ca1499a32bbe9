"""A party's evidence as a whole: who sees which version, the list, one piece, and what uses it. Source: DESIGN §3.4."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from tracker.accounts.models import User
from tracker.instruments.models import Commitment
from tracker.meetings.models import Extension, Round
from tracker.parties.models import Party, PartyKind
from tracker.progress.expiry import WARN_BEFORE
from tracker.progress.models import (
    Assignment,
    Evidence,
    EvidenceKind,
    EvidenceVersion,
    Item,
    Revision,
    RevisionEvidence,
    Update,
    UpdateEvidence,
)
from tracker.progress.workflow import UpdateState


def items_in_hand(user: User, *, today: date) -> sa.Select[int]:
    """Select the ids of the items that a contributor has in hand; as ``policies.is_assigned``."""
    runs_longer = sa.exists().where(
        Extension.round_id == Round.id, Extension.party_id == Item.party_id, Extension.due_on >= today
    )
    return (
        sa.select(Assignment.item_id)
        .join(Item, Item.id == Assignment.item_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.person_id == user.id,
            Assignment.taken_back_at.is_(None),
            Item.party_id.in_(user.rights.contributes),
            Round.cancelled_at.is_(None),
            sa.or_(sa.and_(Round.closed_at.is_(None), Round.closes_on >= today), runs_longer),
            Assignment.round_id == user.by_link.round_id if user.by_link is not None else sa.true(),
        )
    )


def own_evidence(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that a piece belongs to a party that the person answers for."""
    own = Evidence.party_id.in_(user.rights.coordinates)
    if not user.is_secretariat:
        return own
    secretariats = sa.select(Party.id).where(Party.kind == PartyKind.SECRETARIAT)
    return sa.or_(own, Evidence.party_id.in_(secretariats))


def versions_visible_to(user: User, *, today: date) -> sa.ColumnElement[bool]:
    """Return the condition, on versions joined to their evidence, that ``policies.view_evidence_version`` puts.

    Own coordinators see all; contributors what is not restricted, what they added and what their items use; the
    Secretariat what a submitted revision pinned; everybody else what an accepted, shared revision pinned, unless it
    is restricted. Who came by a link for one round sees what they added and what the items in their hands use.
    """
    rights = user.rights
    if not rights.any:
        return sa.false()
    if user.by_link is not None:
        return sa.and_(
            Evidence.party_id.in_(rights.contributes),
            sa.or_(_added_by(user), _used_by(items_in_hand(user, today=today))),
        )
    pinned = _pinned_by(
        Update.accepted_revision_id == Revision.id,
        Revision.is_restricted.is_(False),
        Round.share_on <= today,
    )
    ways = [own_evidence(user), sa.and_(Evidence.is_restricted.is_(False), pinned)]
    if rights.contributes:
        ways.append(
            sa.and_(
                Evidence.party_id.in_(rights.contributes),
                sa.or_(
                    Evidence.is_restricted.is_(False),
                    _added_by(user),
                    _used_by(items_in_hand(user, today=today)),
                    _pinned_by(Update.accepted_revision_id == Revision.id),
                ),
            )
        )
    if user.is_secretariat:
        recalled = sa.and_(Update.state == UpdateState.DRAFT, Update.latest_revision_id == Revision.id)
        ways.append(_pinned_by(sa.or_(Update.accepted_revision_id == Revision.id, sa.not_(recalled))))
    return sa.or_(*ways)


def _added_by(user: User) -> sa.ColumnElement[bool]:
    added = aliased(EvidenceVersion)
    return sa.exists().where(added.evidence_id == Evidence.id, added.added_by_id == user.id)


def _pinned_by(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition that a version is pinned by a revision of this kind."""
    return (
        sa.exists()
        .where(
            RevisionEvidence.evidence_version_id == EvidenceVersion.id,
            Revision.id == RevisionEvidence.revision_id,
            Update.item_id == Revision.item_id,
            Update.round_id == Revision.round_id,
            Round.id == Revision.round_id,
            *which,
        )
        .correlate(EvidenceVersion, Evidence)
    )


def _used_by(items: sa.Select[int]) -> sa.ColumnElement[bool]:
    in_draft = (
        sa.exists()
        .where(
            UpdateEvidence.evidence_id == Evidence.id,
            Update.id == UpdateEvidence.update_id,
            Update.item_id.in_(items),
        )
        .correlate(Evidence)
    )
    other = aliased(EvidenceVersion)
    in_revision = (
        sa.exists()
        .where(
            other.evidence_id == Evidence.id,
            RevisionEvidence.evidence_version_id == other.id,
            Revision.id == RevisionEvidence.revision_id,
            Revision.item_id.in_(items),
        )
        .correlate(Evidence)
    )
    return sa.or_(in_draft, in_revision)


def piece(evidence_id: int) -> sa.Select[Evidence]:
    """Select a piece of evidence with its party, its versions and who added each."""
    return (
        sa.select(Evidence)
        .options(joinedload(Evidence.party), selectinload(Evidence.versions).joinedload(EvidenceVersion.added_by))
        .where(Evidence.id == evidence_id)
    )


def visible_version_ids(evidence_id: int, user: User, *, today: date) -> sa.Select[int]:
    """Select the ids of the versions of a piece that the person may see."""
    return (
        sa.select(EvidenceVersion.id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Evidence.id == evidence_id, versions_visible_to(user, today=today))
    )


def version_of(evidence_id: int, number: int) -> sa.Select[EvidenceVersion]:
    """Select one version with its piece."""
    return (
        sa.select(EvidenceVersion)
        .options(joinedload(EvidenceVersion.evidence).joinedload(Evidence.party))
        .where(EvidenceVersion.evidence_id == evidence_id, EvidenceVersion.number == number)
    )


def is_pinned_in_restricted(version_id: int) -> sa.Select[bool]:
    """Select whether a restricted answer names a version."""
    return sa.select(
        sa.exists().where(
            RevisionEvidence.evidence_version_id == version_id,
            Revision.id == RevisionEvidence.revision_id,
            Revision.is_restricted,
        )
    )


#: What the list may be narrowed to.
IN_USE: Final = "in_use"
RUNNING_OUT: Final = "running_out"
UNUSED: Final = "unused"
RETIRED: Final = "retired"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a reader wants to see of a party's evidence; None wants everything."""

    kind: EvidenceKind | None = None
    standing: str | None = None
    words: str = ""


def evidence_list(party_id: int, wanted: Wanted, user: User, *, today: date) -> sa.Select[*tuple[Any, ...]]:
    """Select a party's evidence with the latest version that the person may see, the latest added first."""
    visible = versions_visible_to(user, today=today)
    numbered = (
        sa.select(
            EvidenceVersion.id,
            sa.func.row_number()
            .over(partition_by=EvidenceVersion.evidence_id, order_by=EvidenceVersion.number.desc())
            .label("place"),
        )
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Evidence.party_id == party_id, visible)
        .subquery()
    )
    query = (
        sa.select(
            Evidence.id,
            Evidence.title,
            Evidence.language,
            Evidence.dated_on,
            Evidence.expires_on,
            Evidence.is_restricted,
            Evidence.retired_at,
            EvidenceVersion.number,
            EvidenceVersion.url,
            EvidenceVersion.file_name,
            EvidenceVersion.size_bytes,
            EvidenceVersion.added_at,
            EvidenceVersion.redacted_at,
            User.name.label("added_by"),
            _codes_of_revisions(user, today=today).label("codes"),
        )
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(numbered, sa.and_(numbered.c.id == EvidenceVersion.id, numbered.c.place == 1))
        .join(User, User.id == EvidenceVersion.added_by_id)
        .order_by(EvidenceVersion.added_at.desc(), Evidence.id.desc())
    )
    return query.where(*_narrowed(wanted, today))


def _narrowed(wanted: Wanted, today: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.kind is EvidenceKind.LINK:
        conditions.append(EvidenceVersion.url.is_not(None))
    elif wanted.kind is EvidenceKind.FILE:
        conditions.append(EvidenceVersion.url.is_(None))
    in_draft = sa.exists().where(UpdateEvidence.evidence_id == Evidence.id).correlate(Evidence)
    other = aliased(EvidenceVersion)
    in_revision = (
        sa.exists()
        .where(other.evidence_id == Evidence.id, RevisionEvidence.evidence_version_id == other.id)
        .correlate(Evidence)
    )
    conditions.append(Evidence.retired_at.is_not(None) if wanted.standing == RETIRED else Evidence.retired_at.is_(None))
    if wanted.standing == RUNNING_OUT:
        conditions.append(Evidence.expires_on <= today + WARN_BEFORE)
    elif wanted.standing == IN_USE:
        conditions.append(sa.or_(in_draft, in_revision))
    elif wanted.standing == UNUSED:
        conditions.append(sa.not_(sa.or_(in_draft, in_revision)))
    if wanted.words:
        conditions.append(Evidence.title.icontains(wanted.words, autoescape=True))
    return conditions


def _codes_of_revisions(user: User, *, today: date) -> sa.ScalarSelect[str]:
    """Return, for a column, the codes of the commitments whose answers name the piece, as far as is known."""
    other = aliased(EvidenceVersion)
    codes = (
        sa.select(Commitment.code)
        .join(Item, Item.commitment_id == Commitment.id)
        .join(Revision, Revision.item_id == Item.id)
        .join(Update, sa.and_(Update.item_id == Revision.item_id, Update.round_id == Revision.round_id))
        .join(Round, Round.id == Revision.round_id)
        .join(RevisionEvidence, RevisionEvidence.revision_id == Revision.id)
        .join(other, other.id == RevisionEvidence.evidence_version_id)
        .where(other.evidence_id == Evidence.id, _revisions_known_to(user, today=today))
        .correlate(Evidence)
        .distinct()
        .subquery()
    )
    return sa.select(sa.func.aggregate_strings(codes.c.code, " ")).scalar_subquery()


def _revisions_known_to(user: User, *, today: date) -> sa.ColumnElement[bool]:
    """Return the condition that ``policies.view_revision`` puts on revisions, for those who work for no item alone."""
    is_accepted = Update.accepted_revision_id == Revision.id
    recalled = sa.and_(Update.state == UpdateState.DRAFT, Update.latest_revision_id == Revision.id)
    ways = [
        Item.party_id.in_(user.rights.coordinates),
        sa.and_(Item.party_id.in_(user.rights.contributes), is_accepted),
        sa.and_(is_accepted, Revision.is_restricted.is_(False), Round.share_on <= today),
    ]
    if user.is_secretariat:
        ways.append(sa.or_(is_accepted, sa.not_(recalled)))
    return sa.or_(*ways)


def answers_naming(evidence_id: int, user: User, *, today: date) -> sa.Select[*tuple[Any, ...]]:
    """Select the answers that name a piece, as far as the person may read them, the latest first."""
    return (
        sa.select(
            Item.id.label("item_id"),
            Commitment.code,
            Commitment.title,
            Revision.round_id,
            Revision.number,
            Revision.submitted_at,
            EvidenceVersion.number.label("version"),
        )
        .join(Item, Item.commitment_id == Commitment.id)
        .join(Revision, Revision.item_id == Item.id)
        .join(Update, sa.and_(Update.item_id == Revision.item_id, Update.round_id == Revision.round_id))
        .join(Round, Round.id == Revision.round_id)
        .join(RevisionEvidence, RevisionEvidence.revision_id == Revision.id)
        .join(EvidenceVersion, EvidenceVersion.id == RevisionEvidence.evidence_version_id)
        .where(EvidenceVersion.evidence_id == evidence_id, _revisions_known_to(user, today=today))
        .order_by(Revision.submitted_at.desc(), Revision.id.desc())
        .limit(100)
    )


def drafts_naming(evidence_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the items whose working drafts name a piece; for those who see the party's drafts."""
    return (
        sa.select(Item.id.label("item_id"), Commitment.code, Commitment.title, Update.state)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Update, Update.item_id == Item.id)
        .join(UpdateEvidence, UpdateEvidence.update_id == Update.id)
        .where(
            UpdateEvidence.evidence_id == evidence_id,
            Update.state.in_((UpdateState.DRAFT, UpdateState.RETURNED)),
        )
        .order_by(Commitment.code, Item.id)
        .limit(100)
    )
