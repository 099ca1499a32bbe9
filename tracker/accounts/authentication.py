"""Checking an e-mail address and a password, and the codes of the second step: with no transaction open meanwhile.

Unlike services, these functions commit: the attempt has to be counted, for all processes, before the secret
is looked at, and hashing must not hold SQLite's only write lock.
"""

import time
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts import one_time_codes, passwords, recovery_codes, throttle
from tracker.accounts.models import RecoveryCode, User
from tracker.accounts.sealing import CannotBeOpened
from tracker.accounts.services import attempts, second_factor
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


def check_code(person: User, code: str, *, address: str, at: datetime) -> bool:
    """Tell whether this is a code of the person's app that holds now and was not used before.

    Raises:
        TooManyAttempts: there were too many wrong codes.
    """
    wrong = _begin(person, address=address, at=at)
    try:
        key = second_factor.app_key(person) if person.tf_totp_secret is not None else None
    except CannotBeOpened:
        key = None
    counter = one_time_codes.counter_of(code, key, at=at, after=person.totp_last_counter) if key else None
    if counter is None or not second_factor.use_counter(person.id, counter):
        return _note_wrong(person, wrong, at=at)
    second_factor.seal_again(person)
    attempts.forgive_second_factor(attempts.account_hash(person.email))
    return True


def check_recovery_code(person: User, typed: str, *, address: str, at: datetime) -> bool:
    """Use one of a person's recovery codes up; False where it is none, or was used.

    Raises:
        TooManyAttempts: there were too many wrong codes.
    """
    wrong = _begin(person, address=address, at=at)
    code = recovery_codes.normalise(typed)
    with reading_only():
        rows = db.session.execute(
            sa.select(RecoveryCode.id, RecoveryCode.salt, RecoveryCode.digest).filter_by(person_id=person.id)
        ).all()
        db.session.rollback()
    digest = recovery_codes.digest_of(code, rows[0].salt) if code and rows else ""
    code_id = next((row.id for row in rows if row.digest == digest), None)
    if code_id is None or not second_factor.use_recovery_code(person, code_id, at=at):
        return _note_wrong(person, wrong, at=at)
    attempts.forgive_second_factor(attempts.account_hash(person.email))
    return True


def _begin(person: User, *, address: str, at: datetime) -> int:
    wrong = attempts.begin_second_factor(attempts.account_hash(person.email), address=address, at=at)
    db.session.commit()
    return wrong


def _note_wrong(person: User, wrong: int, *, at: datetime) -> bool:
    audit.record("account.second_factor_failed", person, at=at)
    if wrong >= throttle.FREE_CODES:
        second_factor.note_locked(person, at=at)
    db.session.commit()
    return False


def note_wrong_passkey(person: User | None, *, at: datetime) -> None:
    """Record that a passkey was shown that did not hold."""
    db.session.rollback()
    audit.record("account.second_factor_failed", person, at=at, changes={"passkey": True})
    db.session.commit()
