"""A coordinator leaves: the role passes to a successor from a day on; the account closes when nothing else stands.

What the person did keeps their name. Assignments and links that they gave stand.
"""

import secrets
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Membership, Role, User
from tracker.accounts.services import links, people
from tracker.accounts.services.people import Grant, NotPossibleNow
from tracker.accounts.services.sign_ins import end_all_sign_ins
from tracker.audit import services as audit
from tracker.core.database import db


def grant_of(membership: Membership, *, from_day: date) -> Grant:
    """Return the role that a successor gets."""
    return Grant(
        role=Role.COORDINATOR,
        party_id=membership.party_id,
        is_deputy=membership.is_deputy,
        starts_on=from_day,
        ends_on=None,
    )


def hand_over(membership: Membership, successor: User, *, from_day: date, by: User, at: datetime) -> None:
    """Pass a coordinator's or deputy's role on. Its last day is the day before.

    Args:
        membership: the role that is passed on.
        successor: who has it from then on; somebody who is new was given it when their account was made.
        from_day: today or later.
        by: the person who leaves, or the Secretariat.
        at: when (UTC).

    Raises:
        NotPossibleNow: the role is none of a coordinator or has ended, the day is past, or both are one person.
    """
    today, last_day = at.date(), from_day - timedelta(days=1)
    if membership.role is not Role.COORDINATOR or (membership.ends_on is not None and membership.ends_on < today):
        raise NotPossibleNow(_("This role has ended already, or was handed over. Look at the page again."))
    if from_day < today:
        raise NotPossibleNow(_("Enter today or a later day: what has passed cannot be handed over."))
    if successor.id == membership.person_id or not successor.active:
        raise NotPossibleNow(_("Choose another person: this one leaves, or has no open account."))
    leaver, party_id = membership.person, membership.party_id
    people.give_role(successor, grant_of(membership, from_day=from_day), by=by, at=at)
    audit.record(
        "account.handed_over", leaver, at=at, by=by, party_id=party_id,
        changes={"successor_id": successor.id, "from": from_day, "is_deputy": membership.is_deputy},
    )  # fmt: skip
    if not membership.is_deputy:
        for held in list(successor.memberships):
            if held.is_deputy and held.party_id == party_id and (held.ends_on is None or held.ends_on > last_day):
                _end(held, last_day, by=by, at=at)
    has_ended = _end(membership, last_day, by=by, at=at)
    if has_ended:
        settle(leaver, by=by, at=at)
    else:
        membership.closes_account = True


def _end(membership: Membership, last_day: date, *, by: User, at: datetime) -> bool:
    """Let a role end with a day; one that would end before it began is taken away. Return whether it is over."""
    person = membership.person
    changes = {"person_id": person.id, "role": membership.role}
    if last_day < membership.starts_on:
        audit.record(
            "account.role_removed", membership, at=at, by=by, party_id=membership.party_id,
            changes=changes | {"starts_on": membership.starts_on},
        )  # fmt: skip
        person.memberships.remove(membership)
        db.session.delete(membership)
    else:
        audit.record(
            "account.role_ended", membership, at=at, by=by, party_id=membership.party_id,
            changes=changes | {"ends_on": [membership.ends_on, last_day]},
        )  # fmt: skip
        membership.ends_on = last_day
    db.session.flush()
    return last_day < at.date()


def settle(person: User, *, at: datetime, by: User | None = None, job: str = "") -> None:
    """Close the account of a person who handed over, if no role stands; nobody's stand-in is somebody who left.

    Safe to run again.
    """
    today = at.date()
    standing = [held for held in person.memberships if held.ends_on is None or held.ends_on >= today]
    parties = {held.party_id for held in standing if held.party_id is not None}
    for held in person.memberships:
        held.closes_account = False
    for away in db.session.scalars(sa.select(User).where(User.stand_in_id == person.id)):
        if not parties & {held.party_id for held in away.memberships}:
            away.stand_in_id = None
            audit.record(
                "account.stand_in_removed", away, at=at, by=by, job=job, changes={"stand_in_id": [person.id, None]}
            )
    if not standing and person.active:
        person.active = False
        person.fs_uniquifier = secrets.token_hex(32)
        links.revoke_links(person, at=at)
        audit.record("account.disabled", person, at=at, by=by, job=job)
    end_all_sign_ins(person, by=by, at=at, job=job)
    db.session.flush()
