"""Setting up, changing and lifting a second factor. The person is told of each change by mail."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from tracker.accounts import sealing
from tracker.accounts.models import Passkey, RecoveryCode, User
from tracker.accounts.recovery_codes import CodeSet
from tracker.accounts.services import attempts, links
from tracker.accounts.services.sign_ins import end_all_sign_ins
from tracker.audit import services as audit
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.mail import services as mail


class Change(StrEnum):
    """What the mail about a second factor tells."""

    APP_ADDED = "app_added"
    APP_CHANGED = "app_changed"
    APP_REMOVED = "app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CODES_MADE = "codes_made"
    CODE_USED = "code_used"
    LIFTED = "lifted"
    LOCKED = "locked"


#: What the log calls the changes that a person makes.
_ACTS: Final = {
    Change.APP_ADDED: "account.app_added",
    Change.APP_CHANGED: "account.app_changed",
    Change.APP_REMOVED: "account.app_removed",
    Change.PASSKEY_ADDED: "account.passkey_added",
    Change.PASSKEY_REMOVED: "account.passkey_removed",
}


class StillNeeded(DomainError):
    """The last factor of a person whose role takes one."""

    def __init__(self) -> None:
        super().__init__(_("Your role needs a second factor. Set up another one before you remove this one."))


class PasskeyKnown(DomainError):
    """The passkey belongs to an account already."""

    def __init__(self) -> None:
        super().__init__(_("This passkey is registered already. Use another device, or sign in with it."))


@dataclass(frozen=True, kw_only=True)
class NewPasskey:
    """What a browser handed over, checked."""

    name: str
    credential_id: str
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


def secret_keys() -> list[str]:
    """Return the keys that secrets are sealed with: today's first, then earlier ones."""
    return [current_app.config["SECRET_KEY"], *current_app.config["TRACKER_OLD_SECRET_KEYS"]]


def _purpose(person_id: int) -> str:
    return f"authenticator app of person {person_id}"


def app_key(person: User) -> bytes:
    """Return the key of a person's authenticator app.

    Raises:
        CannotBeOpened: it was sealed with a key that is not known any more.
    """
    assert person.tf_totp_secret is not None
    return sealing.unseal(person.tf_totp_secret, _purpose(person.id), secret_keys())


