"""Reading how a round goes, party by party, for the Secretariat. Not even that a draft exists is told."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Membership, User
from tracker.dashboards.queries.asked import by_party
from tracker.dashboards.queries.home import TOLD
from tracker.progress.models import Update, UpdateEvent
from tracker.progress.workflow import UpdateState

Rows = sa.Select[*tuple[Any, ...]]


def submissions_in_full(round_id: int) -> Rows:
    """Select for each party how many items a round asks about, and how many wait, are accepted or were sent back."""

    def number(state: UpdateState) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((Update.state == state, 1), else_=0)), 0)

    handed_over = sa.case((Update.state != UpdateState.DRAFT, Update.submitted_at))
    return by_party(
        round_id,
        number(UpdateState.SUBMITTED).label("submitted"),
        number(UpdateState.ACCEPTED).label("accepted"),
        number(UpdateState.RETURNED).label("returned"),
        sa.func.min(handed_over, type_=Update.submitted_at.type).label("first_at"),
        sa.func.max(handed_over, type_=Update.submitted_at.type).label("last_at"),
    )


def last_sign_ins(day: date) -> Rows:
    """Select for each party when any of the people who work for it on a day signed in last."""
    return (
        sa.select(
            Membership.party_id,
            sa.func.max(User.last_signed_in_at, type_=User.last_signed_in_at.type).label("last_at"),
        )
        .join(User, User.id == Membership.person_id)
        .where(
            Membership.party_id.is_not(None),
            Membership.starts_on <= day,
            sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= day),
            User.active,
        )
        .group_by(Membership.party_id)
    )


def acts_since(moment: datetime) -> Rows:
    """Select how many updates were submitted, accepted and sent back since a moment; never anything of a draft."""
    return (
        sa.select(
            UpdateEvent.action,
            sa.func.count(Update.id.distinct()).label("updates"),
        )
        .join(Update, Update.id == UpdateEvent.update_id)
        .where(UpdateEvent.action.in_(TOLD), UpdateEvent.taken_at >= moment, Update.state != UpdateState.DRAFT)
        .group_by(UpdateEvent.action)
    )
