"""Reading people, their sign-ins and links."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from tracker.accounts.models import Membership, SignIn, User


def sign_in_with_person(sid_hash: str, uniquifier: str) -> sa.Select[SignIn]:
    """Select the sign-in of a cookie together with its person, their memberships and parties: one statement."""
    return (
        sa.select(SignIn)
        .join(SignIn.person)
        .where(SignIn.sid_hash == sid_hash, User.fs_uniquifier == uniquifier)
        .options(contains_eager(SignIn.person).joinedload(User.memberships).joinedload(Membership.party))
    )


def person_by_email(email: str) -> sa.Select[User]:
    """Select the person with this address, whatever the case it is written in."""
    return sa.select(User).where(User.email == email.strip().lower())


def open_sign_ins_of(person_id: int) -> sa.Select[SignIn]:
    """Select a person's sign-ins that have not been ended, the last used first."""
    return (
        sa.select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
