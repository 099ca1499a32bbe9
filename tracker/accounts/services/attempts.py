"""Counting failures, in a table that all processes and hosts share."""

import hashlib
import math
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.accounts import throttle
from tracker.accounts.models import SignInAttempt
from tracker.core.database import db
from tracker.core.errors import DomainError

#: Passwords typed at sign-in, and where it is asked for again.
SIGN_IN: Final = "sign_in"
RESET: Final = "reset"
INVITATION: Final = "invitation"
#: Passkeys shown, of whomever: counted by network address.
PASSKEY: Final = "passkey"
#: Codes typed after the password.
SECOND_FACTOR: Final = "second_factor"

_LOCK_CLASS: Final = 4712
_LOCK_BYTES: Final = 4


class TooManyAttempts(DomainError):
    """Somebody has failed too often; for a while nothing is tried."""

    http_status = 429

    def __init__(self, wait: timedelta) -> None:
        minutes = math.ceil(wait / timedelta(minutes=1))
        super().__init__(
            ngettext(
                "There were too many attempts. Wait one minute, then try again.",
                "There were too many attempts. Wait %(num)s minutes, then try again.",
                minutes,
            )
        )
        self.headers = {"Retry-After": str(math.ceil(wait.total_seconds()))}


def account_hash(email: str) -> str:
    """Return the hash under which failures on an account are counted, known or not."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def begin_attempt(account: str, *, address: str, purpose: str, at: datetime) -> float:
    """Count an attempt as failed before it is made, so that many at once cannot slip through together.

    The transaction is to be committed before the password is looked at; :func:`forgive` takes the count back.

    Returns:
        For how many seconds the answer is to be held back.

    Raises:
        TooManyAttempts: there were too many failures from this network address.
    """
    _one_at_a_time(address)
    is_account, is_address = SignInAttempt.account_hash == account, SignInAttempt.address == address
    is_pair = sa.and_(is_account, is_address)
    count, last = sa.func.count(SignInAttempt.id), sa.func.max(SignInAttempt.at)
    row = db.session.execute(
        sa.select(
            count.filter(is_pair).label("of_pair"),
            last.filter(is_pair).label("pair_last_at"),
            count.filter(is_address).label("of_address"),
            last.filter(is_address).label("address_last_at"),
            count.filter(is_account).label("of_account"),
        ).where(
            SignInAttempt.purpose == purpose,
            SignInAttempt.at > at - throttle.WINDOW,
            sa.or_(is_account, is_address),
        )
    ).one()
    wait = throttle.wait_before_next(
        throttle.Failures(row.of_pair, row.pair_last_at), throttle.Failures(row.of_address, row.address_last_at), at
    )
    if wait:
        raise TooManyAttempts(wait)
    db.session.add(SignInAttempt(account_hash=account, address=address, at=at, purpose=purpose))
    return throttle.pause_before_answer(row.of_account)


def _one_at_a_time(what: str) -> None:
    if db.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
        key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:_LOCK_BYTES], signed=True)
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_CLASS, key)))


def begin_second_factor(account: str, *, address: str, at: datetime) -> int:
    """Count a code as wrong before it is looked at, wherever it comes from; commit before looking.

    Returns:
        How many wrong ones there are now, in the time that counts.

    Raises:
        TooManyAttempts: the second step of this account is locked.
    """
    _one_at_a_time(account)
    of_account = sa.and_(SignInAttempt.account_hash == account, SignInAttempt.purpose == SECOND_FACTOR)
    times = db.session.scalars(
        sa.select(SignInAttempt.at)
        .where(of_account, SignInAttempt.at > at - 2 * throttle.WINDOW)
        .order_by(SignInAttempt.at.desc())
        .limit(throttle.FREE_CODES)
    ).all()
    wait = throttle.wait_before_next_code(times, at)
    if wait:
        raise TooManyAttempts(wait)
    db.session.add(SignInAttempt(account_hash=account, address=address, at=at, purpose=SECOND_FACTOR))
    return 1 + sum(time > at - throttle.WINDOW for time in times)


def forgive_second_factor(account: str) -> None:
    """Forget wrong codes of an account, from everywhere: a right one was given, or an administrator stepped in."""
    db.session.execute(sa.delete(SignInAttempt).filter_by(account_hash=account, purpose=SECOND_FACTOR))


def forgive(account: str, *, address: str, purpose: str) -> None:
    """Forget the failures on an account from one network address: the right password was given."""
    db.session.execute(sa.delete(SignInAttempt).filter_by(account_hash=account, address=address, purpose=purpose))
