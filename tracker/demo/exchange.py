"""What the sample Secretariat noted of needs and offers, and the sample register of good practice."""

from datetime import datetime, timedelta
from zlib import crc32

import sqlalchemy as sa

from tracker.core.database import db
from tracker.dashboards.models import ViewPage
from tracker.dashboards.services import save_view
from tracker.demo.people import Cast
from tracker.demo.texts import said
from tracker.exchange.models import PairState, PracticeText
from tracker.exchange.services import pairs, practices
from tracker.exchange.services.pairs import PairNote
from tracker.exchange.services.practices import Nomination
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision, Standing

#: The commitment on which the newcomer asks for help, and who offers it.
_COMMITMENT, _ASKS, _OFFERS = "BRDO-2018-05", "AL", ("SI", "HR")
#: Parties whose offers are nominated; the first ones consent.
_NOMINATED, _CONSENT = ("AL", "SI", "MD"), ("AL", "SI")
_TITLE = "A practice that others can use {label}"
_CONTACT = "Head of unit, Office of the National Coordinator {label}"


def arrange(round_: Round, cast: Cast, *, at: datetime) -> None:
    """Note two pairs, and nominate three offers."""
    items = {item.party.code: item for item in db.session.scalars(_items_on(_COMMITMENT))}
    for code, state, reason in (
        (_OFFERS[0], PairState.AGENDA, ""),
        (_OFFERS[1], PairState.MET, said("They met in Ljubljana {label}.")),
    ):
        if _ASKS in items and code in items:
            note = PairNote(state=state, meeting_id=round_.meeting_id, reason=reason)
            pairs.note_pair(items[_ASKS].id, items[code].id, note, by=cast.secretariat, at=at - timedelta(days=2))
    for code in _NOMINATED:
        item = db.session.scalar(_offers_of(code))
        if item is not None:
            nomination = Nomination(text_used=PracticeText.OFFER, title=said(_TITLE), contact=said(_CONTACT), note="")
            practice = practices.nominate(item, nomination, by=cast.secretariat, at=at - timedelta(days=9))
            if code in _CONSENT:
                practices.consent(
                    practice, contact=said(_CONTACT), by=cast.coordinator(code), at=at - timedelta(days=4)
                )


def look_in(cast: Cast, *, at: datetime) -> None:
    """Let the coordinators have signed in since the round opened, each some days ago."""
    for (role, party), person in cast.by_part.items():
        if role == "coordinator":
            person.last_signed_in_at = at - timedelta(days=1 + crc32(party.encode()) % 9, hours=2)


def keep_views(cast: Cast, *, at: datetime) -> None:
    """Let two people keep views of the state of play."""
    for person in (cast.secretariat, cast.coordinator(_ASKS)):
        save_view(ViewPage.MATRIX, said("Compensation {label}"), "theme=compensation", by=person, at=at)


def _items_on(code: str) -> sa.Select[Item]:
    return sa.select(Item).join(Item.commitment).where(Commitment.code == code)


def _offers_of(code: str) -> sa.Select[Item]:
    """Select an item of a party whose shared answer offers something."""
    return (
        sa.select(Item)
        .join(Item.party)
        .join(Standing, Standing.item_id == Item.id)
        .join(Revision, Revision.id == Standing.shared_revision_id)
        .where(
            Party.code == code,
            Standing.shared_revision_id == Standing.accepted_revision_id,
            Revision.can_share,
            Revision.is_restricted.is_(False),
        )
        .order_by(Item.id)
        .limit(1)
    )
