"""Reading people, their sign-ins and links."""

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from tracker.accounts.models import (
    AccountLink,
    CalendarAddress,
    LinkPurpose,
    Membership,
    Passkey,
    PersonState,
    RecoveryCode,
    Role,
    SignIn,
    User,
)
from tracker.parties.models import Party


def sign_in_with_person(sid_hash: str, uniquifier: str) -> sa.Select[SignIn]:
    """Select the sign-in of a cookie together with its person, their memberships and parties: one statement."""
    return (
        sa.select(SignIn)
        .join(SignIn.person)
        .where(SignIn.sid_hash == sid_hash, User.fs_uniquifier == uniquifier)
        .options(
            contains_eager(SignIn.person).joinedload(User.memberships).joinedload(Membership.party),
            joinedload(SignIn.link),
        )
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


def _holds_on(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(Membership.starts_on <= day, sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= day))


def _is_in_state(state: PersonState, day: date) -> sa.ColumnElement[bool]:
    """Say in SQL what :meth:`User.state_on` says of one person."""
    has_role = sa.exists().where(Membership.person_id == User.id, _holds_on(day))
    match state:
        case PersonState.DISABLED:
            return sa.not_(User.active)
        case PersonState.INVITED:
            return sa.and_(User.active, User.password.is_(None))
        case PersonState.ACTIVE:
            return sa.and_(User.active, User.password.is_not(None), has_role)
        case PersonState.WITHOUT_ROLE:
            return sa.and_(User.active, User.password.is_not(None), sa.not_(has_role))


def people_found(
    *, party_code: str = "", role: Role | None = None, state: PersonState | None = None, day: date
) -> sa.Select[User]:
    """Select people by name; with a party or role, those who hold it on the day or will."""
    query = sa.select(User).order_by(sa.func.lower(User.name), User.id)
    if party_code or role is not None:
        held = sa.select(Membership.id).where(
            Membership.person_id == User.id, sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= day)
        )
        if party_code:
            held = held.join(Membership.party).where(Party.code == party_code)
        if role is not None:
            held = held.where(Membership.role == role)
        query = query.where(held.exists())
    return query if state is None else query.where(_is_in_state(state, day))


def open_links_of(person_ids: Collection[int], purpose: LinkPurpose) -> sa.Select[AccountLink]:
    """Select the links of a purpose that have been neither used nor withdrawn."""
    return sa.select(AccountLink).where(
        AccountLink.person_id.in_(person_ids),
        AccountLink.purpose == purpose,
        AccountLink.used_at.is_(None),
        AccountLink.revoked_at.is_(None),
    )


def contributors_of(party_id: int, day: date) -> sa.Select[User]:
    """Select who contributes to a party on a day and can be written to, by name."""
    return (
        sa.select(User)
        .where(
            User.active,
            sa.exists().where(
                Membership.person_id == User.id,
                Membership.party_id == party_id,
                Membership.role == Role.CONTRIBUTOR,
                _holds_on(day),
            ),
        )
        .order_by(sa.func.lower(User.name), User.id)
        .options(lazyload(User.memberships))
    )


def coordinators_of(party_id: int, day: date) -> sa.Select[Membership]:
    """Select the coordinators' and deputies' roles of a party that hold on a day, the coordinators first."""
    return (
        sa.select(Membership)
        .options(joinedload(Membership.person).lazyload(User.memberships))
        .where(Membership.party_id == party_id, Membership.role == Role.COORDINATOR, _holds_on(day))
        .order_by(Membership.is_deputy, Membership.starts_on, Membership.id)
    )


def people_of(party_id: int, day: date) -> sa.Select[User]:
    """Select who works for a party on a day and has an open account, by name."""
    return (
        sa.select(User)
        .where(
            User.active,
            sa.exists().where(Membership.person_id == User.id, Membership.party_id == party_id, _holds_on(day)),
        )
        .order_by(sa.func.lower(User.name), User.id)
        .options(lazyload(User.memberships))
    )


def absent_led_by(person: User, day: date) -> sa.Select[*tuple[Any, ...]]:
    """Select, party by party, the absent coordinator in whose name a person acts: as deputy, or as stand-in."""
    deputises = [
        held.party_id for held in person.memberships if held.is_deputy and held.party_id and held.is_valid_on(day)
    ]
    leads = [
        held.party_id
        for held in person.memberships
        if held.role is Role.COORDINATOR and held.party_id and held.is_valid_on(day)
    ]
    return (
        sa.select(Membership.party_id, User.id.label("person_id"), User.name, User.paused_until)
        .join(User, User.id == Membership.person_id)
        .where(
            User.id != person.id,
            User.active,
            User.paused_until >= day,
            Membership.role == Role.COORDINATOR,
            Membership.is_deputy.is_(False),
            Membership.party_id.in_(leads),
            _holds_on(day),
            sa.or_(Membership.party_id.in_(deputises), User.stand_in_id == person.id),
        )
        # Of two who are away, the one who named this person comes last and stands.
        .order_by(sa.case((User.stand_in_id == person.id, 1), else_=0), User.id)
    )


def can_stand_in_for(person: User, day: date) -> sa.Select[User]:
    """Select who could get this person's reminders: of the same party, active, not away themselves."""
    party_ids = [membership.party_id for membership in person.memberships if membership.is_valid_on(day)]
    return (
        sa.select(User)
        .where(
            User.id != person.id,
            User.active,
            User.password.is_not(None),
            sa.or_(User.paused_until.is_(None), User.paused_until < day),
            sa.exists().where(
                Membership.person_id == User.id,
                Membership.party_id.in_([party_id for party_id in party_ids if party_id is not None]),
                _holds_on(day),
            ),
        )
        .order_by(sa.func.lower(User.name), User.id)
        .options(lazyload(User.memberships))
    )


def passkeys_of(person_id: int) -> sa.Select[Passkey]:
    """Select a person's passkeys, the oldest first."""
    return sa.select(Passkey).filter_by(person_id=person_id).order_by(Passkey.id)


def passkey_by_credential(credential_id: str) -> sa.Select[Passkey]:
    """Select the passkey that a browser names, with its person."""
    digest = hashlib.sha256(credential_id.encode()).hexdigest()
    return sa.select(Passkey).filter_by(credential_hash=digest).options(joinedload(Passkey.person))


def recovery_codes_left(person_id: int) -> sa.Select[int]:
    """Count the recovery codes of a person that have not been used."""
    return sa.select(sa.func.count(RecoveryCode.id)).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )


def calendar_address_of(person_id: int) -> sa.Select[CalendarAddress]:
    """Select the private address of a person's calendar."""
    return sa.select(CalendarAddress).filter_by(person_id=person_id)


def calendar_address_with_person(token_hash: str) -> sa.Select[CalendarAddress]:
    """Select the address of a token together with its person, their memberships and parties: one statement.

    Accounts that are disabled have none.
    """
    return (
        sa.select(CalendarAddress)
        .join(CalendarAddress.person)
        .where(CalendarAddress.token_hash == token_hash, User.active)
        .options(contains_eager(CalendarAddress.person).joinedload(User.memberships).joinedload(Membership.party))
    )
