"""The private address of a person's calendar: made, made anew, withdrawn."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.links import hash_of
from tracker.accounts.models import CalendarAddress, User
from tracker.accounts.queries import calendar_address_of
from tracker.audit import services as audit
from tracker.core.database import db


def make_address(person: User, *, at: datetime) -> str:
    """Give a person a private address for their calendar in place of the one they had; return its token.

    The token is kept nowhere: whoever does not copy it makes another one.
    """
    address = _locked(person)
    token = secrets.token_urlsafe(32)
    act = "account.calendar_made" if address is None else "account.calendar_made_anew"
    if address is None:
        address = CalendarAddress(person_id=person.id)
        db.session.add(address)
    address.token_hash, address.made_at = hash_of(token), at
    audit.record(act, person, at=at, by=person)
    return token


def withdraw_address(person: User, *, at: datetime) -> None:
    """Let a person's private address open nothing any more. Safe to repeat."""
    address = _locked(person)
    if address is None:
        return
    db.session.delete(address)
    audit.record("account.calendar_withdrawn", person, at=at, by=person)


def _locked(person: User) -> CalendarAddress | None:
    """Load the person's address; two who act for them at once come one after the other."""
    db.session.execute(sa.select(User.id).where(User.id == person.id).with_for_update())
    return db.session.scalar(calendar_address_of(person.id))
