"""What people do with their own accounts: passwords, e-mail address, details, pause."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import AccountLink, LinkPurpose, User
from tracker.accounts.services import links
from tracker.accounts.services.attempts import account_hash
from tracker.accounts.services.sign_ins import end_all_sign_ins
from tracker.audit import services as audit
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.mail import services as mail


class EmailTaken(DomainError):
    """Another account has this address."""

    def __init__(self) -> None:
        super().__init__(_("This e-mail address cannot be used. Sign in and choose another one."))


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a person says about themselves."""

    name: str
    function: str
    language: str
    #: None: the party's, else the network's.
    timezone: str | None
    #: None: eight o'clock.
    digest_hour: int | None


def ask_for_reset(email: str, *, at: datetime) -> None:
    """Send a link for a new password, if the address is that of an active account that has one already."""
    audit.record("account.reset_asked", None, at=at, changes={"account": account_hash(email)})
    person = db.session.scalar(sa.select(User).where(User.email == email, User.active, User.password.is_not(None)))
    if person is not None:
        links.issue_link(person, LinkPurpose.RESET, by=None, at=at)


def take_up_invitation(link: AccountLink, *, password_hash: str, at: datetime) -> None:
    """Give an invited person their password.

    Raises:
        LinkUsedUp: the link does not work any more.
    """
    links.use_link(link, at=at)
    _set_password(link.person, password_hash, at=at)
    audit.record("account.invitation_accepted", link.person, at=at, by=link.person)


def reset_password(link: AccountLink, *, password_hash: str, at: datetime) -> None:
    """Replace a forgotten password, end all sign-ins and tell the person.

    Raises:
        LinkUsedUp: the link does not work any more.
    """
    links.use_link(link, at=at)
    person = link.person
    _set_password(person, password_hash, at=at)
    end_all_sign_ins(person, by=person, at=at)
    _tell(person, "password_changed", at=at)
    audit.record("account.password_reset", person, at=at, by=person)


def change_password(person: User, *, password_hash: str, at: datetime, keep: str | None) -> None:
    """Replace a password, end all sign-ins but the one with the cookie ``keep``, and tell the person."""
    _set_password(person, password_hash, at=at)
    end_all_sign_ins(person, by=person, at=at, but=keep)
    _tell(person, "password_changed", at=at)
    audit.record("account.password_changed", person, at=at, by=person)


def _set_password(person: User, password_hash: str, *, at: datetime) -> None:
    person.password = password_hash
    person.password_set_at = at
    links.revoke_links(person, at=at)


def ask_for_email(person: User, *, new_email: str, at: datetime) -> None:
    """Send a link to the new address. Nothing is sent where another account has it: the answer is the same."""
    taken = db.session.scalar(sa.select(User.id).where(User.email == new_email))
    if taken is None:
        links.issue_link(person, LinkPurpose.CHANGE_OF_EMAIL, by=person, at=at, new_email=new_email)
    audit.record("account.email_change_asked", person, at=at, by=person)


def confirm_email(link: AccountLink, *, at: datetime) -> None:
    """Change the address of the person to the one that the link was sent to; tell the old one.

    Raises:
        LinkUsedUp: the link does not work any more.
        EmailTaken: somebody else has come to have the address.
    """
    assert link.new_email is not None
    person, old_email = link.person, link.person.email
    links.use_link(link, at=at)
    _tell(person, "email_changed", at=at)
    person.email = link.new_email
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise EmailTaken from error
    links.revoke_links(person, at=at)
    end_all_sign_ins(person, by=person, at=at)
    person.fs_uniquifier = secrets.token_hex(32)
    audit.record("account.email_changed", person, at=at, by=person, changes={"email": [old_email, person.email]})


def change_details(person: User, details: Details, *, by: User, at: datetime) -> None:
    """Change what a person says about themselves."""
    changes: dict[str, list[object]] = {}
    for field in ("name", "function", "language", "timezone", "digest_hour"):
        old, new = getattr(person, field), getattr(details, field)
        if old != new:
            changes[field] = [old, new]
            setattr(person, field, new)
    if changes:
        audit.record("account.details_changed", person, at=at, by=by, changes=changes)


def pause_reminders(person: User, *, until: date, stand_in: User | None, by: User, at: datetime) -> None:
    """Send a person no reminders up to and including a day; their stand-in gets them meanwhile."""
    person.paused_until = until
    person.stand_in = stand_in
    audit.record(
        "account.reminders_paused",
        person,
        at=at,
        by=by,
        changes={"until": until, "stand_in_id": stand_in.id if stand_in is not None else None},
    )


def resume_reminders(person: User, *, by: User, at: datetime) -> None:
    """Send a person reminders again. Safe to repeat."""
    if person.paused_until is None and person.stand_in_id is None:
        return
    person.paused_until = None
    person.stand_in = None
    audit.record("account.reminders_resumed", person, at=at, by=by)


def _tell(person: User, kind: str, *, at: datetime) -> None:
    mail.enqueue(kind, unique_key=f"{kind}/{person.id}/{at.isoformat()}", to=links.recipient(person), at=at)
