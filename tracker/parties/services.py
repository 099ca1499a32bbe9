"""Correcting what is said about parties."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.audit.services import record
from tracker.core.changes import put
from tracker.parties.models import Footnote, Party


@dataclass(frozen=True, kw_only=True)
class PartyTexts:
    """What the Secretariat may correct in a party; the fields are named as the columns are."""

    name: str
    short_name: str
    timezone: str
    coordinator_institution: str
    coordinator_note: str
    needs_validation: bool
    footnote: Footnote | None


def correct_party(party: Party, texts: PartyTexts, *, by: Any, at: datetime) -> frozenset[str]:
    """Write the texts; return the names of the fields that changed."""
    values = dict(vars(texts))
    footnote = values.pop("footnote")
    changes = put(party, values)
    if party.footnote is not footnote:
        changes["footnote"] = [each.form if each else None for each in (party.footnote, footnote)]
        party.footnote = footnote
    if changes:
        record("party.corrected", party, at=at, by=by, party_id=party.id, changes=changes)
    return frozenset(changes)


def texts_of_party(party: Party) -> PartyTexts:
    """Return what is stored now."""
    return PartyTexts(
        name=party.name,
        short_name=party.short_name,
        timezone=party.timezone,
        coordinator_institution=party.coordinator_institution,
        coordinator_note=party.coordinator_note,
        needs_validation=party.needs_validation,
        footnote=party.footnote,
    )
