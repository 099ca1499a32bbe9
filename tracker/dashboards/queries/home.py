"""Reading what the first page shows to those who run the network."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Membership, Role, User
from tracker.dashboards.queries.asked import by_party
from tracker.instruments.models import Commitment
from tracker.mail.models import DeliveryState, Notification
from tracker.parties.models import Footnote, Party, PartyKind
from tracker.progress.models import Item, Update, UpdateEvent
from tracker.progress.workflow import DONE, UpdateAction, UpdateState
from tracker.reminders.models import SchedulerBeat

Rows = sa.Select[*tuple[Any, ...]]

#: What the Secretariat reads of under "what changed". A recall is not among them: it would tell of a draft.
TOLD = (
    UpdateAction.SUBMIT,
    UpdateAction.NO_CHANGE,
    UpdateAction.ACCEPT,
    UpdateAction.RETURN,
    UpdateAction.REOPEN,
)


def submissions_by_party(round_id: int) -> Rows:
    """Select for each party how many items a round asks about, how many are done, and when it last submitted."""
    is_done = sa.case((Update.state.in_(DONE), 1), else_=0)
    last_at = sa.func.max(Update.submitted_at, type_=Update.submitted_at.type)
    return by_party(
        round_id,
        sa.func.sum(is_done).label("done"),
        last_at.filter(Update.state != UpdateState.DRAFT).label("last_at"),
    )


def latest_changes(limit: int) -> Rows:
    """Select what was last submitted, accepted, returned or reopened; never anything of a draft."""
    return (
        sa.select(
            UpdateEvent.taken_at,
            UpdateEvent.action,
            Update.id.label("update_id"),
            Commitment.code,
            Commitment.title,
            Party.short_name,
            Footnote.text.label("footnote_text"),
        )
        .select_from(UpdateEvent)
        .join(Update, Update.id == UpdateEvent.update_id)
        .join(Item, Item.id == Update.item_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Party, Party.id == Item.party_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .where(UpdateEvent.action.in_(TOLD), Update.state != UpdateState.DRAFT)
        .order_by(UpdateEvent.taken_at.desc(), UpdateEvent.id.desc())
        .limit(limit)
    )


def longest_waiting(limit: int) -> Rows:
    """Select what waits for review, the longest first, each with how many wait in all."""
    return (
        sa.select(
            Update.id,
            Update.submitted_at,
            Commitment.code,
            Party.short_name,
            Footnote.text.label("footnote_text"),
            sa.func.count().over().label("waiting"),
        )
        .select_from(Update)
        .join(Item, Item.id == Update.item_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Party, Party.id == Item.party_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .where(Update.state == UpdateState.SUBMITTED)
        .order_by(Update.submitted_at, Update.id)
        .limit(limit)
    )


def parties_short_of_people(day: date) -> Rows:
    """Select the countries and the network, where nobody is coordinator, or no deputy is named."""

    def has(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.exists().where(
            Membership.party_id == Party.id,
            Membership.role == Role.COORDINATOR,
            Membership.starts_on <= day,
            sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= day),
            User.id == Membership.person_id,
            User.active,
            *conditions,
        )

    coordinator, deputy = has(Membership.is_deputy.is_(sa.false())), has(Membership.is_deputy.is_(sa.true()))
    return (
        sa.select(
            Party.code,
            Party.short_name,
            Footnote.text.label("footnote_text"),
            coordinator.label("has_coordinator"),
            deputy.label("has_deputy"),
        )
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .where(
            Party.is_active,
            Party.kind == PartyKind.COUNTRY,
            sa.not_(sa.and_(coordinator, deputy)),
        )
        .order_by(Party.position)
    )


def mail_by_state() -> Rows:
    """Select how many mails failed and how many wait to be sent."""
    return (
        sa.select(Notification.state, sa.func.count())
        .where(Notification.state.in_((DeliveryState.FAILED, DeliveryState.QUEUED, DeliveryState.SENDING)))
        .group_by(Notification.state)
    )


def accounts_in_numbers(day: date) -> Rows:
    """Select how many accounts work, have not been taken up, are switched off, or have no role today."""
    has_role = sa.exists().where(
        Membership.person_id == User.id,
        Membership.starts_on <= day,
        sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= day),
    )
    counted = sa.func.count()
    return sa.select(
        counted.filter(User.active, User.password.is_not(None), has_role).label("working"),
        counted.filter(User.active, User.password.is_(None)).label("invited"),
        counted.filter(User.active, sa.not_(has_role)).label("without_role"),
        counted.filter(sa.not_(User.active)).label("switched_off"),
    ).select_from(User)


def scheduler_beats() -> Rows:
    """Select the schedulers, the one heard of last first."""
    return sa.select(SchedulerBeat.name, SchedulerBeat.beat_at, SchedulerBeat.started_at).order_by(
        SchedulerBeat.beat_at.desc()
    )
