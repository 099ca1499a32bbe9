"""Reading meetings and rounds."""

from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from tracker.accounts.models import Membership, Role, User
from tracker.audit.models import AuditEvent
from tracker.instruments.models import Commitment, CommitmentState, Instrument
from tracker.mail.models import Notification
from tracker.meetings.models import (
    Decision,
    Extension,
    Meeting,
    MeetingInstrument,
    MeetingState,
    Round,
    RoundInstrument,
)
from tracker.parties.models import Party

Rows = sa.Select[*tuple[Any, ...]]

#: Planned meetings stand first, whatever their kind.
_PLANNED_FIRST: Final = sa.case((Meeting.state == MeetingState.PLANNED, 0), else_=1)


def meetings_listed() -> Rows:
    """Select what the list shows of each meeting: planned ones first, the next on top; then the others, newest first.

    Agenda and summary are left out; they are long.
    """
    is_planned = Meeting.state == MeetingState.PLANNED
    return (
        sa.select(
            Meeting.id,
            Meeting.kind,
            Meeting.number,
            Meeting.title,
            Meeting.starts_on,
            Meeting.ends_on,
            Meeting.date_precision,
            Meeting.city,
            Meeting.country_code,
            Meeting.is_online,
            Meeting.host,
            Meeting.state,
            Meeting.confidence,
            Meeting.sources,
            Meeting.is_sample,
            Round.opens_on,
            Round.due_on,
            Round.closes_on,
            Round.share_on,
            Round.opened_at,
            Round.closed_at,
            Round.cancelled_at,
        )
        .outerjoin(Round, Round.meeting_id == Meeting.id)
        .order_by(
            _PLANNED_FIRST,
            sa.case((is_planned, Meeting.starts_on)),
            Meeting.starts_on.desc(),
            Meeting.kind,
            Meeting.id,
        )
    )


def instruments_of_meetings() -> Rows:
    """Select which instruments the meetings adopted or dealt with: meeting, code, short title."""
    return (
        sa.select(MeetingInstrument.meeting_id, Instrument.code, Instrument.short_title)
        .join(Instrument, Instrument.id == MeetingInstrument.instrument_id)
        .order_by(Instrument.adopted_on, Instrument.id)
    )


def meeting_with_round(meeting_id: int) -> sa.Select[Meeting]:
    """Select a meeting with its round and the round's extensions."""
    extensions = joinedload(Meeting.round).selectinload(Round.extensions)
    return sa.select(Meeting).where(Meeting.id == meeting_id).options(extensions.joinedload(Extension.party))


def scope_of(round_id: int) -> Rows:
    """Select how many instruments a round asks about, and how many commitments that are followed up."""
    asked = sa.and_(
        Commitment.instrument_id == RoundInstrument.instrument_id,
        Commitment.is_tracked,
        Commitment.state == CommitmentState.ACTIVE,
    )
    return (
        sa.select(
            sa.func.count(RoundInstrument.instrument_id.distinct()).label("instruments"),
            sa.func.count(Commitment.id).label("commitments"),
        )
        .select_from(RoundInstrument)
        .outerjoin(Commitment, asked)
        .where(RoundInstrument.round_id == round_id)
    )


def meeting_locked(meeting_id: int) -> sa.Select[int]:
    """Select a meeting's id and keep others from acting on it until the commit."""
    return sa.select(Meeting.id).where(Meeting.id == meeting_id).with_for_update()


def instruments_in_use() -> Rows:
    """Select the instruments that ask for reports: id, code, short title, how many commitments they ask about."""
    count = sa.func.count(Commitment.id)
    return (
        sa.select(Instrument.id, Instrument.code, Instrument.short_title, count.label("commitments"))
        .join(Commitment, Commitment.instrument_id == Instrument.id)
        .where(Commitment.is_tracked, Commitment.state == CommitmentState.ACTIVE)
        .group_by(Instrument.id, Instrument.code, Instrument.short_title, Instrument.adopted_on)
        .order_by(Instrument.adopted_on, Instrument.id)
    )


def instruments_for_choice() -> Rows:
    """Select every instrument: id, code, short title."""
    return sa.select(Instrument.id, Instrument.code, Instrument.short_title).order_by(
        Instrument.adopted_on, Instrument.id
    )


def codes_beginning(prefix: str) -> sa.Select[str]:
    """Select the codes of meetings that begin so."""
    return sa.select(Meeting.code).where(Meeting.code.startswith(prefix, autoescape=True))


def people_told(round_id: int, day: date) -> sa.Select[User]:
    """Select who hears that a round moved or ended: coordinators, deputies, officers, and whoever had mail about it."""
    serving = sa.select(Membership.person_id).where(
        Membership.starts_on <= day, sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= day)
    )
    leading = serving.where(Membership.role.in_((Role.COORDINATOR, Role.SECRETARIAT)))
    written_to = sa.select(Notification.person_id).where(
        Notification.round_id == round_id, Notification.person_id.is_not(None)
    )
    return (
        sa.select(User)
        .where(User.active, User.id.in_(serving), sa.or_(User.id.in_(leading), User.id.in_(written_to)))
        .order_by(User.id)
    )


def last_change(meeting_id: int, round_id: int | None) -> Rows:
    """Select when a meeting or its round was last changed by a person, and the person's name."""
    is_meeting = sa.and_(AuditEvent.subject_type == "meeting", AuditEvent.subject_id == meeting_id)
    is_round = sa.and_(AuditEvent.subject_type == "round", AuditEvent.subject_id == round_id)
    return (
        sa.select(AuditEvent.at, User.name)
        .join(User, User.id == AuditEvent.actor_id)
        .where(is_meeting if round_id is None else sa.or_(is_meeting, is_round))
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )


def parties_without_extension(round_id: int) -> sa.Select[Party]:
    """Select the parties that could be given an extension, in the one fixed order."""
    extended = sa.select(Extension.party_id).where(Extension.round_id == round_id)
    return sa.select(Party).where(Party.is_active, Party.id.not_in(extended)).order_by(Party.position)


def decisions_of(meeting_id: int) -> sa.Select[Decision]:
    """Select what a meeting decided, in its order, with theme and commitment."""
    return (
        sa.select(Decision)
        .where(Decision.meeting_id == meeting_id)
        .options(joinedload(Decision.theme), joinedload(Decision.commitment))
        .order_by(Decision.number)
    )


def matters_arising(meeting: Meeting) -> sa.Select[Decision]:
    """Select what earlier meetings of the same kind decided and is neither settled nor followed as a commitment.

    The latest meeting stands first.
    """
    return (
        sa.select(Decision)
        .join(Meeting, Meeting.id == Decision.meeting_id)
        .where(
            Meeting.kind == meeting.kind,
            Meeting.starts_on < meeting.starts_on,
            Decision.settled_on.is_(None),
            Decision.commitment_id.is_(None),
        )
        .options(contains_eager(Decision.meeting), joinedload(Decision.theme))
        .order_by(Meeting.starts_on.desc(), Meeting.id.desc(), Decision.number)
    )