def use_counter(person_id: int, counter: int) -> bool:
    """Use a one-time code up; of two who type it at once, one is refused."""
    used = db.session.execute(
        sa.update(User)
        .where(User.id == person_id, sa.or_(User.totp_last_counter.is_(None), User.totp_last_counter < counter))
        .values(totp_last_counter=counter)
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE has one


def seal_again(person: User) -> None:
    """Seal the key of a person's app with today's secret key, where an earlier one did."""
    current = current_app.config["SECRET_KEY"]
    if person.tf_totp_secret is not None and not sealing.is_sealed_with(person.tf_totp_secret, current):
        person.tf_totp_secret = sealing.seal(app_key(person), _purpose(person.id), [current])


def use_app(person: User, key: bytes, *, counter: int, codes: CodeSet | None, at: datetime, keep: str) -> None:
    """Let a person sign in with an authenticator app, a new one in place of an earlier one.

    Args:
        person: whose app it is.
        key: what the app and the tracker share.
        counter: of the code that showed that the app works; it works no second time.
        codes: recovery codes, where this is the first factor.
        at: now.
        keep: the cookie of the sign-in that goes on; all others end.
    """
    change = Change.APP_CHANGED if person.tf_totp_secret is not None else Change.APP_ADDED
    person.tf_totp_secret = sealing.seal(key, _purpose(person.id), secret_keys())
    person.totp_last_counter = counter
    _began(person, codes, at=at)
    _changed(person, change, at=at, keep=keep)


def stop_app(person: User, *, needed: bool, at: datetime, keep: str) -> None:
    """Let a person sign in without the app again.

    Raises:
        StillNeeded: it is the last factor of somebody whose role needs one.
    """
    if person.tf_totp_secret is None:
        return
    person.tf_totp_secret = None
    person.totp_last_counter = None
    _ended_if_last(person, needed=needed)
    _changed(person, Change.APP_REMOVED, at=at, keep=keep)


def add_passkey(person: User, new: NewPasskey, *, codes: CodeSet | None, at: datetime, keep: str) -> None:
    """Let a person sign in with a passkey.

    Raises:
        PasskeyKnown: it is registered already, for whomever.
    """
    digest = credential_hash(new.credential_id)
    if db.session.scalar(sa.select(Passkey.id).filter_by(credential_hash=digest)) is not None:
        raise PasskeyKnown
    db.session.add(
        Passkey(
            person_id=person.id,
            name=new.name,
            credential_id=new.credential_id,
            credential_hash=digest,
            public_key=new.public_key,
            sign_count=new.sign_count,
            transports=list(new.transports),
            made_at=at,
        )
    )
    _began(person, codes, at=at)
    _changed(person, Change.PASSKEY_ADDED, at=at, keep=keep)


def remove_passkey(passkey: Passkey, *, needed: bool, at: datetime, keep: str) -> None:
    """Let nobody sign in with a passkey any more.

    Raises:
        StillNeeded: it is the last factor of somebody whose role needs one.
    """
    person = passkey.person
    db.session.delete(passkey)
    db.session.flush()
    _ended_if_last(person, needed=needed)
    _changed(person, Change.PASSKEY_REMOVED, at=at, keep=keep)


def credential_hash(credential_id: str) -> str:
    """Return the hash under which a passkey is found."""
    return hashlib.sha256(credential_id.encode()).hexdigest()


def use_passkey(passkey: Passkey, *, sign_count: int, asked_at: datetime, at: datetime) -> bool:
    """Note that a passkey was used; of two answers to one question, one is refused."""
    used = db.session.execute(
        sa.update(Passkey)
        .where(Passkey.id == passkey.id, sa.or_(Passkey.last_used_at.is_(None), Passkey.last_used_at < asked_at))
        .values(last_used_at=at, sign_count=sign_count)
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE has one


def make_recovery_codes(person: User, codes: CodeSet, *, at: datetime) -> None:
    """Give a person new recovery codes; the earlier ones are dead."""
    _replace_codes(person, codes, at=at)
    audit.record("account.recovery_codes_made", person, at=at, by=person)
    tell(person, Change.CODES_MADE, at=at)


def use_recovery_code(person: User, code_id: int, *, at: datetime) -> bool:
    """Use a recovery code up and tell the person; of two who type it at once, one is refused."""
    used = db.session.execute(
        sa.update(RecoveryCode)
        .where(RecoveryCode.id == code_id, RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
        .values(used_at=at)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has one
        return False
    audit.record("account.recovery_code_used", person, at=at, by=person)
    tell(person, Change.CODE_USED, at=at)
    return True


def lift(person: User, *, reason: str, by: User | None, at: datetime) -> None:
    """Take every factor from somebody who lost theirs; all their sign-ins end, and they are told.

    ``by`` is None for the command.
    """
    _forget_factors(person)
    attempts.forgive_second_factor(attempts.account_hash(person.email))
    end_all_sign_ins(person, by=by, at=at)
    audit.record("account.second_factor_lifted", person, at=at, by=by, changes={"reason": reason})
    tell(person, Change.LIFTED, at=at)


def note_locked(person: User, *, at: datetime) -> None:
    """Tell a person that somebody who knows their password typed wrong codes."""
    audit.record("account.second_factor_locked", person, at=at)
    tell(person, Change.LOCKED, at=at)


def tell(person: User, change: Change, *, at: datetime) -> None:
    """Put the mail about a change into the outbox."""
    mail.enqueue(
        "second_factor",
        unique_key=f"second_factor/{change}/{person.id}/{at.isoformat()}",
        to=links.recipient(person),
        at=at,
        parameters={"change": change.value},
    )


def _began(person: User, codes: CodeSet | None, *, at: datetime) -> None:
    person.second_factor_since = person.second_factor_since or at
    if codes is not None:
        _replace_codes(person, codes, at=at)


def _replace_codes(person: User, codes: CodeSet, *, at: datetime) -> None:
    db.session.execute(sa.delete(RecoveryCode).filter_by(person_id=person.id))
    db.session.add_all(
        RecoveryCode(person_id=person.id, salt=codes.salt, digest=digest, made_at=at) for digest in codes.digests
    )


def _ended_if_last(person: User, *, needed: bool) -> None:
    if person.tf_totp_secret is not None or _has_passkey(person):
        return
    if needed:
        raise StillNeeded
    _forget_factors(person)


def _has_passkey(person: User) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(Passkey.person_id == person.id))))


def _forget_factors(person: User) -> None:
    person.tf_totp_secret = None
    person.totp_last_counter = None
    person.second_factor_since = None
    gone: Sequence[type[Passkey | RecoveryCode]] = (Passkey, RecoveryCode)
    for table in gone:
        db.session.execute(sa.delete(table).filter_by(person_id=person.id))


def _changed(person: User, change: Change, *, at: datetime, keep: str) -> None:
    end_all_sign_ins(person, by=person, at=at, but=keep)
    audit.record(_ACTS[change], person, at=at, by=person)
    tell(person, change, at=at)
