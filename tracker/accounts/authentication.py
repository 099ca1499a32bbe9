"""Checking an e-mail address and a password: slow on purpose, and with no transaction open meanwhile.

Unlike services, :func:`authenticate` commits: the attempt has to be counted, for all processes, before the password
is looked at, and hashing must not hold SQLite's only write lock.
"""

import time
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts import passwords
from tracker.accounts.models import User
from tracker.accounts.services import attempts
from tracker.audit import services as audit
from tracker.core.database import db, reading_only


def authenticate(email: str, password: str, *, address: str, at: datetime) -> User | None:
    """Return the person with this address and password, or None; takes the same time for unknown addresses.

    A newer hash of the password and the forgotten failures are left for the caller to commit.

    Raises:
        TooManyAttempts: there were too many failures from this network address.
    """
    account = attempts.account_hash(email)
    pause = attempts.begin_attempt(account, address=address, purpose=attempts.SIGN_IN, at=at)
    db.session.commit()
    time.sleep(pause)
    with reading_only():
        known = db.session.execute(
            sa.select(User.id, User.password).where(User.email == email, User.active, User.password.is_not(None))
        ).one_or_none()
        db.session.rollback()
    if not passwords.matches(password, known.password if known else None) or known is None:
        audit.record("account.sign_in_failed", None, at=at, changes={"account": account})
        db.session.commit()
        return None
    new_hash = passwords.hash_password(password) if passwords.needs_new_hash(known.password) else None
    attempts.forgive(account, address=address, purpose=attempts.SIGN_IN)
    person = db.session.get_one(User, known.id)
    if new_hash is not None:
        person.password = new_hash
    return person
