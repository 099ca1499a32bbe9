"""What is kept only for a time."""

from datetime import timedelta

import sqlalchemy as sa

from tests.factories import SignInFactory
from tracker.accounts.jobs import forget_old_sign_ins
from tracker.accounts.models import AccountLink, LinkPurpose, SignIn, SignInAttempt, User
from tracker.accounts.services.links import issue_link
from tracker.core.clock import utc_now
from tracker.core.database import db


def test_old_sign_ins_attempts_and_links_are_forgotten(observer: User) -> None:
    now = utc_now()
    for days in (89, 91):
        at = now - timedelta(days=days)
        SignInFactory.create(person=observer, started_at=at, last_seen_at=at)
        db.session.add(SignInAttempt(account_hash="0" * 64, address="192.0.2.1", at=at))
    for days, purpose in ((29, LinkPurpose.RESET), (40, LinkPurpose.INVITATION)):
        issue_link(observer, purpose, by=None, at=now - timedelta(days=days))

    assert forget_old_sign_ins(now) == 3
    assert forget_old_sign_ins(now) == 0

    for table in (SignIn, SignInAttempt, AccountLink):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1
