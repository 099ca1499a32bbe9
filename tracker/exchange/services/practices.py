"""Nominating good practice, and the party's answer. Both acts are recorded; nothing is listed without consent."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Membership, Role, User
from tracker.audit.services import record
from tracker.core.clock import network_today
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.exchange.models import GoodPractice, PracticeText
from tracker.exchange.queries.practices import standing_practice_of
from tracker.exchange.workflow import PracticeAct, PracticeState, after
from tracker.mail.services import Recipient, enqueue
from tracker.progress.models import Item, Revision

MAIL_KIND = "practice_nominated"


class PracticeStands(DomainError):
    """This cannot be done with the nomination as it stands."""


@dataclass(frozen=True, kw_only=True)
class Nomination:
    """What the Secretariat proposes."""

    text_used: PracticeText
    title: str
    contact: str
    note: str


def answer_for_nomination(item: Item) -> Revision:
    """Return the answer that can be nominated: the accepted one.

    Raises:
        PracticeStands: there is none, it is for the Secretariat only, or it was redacted.
    """
    revision_id = item.standing.accepted_revision_id
    revision = db.session.get(Revision, revision_id) if revision_id is not None else None
    if revision is None:
        raise PracticeStands(_("There is no accepted answer yet that could be nominated."))
    if revision.is_restricted:
        raise PracticeStands(_("This answer is for the party and the Secretariat only; it cannot be nominated."))
    if revision.redacted_at is not None:
        raise PracticeStands(_("This answer was redacted; it cannot be nominated."))
    return revision


def nominate(item: Item, nomination: Nomination, *, by: User, at: datetime) -> GoodPractice:
    """Nominate the accepted answer of an item, and ask the party's coordinators for their consent.

    Raises:
        PracticeStands: there is no such answer, or one of the item is nominated or listed already.
    """
    db.session.execute(sa.select(Item.id).where(Item.id == item.id).with_for_update())
    revision = answer_for_nomination(item)
    if db.session.scalar(standing_practice_of(item.id)) is not None:
        raise PracticeStands(_("This item is nominated already, or stands in the register."))
    practice = GoodPractice(
        item=item,
        revision=revision,
        text_used=nomination.text_used,
        title=nomination.title,
        contact=nomination.contact,
        note=nomination.note,
        nominated_by_id=by.id,
        nominated_at=at,
    )
    if not practice.summary:
        raise PracticeStands(_("This text of the answer is empty. Choose the other one."))
    db.session.add(practice)
    db.session.flush()
    record(
        "practice.nominated",
        practice,
        at=at,
        by=by,
        party_id=item.party_id,
        changes={"title": nomination.title, "revision_id": revision.id},
    )
    _ask_party(practice, at=at)
    return practice


def consent(practice: GoodPractice, *, contact: str, by: User, at: datetime) -> None:
    """Let a nomination into the register, with the contact function that the party names."""
    _take(practice, PracticeAct.CONSENT)
    practice.contact = contact
    practice.answered_by_id, practice.answered_at = by.id, at
    _record("practice.consented", practice, by=by, at=at, contact=contact)


def decline(practice: GoodPractice, *, reason: str, by: User, at: datetime) -> None:
    """Keep a nomination out of the register."""
    _take(practice, PracticeAct.DECLINE)
    practice.answered_by_id, practice.answered_at, practice.reason = by.id, at, reason
    _record("practice.declined", practice, by=by, at=at, reason=reason)


def withdraw_consent(practice: GoodPractice, *, reason: str, by: User, at: datetime) -> None:
    """Take an entry out of the register because the party says so."""
    _take(practice, PracticeAct.WITHDRAW)
    practice.ended_by_id, practice.ended_at, practice.reason = by.id, at, reason
    _record("practice.withdrawn", practice, by=by, at=at, reason=reason)


def take_back(practice: GoodPractice, *, reason: str, by: User, at: datetime) -> None:
    """Take a nomination back, or an entry out of the register, because the Secretariat says so."""
    _take(practice, PracticeAct.REMOVE)
    practice.ended_by_id, practice.ended_at, practice.reason = by.id, at, reason
    _record("practice.removed", practice, by=by, at=at, reason=reason)


def _take(practice: GoodPractice, act: PracticeAct) -> None:
    state = after(practice.state, act)
    if state is None:
        raise PracticeStands(
            {
                PracticeState.NOMINATED: _("The party has not answered yet."),
                PracticeState.LISTED: _("This stands in the register already."),
                PracticeState.DECLINED: _("The party has declined this nomination."),
                PracticeState.WITHDRAWN: _("The party has withdrawn its consent."),
                PracticeState.REMOVED: _("The Secretariat has taken this back."),
            }[practice.state]
        )
    practice.state = state


def _record(act: str, practice: GoodPractice, *, by: User, at: datetime, **changes: str) -> None:
    record(act, practice, at=at, by=by, party_id=practice.item.party_id, changes=changes)


def _ask_party(practice: GoodPractice, *, at: datetime) -> None:
    today = network_today()
    held = sa.select(Membership.person_id).where(
        Membership.role == Role.COORDINATOR,
        Membership.party_id == practice.item.party_id,
        Membership.starts_on <= today,
        sa.or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
        Membership.is_deputy.is_(False),
    )
    for person in db.session.scalars(sa.select(User).where(User.active, User.id.in_(held)).order_by(User.id)):
        enqueue(
            MAIL_KIND,
            unique_key=f"{MAIL_KIND}/{practice.id}/{person.id}",
            to=Recipient(person_id=person.id, address=person.email, name=person.name, language=person.language),
            at=at,
            party_id=practice.item.party_id,
            parameters={"practice_id": practice.id},
        )
