"""Links for one round: a contributor fills in their items without a password. See ``docs/adr/0017``."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from tracker.accounts.access import needs_second_factor
from tracker.accounts.models import AccountLink, LinkPurpose, User
from tracker.accounts.services import links
from tracker.core import filters, zones
from tracker.core.database import db
from tracker.core.zones import local_day
from tracker.mail import rendering
from tracker.mail.models import Notification
from tracker.mail.services import enqueue
from tracker.meetings.models import Round
from tracker.meetings.rules import effective_due_at, takes_submissions
from tracker.parties.models import Party
from tracker.progress.models import Assignment
from tracker.progress.queries.assignments import assignments_of
from tracker.progress.services.assigning import NotAssignable

#: The kind of mail that carries such a link.
MAIL = "one_round_link"


def holds_until(round_: Round, party_id: int) -> datetime:
    """Return the last minute in which a link works: the party's due date, its extension included."""
    return effective_due_at(round_, party_id) - timedelta(minutes=1)


def holds(link: AccountLink, round_: Round | None, *, at: datetime) -> bool:
    """Tell whether a link works: not withdrawn, its round open to the party, the party's date not passed.

    ``round_`` is the round that the party reports in now. The dates are asked anew each time: an extension carries
    the link along, and a date that is brought forward ends it.
    """
    if link.party_id is None or link.revoked_at is not None or round_ is None or round_.id != link.round_id:
        return False
    day = local_day(at, round_.timezone)
    return at < effective_due_at(round_, link.party_id) and takes_submissions(round_, link.party_id, day)


def send_link(person: User, round_: Round, party: Party, *, by: User, at: datetime) -> AccountLink:
    """Send a contributor a link for what is in their hands in a round; an earlier one dies.

    Raises:
        NotAssignable: it would not work: the party's date has passed, or a role of theirs needs a second factor.
    """
    if needs_second_factor(person):
        raise NotAssignable(
            _("A role of this person needs a second factor, so a link does not let them in. They sign in themselves.")
        )
    expires_at = effective_due_at(round_, party.id)
    if at >= expires_at:
        raise NotAssignable(
            _("Your party’s date has passed, so a link would not work. Ask the Secretariat for an extension first.")
        )
    link = links.issue_round_link(person, round_id=round_.id, party_id=party.id, expires_at=expires_at, by=by, at=at)
    enqueue(
        MAIL,
        unique_key=f"{MAIL}/{link.id}",
        to=links.recipient(person),
        at=at,
        round_id=round_.id,
        party_id=party.id,
        parameters={"link_id": link.id},
    )
    return link


def link_of_token(token: str) -> AccountLink | None:
    """Return the link of a token, if nobody withdrew it."""
    return db.session.scalar(links.open_link(token, LinkPurpose.ONE_ROUND))


def has_in_hand(link: AccountLink, item_id: int) -> bool:
    """Tell whether the link's holder has the item in hand in the link's round, now."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    Assignment.item_id == item_id,
                    Assignment.round_id == link.round_id,
                    Assignment.person_id == link.person_id,
                    Assignment.taken_back_at.is_(None),
                )
            )
        )
    )


def _render(notification: Notification, now: datetime) -> rendering.Rendered:
    """Write the mail that carries a link: what is in the person's hands now, and until when. It is not kept."""
    link = db.session.get(AccountLink, notification.parameters["link_id"])
    round_ = db.session.get(Round, link.round_id) if link is not None else None
    if link is None or round_ is None or not holds(link, round_, at=now):
        return rendering.Cancel(_("The link in it does not work any more."))
    party = db.session.get_one(Party, link.party_id)
    theirs = db.session.scalars(assignments_of(link.person_id, party_id=party.id, round_id=round_.id)).all()
    if not theirs:
        return rendering.Cancel(_("Nothing is in the person’s hands any more."))
    zone_name = link.person.zone_name or current_app.config["TRACKER_TIMEZONE"]
    meeting = round_.meeting
    return rendering.render_mail(
        MAIL,
        keep_body=False,
        is_sample=meeting.is_sample,
        person=link.person,
        inviter=db.session.get_one(User, link.created_by_id).name,
        party=party,
        meeting=meeting,
        dates=filters.day_range(meeting.starts_on, meeting.ends_on, meeting.date_precision.value),
        items=[
            {
                "code": each.item.commitment.code,
                "title": each.item.commitment.title,
                "due": _("until %(day)s", day=filters.day(each.due_on)) if each.due_on else "",
            }
            for each in theirs
        ],
        until=holds_until(round_, party.id),
        url=rendering.absolute_url("delegation.open_link", token=links.token_of(link)),
        zone_name=zone_name,
        city=zones.city(zone_name),
    )


rendering.register(MAIL, _render)
