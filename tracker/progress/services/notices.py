"""Telling parties what the Secretariat decided. Mail carries titles and links, never the substance."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from tracker.accounts.models import Membership, Role, User
from tracker.core.database import db
from tracker.core.zones import local_day
from tracker.instruments.models import Commitment
from tracker.mail import rendering
from tracker.mail.models import Notification
from tracker.mail.services import Recipient, enqueue
from tracker.meetings.models import Meeting, Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Update
from tracker.progress.workflow import UpdateState

#: The state in which each kind of news is still true when it leaves.
_STILL_TRUE: Final = {
    "updates_accepted": UpdateState.ACCEPTED,
    "update_returned": UpdateState.RETURNED,
    "update_reopened": UpdateState.RETURNED,
}


def tell_party(kind: str, updates: Sequence[Update], *, at: datetime) -> None:
    """Queue one mail per coordinator of each party about these updates.

    Args:
        kind: ``updates_accepted``, ``update_returned`` or ``update_reopened``.
        updates: what it is about; each has a latest revision.
        at: when the act was done (UTC).
    """
    by_party: dict[int, list[Update]] = defaultdict(list)
    for update in updates:
        by_party[update.item.party_id].append(update)
    for party_id, theirs in by_party.items():
        first = theirs[0]
        for person in _coordinators(party_id, first, at):
            enqueue(
                kind,
                unique_key=f"{kind}/{person.id}/{first.id}/{first.version}/{first.latest_revision_id}",
                to=Recipient(person_id=person.id, address=person.email, name=person.name, language=person.language),
                at=at,
                round_id=first.round_id,
                party_id=party_id,
                parameters={"updates": [update.id for update in theirs]},
            )


def _coordinators(party_id: int, update: Update, at: datetime) -> list[User]:
    """Return the party's coordinators; and the deputy, when it was the deputy who submitted."""
    today = local_day(at, update.round.timezone)
    held = sa.select(Membership.person_id).where(
        Membership.role == Role.COORDINATOR,
        Membership.party_id == party_id,
        Membership.starts_on <= today,
        sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
        sa.or_(Membership.is_deputy.is_(False), Membership.person_id == update.submitted_by_id),
    )
    return list(db.session.scalars(sa.select(User).where(User.active, User.id.in_(held)).order_by(User.id)))


def _render(notification: Notification, _now: datetime) -> rendering.Rendered:
    """Write the news as it stands now; news that is no longer true is not sent."""
    rows = db.session.execute(
        sa.select(Item.id.label("item_id"), Commitment.code, Commitment.title)
        .join(Update, Update.item_id == Item.id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .where(
            Update.id.in_(notification.parameters["updates"]),
            Update.state == _STILL_TRUE[notification.kind],
        )
        .order_by(Commitment.code)
    ).all()
    if not rows:
        return rendering.Cancel("The update went on since; there is nothing to tell any more.")
    meeting = db.session.scalars(
        sa.select(Meeting).join(Round, Round.meeting_id == Meeting.id).where(Round.id == notification.round_id)
    ).one()
    return rendering.render_mail(
        notification.kind,
        is_sample=meeting.is_sample,
        party=db.session.get_one(Party, notification.party_id),
        meeting=meeting,
        entries=[
            {"code": row.code, "title": row.title, "url": rendering.site_url(f"/items/{row.item_id}")} for row in rows
        ],
        work_url=rendering.site_url("/work"),
    )


for _kind in _STILL_TRUE:
    rendering.register(_kind, _render, can_preview=True)
