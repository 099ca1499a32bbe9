"""Noting what becomes of a need and an offer."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.exchange.models import ExchangePair, PairState
from tracker.exchange.queries.pairs import pair_of
from tracker.progress.models import Item


@dataclass(frozen=True, kw_only=True)
class PairNote:
    """What the Secretariat notes."""

    state: PairState
    meeting_id: int | None
    reason: str


def note_pair(need_item_id: int, offer_item_id: int, note: PairNote, *, by: User, at: datetime) -> bool:
    """Note a pair, or what has become of it; tell whether that changed anything."""
    # Two officers note the same pair at once: the second waits here and finds the first one's row.
    db.session.execute(sa.select(Item.id).where(Item.id == need_item_id).with_for_update())
    pair = db.session.scalar(pair_of(need_item_id, offer_item_id))
    before = {} if pair is None else {"state": pair.state, "meeting_id": pair.meeting_id, "reason": pair.reason}
    after = {"state": note.state, "meeting_id": note.meeting_id, "reason": note.reason}
    if before == after:
        return False
    if pair is None:
        pair = ExchangePair(need_item_id=need_item_id, offer_item_id=offer_item_id)
        db.session.add(pair)
    for name, value in after.items():
        setattr(pair, name, value)
    pair.noted_by_id, pair.noted_at = by.id, at
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    record("pair.noted", pair, at=at, by=by, changes=changes | {"need": need_item_id, "offer": offer_item_id})
    return True
