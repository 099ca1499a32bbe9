"""People, their memberships, and what signing in leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.clock import utc_now
from tracker.core.database import Code, Email, LongText, Model, PrimaryKey, Sha256, ShortText, Timestamped, ZoneName
from tracker.parties.models import Party


class Role(StrEnum):
    """What a membership lets a person be."""

    ADMINISTRATOR = "administrator"
    SECRETARIAT = "secretariat"
    COORDINATOR = "coordinator"
    CONTRIBUTOR = "contributor"
    OBSERVER = "observer"


#: The roles that speak for a party; the others name none.
PARTY_ROLES = (Role.COORDINATOR, Role.CONTRIBUTOR)
#: The roles that run the tracker; only administrators give and end them.
OFFICIAL_ROLES = (Role.ADMINISTRATOR, Role.SECRETARIAT)


class PersonState(StrEnum):
    """How an account stands; concluded, not stored."""

    #: May sign in, and has a role today.
    ACTIVE = "active"
    #: Has not chosen a password yet.
    INVITED = "invited"
    #: May sign in, but no role holds today.
    WITHOUT_ROLE = "without_role"
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a person's valid memberships let them be, on one day."""

    is_administrator: bool
    is_secretariat: bool
    is_observer: bool
    #: Ids of the parties they coordinate, as coordinator or deputy.
    coordinates: frozenset[int]
    #: Ids of the parties they contribute to.
    contributes: frozenset[int]

    @property
    def any(self) -> bool:
        """Tell whether they may sign in to anything at all."""
        return bool(
            self.is_administrator or self.is_secretariat or self.is_observer or self.coordinates or self.contributes
        )


