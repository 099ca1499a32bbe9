"""What the Secretariat and the administrators do: invite people, give and end roles, disable accounts."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import PARTY_ROLES, AccountLink, LinkPurpose, Membership, Role, User
from tracker.accounts.services import links
from tracker.accounts.services.sign_ins import end_all_sign_ins
from tracker.audit import services as audit
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.mail import services as mail


class NotPossibleNow(DomainError):
    """The person's account does not allow it; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role that is given, from a day until a day."""

    role: Role
    #: Only for roles that speak for a party.
    party_id: int | None
    is_deputy: bool
    starts_on: date
    #: Last day, inclusive; None while open.
    ends_on: date | None

    def __post_init__(self) -> None:
        if (self.role in PARTY_ROLES) != (self.party_id is not None):
            raise ValueError("coordinators and contributors have a party, others none")


def invite(email: str, *, name: str, function: str, grant: Grant, by: User | None, at: datetime) -> AccountLink:
    """Make an account with a role, and send the invitation to it; ``by`` is None for the command.

    Raises:
        NotPossibleNow: there is an account with this address; :func:`give_role` is for that.
    """
    person = make_account(email, name=name, function=function, grant=grant, by=by, at=at)
    return send_invitation(person, by=by, at=at)


def send_invitation(person: User, *, by: User | None, at: datetime) -> AccountLink:
    """Send a new person the link with which they choose a password."""
    return links.issue_link(person, LinkPurpose.INVITATION, by=by, at=at)


def make_account(email: str, *, name: str, function: str, grant: Grant, by: User | None, at: datetime) -> User:
    """Make an account with a role; nothing is sent.

    Raises:
        NotPossibleNow: there is an account with this address.
    """
    # Whoever joins sample people reads made-up data, and is told so on every page.
    among_samples = bool(db.session.scalar(sa.select(sa.exists().where(User.is_sample))))
    person = User(
        email=email, name=name, function=function, fs_uniquifier=secrets.token_hex(32), is_sample=among_samples
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError as error:
        raise NotPossibleNow(_("There is an account with this e-mail address already. Give it the role.")) from error
    _add_membership(person, grant, by=by)
    audit.record(
        "account.invited", person, at=at, by=by, party_id=grant.party_id, changes={"email": email} | _as_changes(grant)
    )
    return person


def give_role(person: User, grant: Grant, *, by: User | None, at: datetime) -> bool:
    """Give a person a further role and tell them, inviting them again if they have not come yet.

    Returns False where they hold it already.
    """
    if any(_says_the_same(membership, grant) for membership in person.memberships):
        return False
    membership = _add_membership(person, grant, by=by)
    audit.record(
        "account.role_given", membership, at=at, by=by, party_id=grant.party_id,
        changes={"person_id": person.id} | _as_changes(grant),
    )  # fmt: skip
    end_all_sign_ins(person, by=by, at=at)
    if person.password is not None and person.active:
        mail.enqueue("role_given", unique_key=f"role_given/{membership.id}", to=links.recipient(person), at=at)
    elif person.active:
        links.issue_link(person, LinkPurpose.INVITATION, by=by, at=at)
    return True


def _says_the_same(membership: Membership, grant: Grant) -> bool:
    return (
        membership.role is grant.role
        and membership.party_id == grant.party_id
        and membership.is_deputy == grant.is_deputy
        and (membership.ends_on is None or (grant.ends_on is not None and membership.ends_on >= grant.ends_on))
        and membership.starts_on <= grant.starts_on
    )


def _as_changes(grant: Grant) -> dict[str, object]:
    return {"role": grant.role, "is_deputy": grant.is_deputy, "starts_on": grant.starts_on, "ends_on": grant.ends_on}


def _add_membership(person: User, grant: Grant, *, by: User | None) -> Membership:
    membership = Membership(
        role=grant.role,
        party_id=grant.party_id,
        is_deputy=grant.is_deputy,
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
        granted_by_id=by.id if by is not None else None,
    )
    person.memberships.append(membership)
    db.session.flush()
    return membership


def end_membership(membership: Membership, *, last_day: date, by: User, at: datetime) -> None:
    """End a role with a day; a day in the past ends it at once.

    Raises:
        NotPossibleNow: it is one's own, or the day lies before the role began.
    """
    _refuse_own(membership, by)
    if last_day < membership.starts_on:
        raise NotPossibleNow(_("The last day cannot lie before the first day of the role."))
    old, membership.ends_on = membership.ends_on, last_day
    audit.record(
        "account.role_ended", membership, at=at, by=by, party_id=membership.party_id,
        changes={"person_id": membership.person_id, "role": membership.role, "ends_on": [old, last_day]},
    )  # fmt: skip
    if last_day < at.date():
        end_all_sign_ins(membership.person, by=by, at=at)


def _refuse_own(membership: Membership, by: User) -> None:
    # So there is always somebody left who can give roles.
    if membership.person_id == by.id:
        raise NotPossibleNow(_("You cannot end your own role. Ask a colleague to do it."))


def take_back(membership: Membership, *, by: User, at: datetime) -> None:
    """End a role now: yesterday was its last day, or it is removed where it has not lasted a day.

    Raises:
        NotPossibleNow: it is one's own.
    """
    _refuse_own(membership, by)
    yesterday = at.date() - timedelta(days=1)
    if membership.starts_on <= yesterday:
        end_membership(membership, last_day=yesterday, by=by, at=at)
        return
    person = membership.person
    audit.record(
        "account.role_removed", membership, at=at, by=by, party_id=membership.party_id,
        changes={"person_id": person.id, "role": membership.role, "starts_on": membership.starts_on},
    )  # fmt: skip
    db.session.delete(membership)
    end_all_sign_ins(person, by=by, at=at)


def send_invitation_again(person: User, *, by: User, at: datetime) -> None:
    """Send a new invitation; the earlier link dies.

    Raises:
        NotPossibleNow: the person has a password already, or the account is disabled.
    """
    if person.password is not None:
        raise NotPossibleNow(_("This person has taken up the invitation already."))
    if not person.active:
        raise NotPossibleNow(_("This account is disabled. Enable it first."))
    links.issue_link(person, LinkPurpose.INVITATION, by=by, at=at)
    audit.record("account.invited_again", person, at=at, by=by)


def revoke_invitation(person: User, *, by: User, at: datetime) -> None:
    """Make the link of an invitation worthless. Safe to repeat."""
    links.revoke_links(person, at=at, purposes=[LinkPurpose.INVITATION])
    audit.record("account.invitation_revoked", person, at=at, by=by)


def disable(person: User, *, by: User, at: datetime) -> None:
    """Close an account: all sign-ins and links end at once. Safe to repeat.

    Raises:
        NotPossibleNow: it is one's own.
    """
    if person.id == by.id:
        raise NotPossibleNow(_("You cannot disable your own account. Ask another administrator."))
    if person.active:
        person.active = False
        person.fs_uniquifier = secrets.token_hex(32)
        links.revoke_links(person, at=at)
        end_all_sign_ins(person, by=by, at=at)
        audit.record("account.disabled", person, at=at, by=by)


def enable(person: User, *, by: User, at: datetime) -> None:
    """Open an account again. Safe to repeat."""
    if not person.active:
        person.active = True
        audit.record("account.enabled", person, at=at, by=by)
