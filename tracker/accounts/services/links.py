"""Single-use links: asked for, found, used up. Their mail carries the token, no table does."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts import links
from tracker.accounts.models import AccountLink, LinkPurpose, User
from tracker.accounts.services.sign_ins import end_sign_ins_of_link
from tracker.audit import services as audit
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.mail import services as mail
from tracker.mail.services import Recipient

#: The kind of mail that carries a link of each purpose.
MAIL_KINDS = {
    LinkPurpose.INVITATION: "invitation",
    LinkPurpose.RESET: "password_reset",
    LinkPurpose.CHANGE_OF_EMAIL: "email_change",
}


class LinkUsedUp(DomainError):
    """The link was used, replaced by a newer one, or has run out."""

    http_status = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "This link does not work any more: each works once, and only for some time. "
                "For a new password, ask at the sign-in page; for a new invitation, write to the Secretariat."
            )
        )


def token_of(link: AccountLink) -> str:
    """Return the token that the mail with this link carries."""
    return links.token_of(link.nonce, current_app.config["SECRET_KEY"])


def recipient(person: User, *, address: str | None = None) -> Recipient:
    """Return how mail to a person is addressed; to another address while they change it."""
    return Recipient(person_id=person.id, address=address or person.email, name=person.name, language=person.language)


def issue_link(
    person: User, purpose: LinkPurpose, *, by: User | None, at: datetime, new_email: str | None = None
) -> AccountLink:
    """Make a link and put its mail into the outbox; earlier links of the purpose die."""
    revoke_links(person, at=at, purposes=[purpose])
    link = _new_link(person, purpose, by=by, at=at)
    link.expires_at, link.new_email = at + links.HOLDS[purpose], new_email
    db.session.add(link)
    db.session.flush()
    mail.enqueue(
        MAIL_KINDS[purpose],
        unique_key=f"{MAIL_KINDS[purpose]}/{link.id}",
        to=recipient(person, address=new_email),
        at=at,
        parameters={"link_id": link.id},
    )
    return link


def issue_round_link(
    person: User, *, round_id: int, party_id: int, expires_at: datetime, by: User, at: datetime
) -> AccountLink:
    """Make a link for one round; an earlier one for the same round and party dies, with what it opened.

    Its mail is for the feature that knows what the link is for.
    """
    for earlier in db.session.scalars(round_link_of(person.id, round_id=round_id, party_id=party_id)):
        revoke_round_link(earlier, by=by, at=at)
    link = _new_link(person, LinkPurpose.ONE_ROUND, by=by, at=at)
    link.expires_at, link.round_id, link.party_id = expires_at, round_id, party_id
    try:
        with db.session.begin_nested():
            db.session.add(link)
    except IntegrityError:  # a colleague sent one at the same moment: that one stands
        return db.session.scalars(round_link_of(person.id, round_id=round_id, party_id=party_id)).one()
    audit.record(
        "account.link_sent", link, at=at, by=by, party_id=party_id,
        changes={"person_id": person.id, "round_id": round_id, "until": expires_at},
    )  # fmt: skip
    return link


def round_link_of(person_id: int, *, round_id: int, party_id: int) -> sa.Select[AccountLink]:
    """Select the link for one round that a person holds for a party, if nobody withdrew it."""
    return sa.select(AccountLink).where(
        AccountLink.person_id == person_id,
        AccountLink.purpose == LinkPurpose.ONE_ROUND,
        AccountLink.round_id == round_id,
        AccountLink.party_id == party_id,
        AccountLink.revoked_at.is_(None),
    )


def revoke_round_link(link: AccountLink, *, by: User, at: datetime) -> None:
    """Withdraw a link for one round; what it opened ends at once. Safe to repeat."""
    if link.revoked_at is None:
        link.revoked_at = at
        end_sign_ins_of_link(link, at=at)
        db.session.flush()
        audit.record(
            "account.link_revoked", link, at=at, by=by, party_id=link.party_id,
            changes={"person_id": link.person_id, "round_id": link.round_id},
        )  # fmt: skip


def _new_link(person: User, purpose: LinkPurpose, *, by: User | None, at: datetime) -> AccountLink:
    nonce = links.new_nonce()
    return AccountLink(
        person_id=person.id,
        purpose=purpose,
        nonce=nonce,
        token_hash=links.hash_of(links.token_of(nonce, current_app.config["SECRET_KEY"])),
        created_at=at,
        created_by_id=by.id if by is not None else None,
    )


def open_link(token: str, purpose: LinkPurpose) -> sa.Select[AccountLink]:
    """Select the link of a token that has been neither used nor withdrawn; it may have run out."""
    return sa.select(AccountLink).where(
        AccountLink.token_hash == links.hash_of(token),
        AccountLink.purpose == purpose,
        AccountLink.used_at.is_(None),
        AccountLink.revoked_at.is_(None),
    )


def use_link(link: AccountLink, *, at: datetime) -> None:
    """Use a link up; of two who open it at once, one is refused.

    Raises:
        LinkUsedUp: it was used, withdrawn, or has run out.
    """
    used = db.session.execute(
        sa.update(AccountLink)
        .where(
            AccountLink.id == link.id,
            AccountLink.used_at.is_(None),
            AccountLink.revoked_at.is_(None),
            AccountLink.expires_at > at,
        )
        .values(used_at=at)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has one
        raise LinkUsedUp


def revoke_links(person: User, *, at: datetime, purposes: list[LinkPurpose] | None = None) -> None:
    """Withdraw a person's open links, of some purposes or of all. Safe to repeat."""
    query = sa.update(AccountLink).where(
        AccountLink.person_id == person.id, AccountLink.used_at.is_(None), AccountLink.revoked_at.is_(None)
    )
    if purposes is not None:
        query = query.where(AccountLink.purpose.in_(purposes))
    db.session.execute(query.values(revoked_at=at))