class User(UserMixin, Timestamped, Model):
    """A person who signs in. What they may do stands in their memberships."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("fs_uniquifier"),
        sa.CheckConstraint("email = lower(email)", name="email_in_lower_case"),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour_in_range"),
        sa.CheckConstraint("stand_in_id IS NULL OR stand_in_id <> id", name="stand_in_is_another"),
    )

    id: Mapped[PrimaryKey]
    email: Mapped[Email]
    name: Mapped[ShortText]
    #: Function in the institution, as printed beside the name.
    function: Mapped[ShortText] = mapped_column(default="")
    #: Argon2id; empty until the invitation is taken up.
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: Changes when all sign-ins of the person must end.
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(8), default="en")
    #: Own zone; empty means the party's, else the network's.
    timezone: Mapped[ZoneName | None]
    #: Own hour for digests; empty means 8.
    digest_hour: Mapped[int | None]
    #: No reminders up to and including this day.
    paused_until: Mapped[date | None]
    stand_in_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: When a second factor, of whatever kind, was first set up; empty: there is none.
    second_factor_since: Mapped[datetime | None]
    #: Key of the authenticator app, sealed (``accounts/sealing.py``); empty: none is used.
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    #: Counter of the last accepted one-time code, so that none works twice.
    totp_last_counter: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: What passkeys know the account by: random, so that it says nothing of the person.
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    last_signed_in_at: Mapped[datetime | None]
    password_set_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", foreign_keys="Membership.person_id", order_by="Membership.id", lazy="selectin"
    )
    stand_in: Mapped["User | None"] = relationship(remote_side="User.id")

    # Not stored: how the person is here in this request. The loader of sign-ins sets both, each time anew.
    #: The link for one round by which they came; None with a sign-in of their own.
    by_link = cast("AccountLink | None", None)
    #: Party → the person in whose name they act for it: an absent coordinator.
    acting_for = cast("Mapping[int, int]", {})

    # Flask-Security reads a person's roles; ours are dated and belong to parties.
    @property
    def roles(self) -> list[str]:
        return []

    def has_role(self, role: Any) -> bool:
        """Answer Flask-Security's question; policies ask :meth:`rights_on`."""
        return any(membership.role == role for membership in self.memberships)

    def rights_on(self, day: date) -> Rights:
        """Return what this person may be on a day (of the network's zone)."""
        valid = [membership for membership in self.memberships if membership.is_valid_on(day)]
        roles = {membership.role for membership in valid}
        return Rights(
            is_administrator=Role.ADMINISTRATOR in roles,
            is_secretariat=Role.SECRETARIAT in roles,
            is_observer=Role.OBSERVER in roles,
            coordinates=frozenset(m.party_id for m in valid if m.role is Role.COORDINATOR and m.party_id is not None),
            contributes=frozenset(m.party_id for m in valid if m.role is Role.CONTRIBUTOR and m.party_id is not None),
        )

    @property
    def rights(self) -> Rights:
        """What this person may be now; by a link, no more than a contributor of the link's party."""
        rights = self.rights_on(utc_now().date())
        if self.by_link is None:
            return rights
        return Rights(
            is_administrator=False,
            is_secretariat=False,
            is_observer=False,
            coordinates=frozenset(),
            contributes=rights.contributes & {self.by_link.party_id or 0},
        )

    @property
    def roles_now(self) -> frozenset[Role]:
        """The roles that hold now."""
        today = utc_now().date()
        return frozenset(membership.role for membership in self.memberships if membership.is_valid_on(today))

    @property
    def has_second_factor(self) -> bool:
        """Tell whether signing in takes more than the password."""
        return self.second_factor_since is not None

    def state_on(self, day: date) -> PersonState:
        """Return how the account stands on a day (of the network's zone)."""
        if not self.active:
            return PersonState.DISABLED
        if self.password is None:
            return PersonState.INVITED
        return PersonState.ACTIVE if self.rights_on(day).any else PersonState.WITHOUT_ROLE

    def is_paused_on(self, day: date) -> bool:
        """Tell whether the person gets no reminders on that day."""
        return self.paused_until is not None and day <= self.paused_until

    @property
    def is_secretariat(self) -> bool:
        return self.rights.is_secretariat

    @property
    def is_administrator(self) -> bool:
        return self.rights.is_administrator

    @property
    def is_observer(self) -> bool:
        return self.rights.is_observer

    def coordinates(self, party_id: int) -> bool:
        """Tell whether this person is coordinator or deputy of the party now."""
        return party_id in self.rights.coordinates

    def belongs_to(self, party_id: int) -> bool:
        """Tell whether this person is coordinator, deputy or contributor of the party now."""
        rights = self.rights
        return party_id in rights.coordinates or party_id in rights.contributes

    @property
    def parties(self) -> list[Party]:
        """The parties this person works for now, in the one fixed order."""
        today = utc_now().date()
        found = {m.party.id: m.party for m in self.memberships if m.party is not None and m.is_valid_on(today)}
        if self.by_link is not None:
            found = {id_: party for id_, party in found.items() if id_ == self.by_link.party_id}
        return sorted(found.values(), key=lambda party: party.position)

    @property
    def zone_name(self) -> str:
        """The person's own zone, else the party's; empty where neither says one (the network's counts then)."""
        return self.timezone or next((party.timezone for party in self.parties), "")


