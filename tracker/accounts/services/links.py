"""Single-use links: asked for, found, used up. Their mail carries the token, no table does."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from tracker.accounts import links
from tracker.accounts.models import AccountLink, LinkPurpose, User
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
    nonce = links.new_nonce()
    link = AccountLink(
        person_id=person.id,
        purpose=purpose,
        nonce=nonce,
        token_hash=links.hash_of(links.token_of(nonce, current_app.config["SECRET_KEY"])),
        created_at=at,
        expires_at=at + links.HOLDS[purpose],
        new_email=new_email,
        created_by_id=by.id if by is not None else None,
    )
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
