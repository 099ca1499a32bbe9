"""Forgetting what is kept only for a time."""

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from tracker.accounts.models import AccountLink, Membership, SignIn, SignInAttempt, User
from tracker.accounts.services.handing_over import settle
from tracker.core.database import db

#: Source: DESIGN §3.14.
SIGN_INS_KEPT: Final = timedelta(days=90)
LINKS_KEPT: Final = timedelta(days=30)


def forget_old_sign_ins(now: datetime) -> int:
    """Delete sign-ins and attempts that are older than 90 days, and links that died 30 days ago; return how many.

    Safe to run again.
    """
    old, dead = now - SIGN_INS_KEPT, now - LINKS_KEPT
    died_at = sa.func.coalesce(AccountLink.used_at, AccountLink.revoked_at, AccountLink.expires_at)
    dead_links = sa.select(AccountLink.id).where(died_at < dead)
    forgotten: tuple[sa.Delete, ...] = (
        # What a link for one round opened goes with it: without the link, nothing would say how little it may do.
        sa.delete(SignIn).where(sa.or_(SignIn.last_seen_at < old, SignIn.link_id.in_(dead_links))),
        sa.delete(SignInAttempt).where(SignInAttempt.at < old),
        sa.delete(AccountLink).where(died_at < dead),
    )
    return sum(_run(statement) for statement in forgotten)


def close_handed_over(now: datetime) -> int:
    """Close the accounts of people who handed over and hold no other role; return of how many a role ended.

    Safe to run again.
    """
    ended = sa.select(User).where(
        sa.exists().where(Membership.person_id == User.id, Membership.closes_account, Membership.ends_on < now.date())
    )
    people = db.session.scalars(ended).all()
    for person in people:
        settle(person, at=now, job="close-handed-over")
    db.session.commit()
    return len(people)


def _run(statement: Any) -> int:
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DELETE has one
