"""Who adopted an instrument, and the items that follow from it; corrections of commitments likewise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.audit.services import record
from tracker.core.changes import put
from tracker.core.database import db
from tracker.instruments.models import Adoption, AdoptionState, Commitment, Instrument
from tracker.instruments.services import CommitmentTexts, correct_commitment
from tracker.parties.models import Party
from tracker.progress.services.items import Alignment, align_items

#: Fields of a commitment that decide whether it has items.
_DECIDES_ITEMS = frozenset({"is_tracked", "state"})


@dataclass(frozen=True, kw_only=True)
class AdoptionAnswer:
    """What the Secretariat says about one party."""

    state: AdoptionState
    adopted_on: date | None
    source: str


def set_adoptions(
    instrument: Instrument,
    stored: Mapping[int, Adoption],
    answers: Mapping[Party, AdoptionAnswer],
    *,
    by: Any,
    at: datetime,
) -> tuple[int, Alignment]:
    """Write who adopted an instrument, over what is ``stored`` by party id; return how many parties changed.

    Items appear or retire accordingly, with their reports; the second value says how many.
    """
    changed = 0
    for party, answer in answers.items():
        row = stored.get(party.id)
        if row is None:
            row = Adoption(instrument=instrument, party=party, state=AdoptionState.UNKNOWN, adopted_on=None, source="")
            db.session.add(row)
        changes = put(row, vars(answer))
        if changes:
            changed += 1
            record(
                "adoption.set", row, at=at, by=by, party_id=party.id, changes={"instrument": instrument.code, **changes}
            )
    db.session.flush()
    return changed, align_items(at=at, by=by)


def correct_tracked_commitment(
    commitment: Commitment, texts: CommitmentTexts, *, reason: str, by: Any, at: datetime
) -> tuple[frozenset[str], Alignment]:
    """Correct a commitment; return the names of the fields that changed.

    Where it is followed up or ended by it, items appear or retire; the second value says how many.
    """
    changed = correct_commitment(commitment, texts, reason=reason, by=by, at=at)
    if not changed & _DECIDES_ITEMS:
        return changed, Alignment(made=0, retired=0, returned=0)
    db.session.flush()
    return changed, align_items(at=at, by=by)
