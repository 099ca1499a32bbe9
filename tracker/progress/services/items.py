"""Which items there are: one for each tracked commitment and each party it is addressed to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from tracker.audit.services import record
from tracker.core.database import db
from tracker.instruments.models import Addressee, Adoption, AdoptionState, Commitment, CommitmentState
from tracker.parties.models import Party, PartyKind
from tracker.progress.models import Item, ItemState, Standing

_KIND_OF: Final = {
    Addressee.COUNTRY: PartyKind.COUNTRY,
    Addressee.NETWORK: PartyKind.NETWORK,
    Addressee.SECRETARIAT: PartyKind.SECRETARIAT,
}
_NOT_ASKED: Final = "The party is not asked to report on it any more."


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """How many items were made, retired and brought back."""

    made: int
    retired: int
    returned: int

    @property
    def changed(self) -> bool:
        return bool(self.made or self.retired or self.returned)


def align_items(*, at: datetime, by: Any = None, job: str = "") -> Alignment:
    """Make the items that commitments and adoptions ask for; retire the others, with their reports kept.

    An adoption that is not known opens items too. Safe to run again.
    """
    wanted = _wanted()
    existing = {(item.commitment_id, item.party_id): item for item in db.session.scalars(sa.select(Item))}
    made = retired = returned = 0
    gone = {key: _NOT_ASKED for key in existing if key not in wanted}
    for key, reason in (wanted | gone).items():
        item = existing.get(key)
        if item is None:
            if reason is None:
                commitment_id, party_id = key
                db.session.add(Item(commitment_id=commitment_id, party_id=party_id, standing=Standing()))
                made += 1
        elif reason is None and item.state is ItemState.RETIRED:
            item.state, item.retired_at, item.retired_reason = ItemState.ACTIVE, None, ""
            record("item.returned", item, at=at, by=by, job=job, party_id=item.party_id)
            returned += 1
        elif reason is not None and item.state is ItemState.ACTIVE:
            item.state, item.retired_at, item.retired_reason = ItemState.RETIRED, at, reason
            record("item.retired", item, at=at, by=by, job=job, party_id=item.party_id, changes={"reason": reason})
            retired += 1
    db.session.flush()
    return Alignment(made=made, retired=retired, returned=returned)


def _wanted() -> dict[tuple[int, int], str | None]:
    """Return for each commitment and party whether an item stands: None, or the reason why not."""
    parties = db.session.execute(sa.select(Party.id, Party.kind).where(Party.is_active)).all()
    refusals = {
        (row.instrument_id, row.party_id)
        for row in db.session.execute(
            sa.select(Adoption.instrument_id, Adoption.party_id).where(Adoption.state == AdoptionState.NOT_ADOPTED)
        )
    }
    wanted: dict[tuple[int, int], str | None] = {}
    commitments = db.session.execute(
        sa.select(
            Commitment.id, Commitment.instrument_id, Commitment.addressee, Commitment.is_tracked, Commitment.state
        )
    )
    for commitment in commitments:
        for party in parties:
            if party.kind is not _KIND_OF[commitment.addressee]:
                continue
            wanted[commitment.id, party.id] = _reason_against(
                commitment, (commitment.instrument_id, party.id) in refusals
            )
    return wanted


def _reason_against(commitment: Any, was_refused: bool) -> str | None:
    if commitment.state is CommitmentState.WITHDRAWN:
        return "The commitment was withdrawn."
    if commitment.state is CommitmentState.SUPERSEDED:
        return "The commitment was superseded."
    if not commitment.is_tracked:
        return "The commitment is no longer tracked."
    if was_refused:
        return "The party did not adopt the instrument."
    return None
