"""Opening and ending sign-ins: one row for each, on each device."""

import hashlib
import secrets
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from tracker.accounts.models import AccountLink, Factor, SignIn, User
from tracker.audit import services as audit
from tracker.core.database import db

#: Key of the session under which the random id of the sign-in stands.
SESSION_KEY: Final = "sid"
_DEVICE_LENGTH: Final = 300


def sid_hash(sid: str) -> str:
    """Return the hash under which a sign-in is kept."""
    return hashlib.sha256(sid.encode()).hexdigest()


def open_sign_in(
    person: User,
    *,
    at: datetime,
    address: str,
    device: str,
    factor: Factor | None = None,
    link: AccountLink | None = None,
) -> str:
    """Note that somebody signed in, and return the 256 random bits for their cookie.

    ``link`` is the link for one round that they came by.
    """
    sid = _new_sid()
    if link is None:
        person.last_signed_in_at = at
    sign_in = SignIn(
        person_id=person.id,
        sid_hash=sid_hash(sid),
        started_at=at,
        last_seen_at=at,
        address=address,
        device=device[:_DEVICE_LENGTH],
        factor=factor,
        link_id=link.id if link is not None else None,
    )
    db.session.add(sign_in)
    if link is None:
        audit.record("account.signed_in", sign_in, at=at, by=person, changes={"factor": factor} if factor else None)
    else:
        audit.record("account.link_opened", link, at=at, by=person, party_id=link.party_id)
    return sid


def _new_sid() -> str:
    return secrets.token_urlsafe(32)


def renew_sign_in(sid: str, *, factor: Factor) -> str:
    """Give a sign-in a new cookie, because a second factor was shown in it; the earlier cookie is nobody's."""
    new_sid = _new_sid()
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.sid_hash == sid_hash(sid), SignIn.ended_at.is_(None))
        .values(sid_hash=sid_hash(new_sid), factor=factor)
    )
    return new_sid


def close_sign_in(sid: str, *, by: User | None, at: datetime) -> None:
    """End the sign-in of this cookie: its person signed out. Safe to repeat."""
    sign_in = db.session.scalar(sa.select(SignIn).filter_by(sid_hash=sid_hash(sid), ended_at=None))
    if sign_in is not None:
        sign_in.ended_at = at
        audit.record("account.signed_out", sign_in, at=at, by=by)


def end_sign_in(sign_in: SignIn, *, by: User, at: datetime) -> None:
    """End one sign-in from the list. Safe to repeat."""
    if sign_in.ended_at is None:
        sign_in.ended_at = at
        audit.record("account.sign_in_ended", sign_in, at=at, by=by)


def end_all_sign_ins(person: User, *, by: User | None, at: datetime, but: str | None = None, job: str = "") -> int:
    """End all sign-ins of a person and return how many; ``but`` keeps the one with this cookie."""
    query = sa.update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    if but is not None:
        query = query.where(SignIn.sid_hash != sid_hash(but))
    ended = int(db.session.execute(query.values(ended_at=at)).rowcount)  # type: ignore[attr-defined]  # an UPDATE has one
    if ended:
        audit.record("account.sign_ins_ended", person, at=at, by=by, job=job, changes={"ended": ended})
    return ended


def end_sign_ins_of_link(link: AccountLink, *, at: datetime) -> None:
    """End what a link opened."""
    db.session.execute(
        sa.update(SignIn).where(SignIn.link_id == link.id, SignIn.ended_at.is_(None)).values(ended_at=at)
    )
