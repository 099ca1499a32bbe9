"""Mail about accounts. Those that carry a link make its token again when they are sent, and are not kept."""

from datetime import datetime
from typing import Final

from flask import Flask, current_app
from flask_babel import gettext as _

from tracker.accounts import queries
from tracker.accounts.models import AccountLink, LinkPurpose, User
from tracker.accounts.services import links
from tracker.core import zones
from tracker.core.database import db
from tracker.mail import rendering
from tracker.mail.models import Notification
from tracker.mail.rendering import Cancel, Rendered

_PAGES: Final = {
    LinkPurpose.INVITATION: "accounts.take_up_invitation",
    LinkPurpose.RESET: "accounts.set_new_password",
    LinkPurpose.CHANGE_OF_EMAIL: "accounts.confirm_email",
}


def link_url(link: AccountLink) -> str:
    """Return the address that the mail with this link names."""
    return rendering.absolute_url(_PAGES[link.purpose], token=links.token_of(link))


def render_link(notification: Notification, now: datetime) -> Rendered:
    """Write the mail that carries a link."""
    link = db.session.get(AccountLink, notification.parameters["link_id"])
    if link is None or link.used_at is not None or link.revoked_at is not None or link.expires_at <= now:
        return Cancel(_("The link in it does not work any more."))
    zone_name = link.person.zone_name or current_app.config["TRACKER_TIMEZONE"]
    inviter = db.session.get(User, link.created_by_id) if link.created_by_id else None
    return rendering.render_mail(
        notification.kind,
        keep_body=False,
        person=link.person,
        inviter=inviter,
        url=link_url(link),
        link=link,
        zone_name=zone_name,
        city=zones.city(zone_name),
        is_sample=link.person.is_sample,
    )


def render_notice(notification: Notification, _now: datetime) -> Rendered:
    """Write a mail that only tells what happened to an account."""
    person = db.session.get(User, notification.person_id)
    if person is None:
        return Cancel(_("The person is not known any more."))
    zone_name = person.zone_name or current_app.config["TRACKER_TIMEZONE"]
    return rendering.render_mail(
        notification.kind,
        person=person,
        happened_at=notification.created_at,
        zone_name=zone_name,
        city=zones.city(zone_name),
        url=rendering.absolute_url("security.login"),
        is_sample=person.is_sample,
    )


def render_second_factor(notification: Notification, _now: datetime) -> Rendered:
    """Write the mail about a change of a second factor."""
    person = db.session.get(User, notification.person_id)
    if person is None:
        return Cancel(_("The person is not known any more."))
    zone_name = person.zone_name or current_app.config["TRACKER_TIMEZONE"]
    return rendering.render_mail(
        "second_factor",
        person=person,
        change=notification.parameters["change"],
        codes_left=db.session.scalar(queries.recovery_codes_left(person.id)),
        happened_at=notification.created_at,
        zone_name=zone_name,
        city=zones.city(zone_name),
        is_sample=person.is_sample,
    )


def init_app(_app: Flask) -> None:
    """Say how each kind of mail about accounts is written."""
    for kind in links.MAIL_KINDS.values():
        rendering.register(kind, render_link)
    for kind in ("password_changed", "email_changed", "role_given"):
        rendering.register(kind, render_notice)
    rendering.register("second_factor", render_second_factor)