class Membership(Timestamped, Model):
    """Gives a person a role, for a party where the role speaks for one, from a day until a day."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint(
            "(role IN ('coordinator', 'contributor')) = (party_id IS NOT NULL)", name="party_goes_with_role"
        ),
        sa.CheckConstraint("NOT is_deputy OR role = 'coordinator'", name="only_coordinators_have_deputies"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        sa.Index("ix_membership_party_id_role", "party_id", "role"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    role: Mapped[Role]
    party_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    #: A coordinator's deputy: the same rights, and reminders from the last day on.
    is_deputy: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    #: Last day, inclusive; empty while open.
    ends_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: It was handed over: when it has ended and nothing else stands, the account is closed.
    closes_account: Mapped[bool] = mapped_column(default=False)

    person: Mapped[User] = relationship(back_populates="memberships", foreign_keys=[person_id])
    party: Mapped[Party | None] = relationship(lazy="joined")

    @property
    def is_official(self) -> bool:
        """Tell whether it is one of the roles that only administrators give."""
        return self.role in OFFICIAL_ROLES

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the membership holds on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class LinkPurpose(StrEnum):
    """What a link in a mail lets its holder do."""

    INVITATION = "invitation"
    RESET = "reset"
    CHANGE_OF_EMAIL = "change_of_email"
    ONE_ROUND = "one_round"


#: A link for one round that nobody has withdrawn.
_STANDS = sa.text("purpose = 'one_round' AND revoked_at IS NULL")


class AccountLink(Model):
    """A link in a mail. Only the hash of its token is kept; see ``docs/adr/0008``.

    It works once, but for a link for one round, which works until the party is due; see ``docs/adr/0017``.
    """

    __tablename__ = "account_link"
    __table_args__ = (
        sa.UniqueConstraint("token_hash"),
        sa.Index("ix_account_link_person_id_purpose", "person_id", "purpose"),
        sa.CheckConstraint(
            "(purpose = 'one_round') = (round_id IS NOT NULL AND party_id IS NOT NULL)",
            name="one_round_names_round_and_party",
        ),
        sa.Index(
            "uq_account_link_one_round",
            "person_id",
            "round_id",
            "party_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    purpose: Mapped[LinkPurpose]
    #: 256 random bits, hexadecimal. The token is their HMAC under the application's key.
    nonce: Mapped[Sha256]
    token_hash: Mapped[Sha256]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    new_email: Mapped[Email | None]
    #: Of a link for one round: which round, for which party.
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"))
    party_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    person: Mapped[User] = relationship(foreign_keys=[person_id])


class Factor(StrEnum):
    """What was shown beside the password, or instead of it."""

    #: A code of an authenticator app.
    CODE = "code"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


class SignIn(Model):
    """One sign-in on one device, until it ends. Asked for at each request."""

    __tablename__ = "sign_in"
    __table_args__ = (sa.UniqueConstraint("sid_hash"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    #: SHA-256 of the 256 random bits in the cookie.
    sid_hash: Mapped[Sha256]
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[ShortText] = mapped_column(default="")
    device: Mapped[ShortText] = mapped_column(default="")
    #: What was shown beside the password; empty: the password alone.
    factor: Mapped[Factor | None]
    #: The link for one round that opened it: such a sign-in may do little, and ends with the link.
    link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_link.id"), index=True)

    person: Mapped[User] = relationship()
    link: Mapped[AccountLink | None] = relationship()

    @property
    def is_complete(self) -> bool:
        """Tell whether everything was shown that the account asks for; a link for one round is shown alone."""
        return self.link_id is not None or self.factor is not None or not self.person.has_second_factor


class Passkey(Model):
    """A key in a device or a password manager that signs a person in (WebAuthn)."""

    __tablename__ = "passkey"
    __table_args__ = (sa.UniqueConstraint("credential_hash"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    #: As the person calls it.
    name: Mapped[ShortText]
    #: Base64url, as browsers write it.
    credential_id: Mapped[LongText]
    #: SHA-256 of it, under which it is found.
    credential_hash: Mapped[Sha256]
    public_key: Mapped[bytes]
    #: Grows with each use where the device counts; 0 where it does not.
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    #: How browsers may reach it.
    transports: Mapped[list[str]] = mapped_column(default=list)
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    person: Mapped[User] = relationship()


class RecoveryCode(Model):
    """One of the codes on paper that stand in for a lost device. Only its hash is kept; each works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "digest"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    #: The same for all codes made together.
    salt: Mapped[Code]
    #: Argon2id of the code.
    digest: Mapped[Sha256]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CalendarAddress(Model):
    """The private address at which a person's calendar can be read without signing in. One at a time.

    The address is shown once; only the hash of its token is kept. See ``docs/security.md``.
    """

    __tablename__ = "calendar_address"
    __table_args__ = (sa.UniqueConstraint("person_id"), sa.UniqueConstraint("token_hash"))

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    #: SHA-256 of 256 random bits.
    token_hash: Mapped[Sha256]
    made_at: Mapped[datetime]

    person: Mapped[User] = relationship()


class SignInAttempt(Model):
    """A failed sign-in, for the delay that grows with them; shared by all processes."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index("ix_sign_in_attempt_address_at", "address", "at"),
        sa.Index("ix_sign_in_attempt_account_hash_at", "account_hash", "at"),
    )

    id: Mapped[PrimaryKey]
    #: SHA-256 of the address typed, known or not.
    account_hash: Mapped[Sha256]
    address: Mapped[Code]
    at: Mapped[datetime]
    purpose: Mapped[Code] = mapped_column(default="sign_in")
