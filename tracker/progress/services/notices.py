"""Telling parties what the Secretariat decided. Mail carries titles and links, never the substance."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Membership, Role, User
from tracker.core.database import db
from tracker.core.zones import local_day
from tracker.mail.services import Recipient, enqueue
from tracker.progress.models import Update


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
        for person in _coordinators(party_id, theirs[0], at):
            about = [update.id for update in theirs]
            enqueue(
                kind,
                unique_key=f"{kind}/{person.id}/{about[0]}/{theirs[0].version}/{theirs[0].latest_revision_id}",
                to=Recipient(person_id=person.id, address=person.email, name=person.name, language=person.language),
                at=at,
                round_id=theirs[0].round_id,
                party_id=party_id,
                parameters={"updates": about},
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
