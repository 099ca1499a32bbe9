"""Needs and offers as a plain table. Heads and keys are for programs: they are not translated."""

from collections.abc import Iterable, Iterator
from typing import Final

from tracker.exchange.entries import Entry
from tracker.exchange.models import GoodPractice

HEADS: Final = (
    "side", "kind", "text", "party", "party_name", "party_note", "commitment", "title", "instrument", "theme",
    "answered_for_meeting_on", "restricted",
)  # fmt: skip


def table_rows(entries: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each need and each offer."""
    for entry in entries:
        row = entry.row
        yield (
            entry.side,
            entry.kind,
            entry.text,
            row.party_code,
            row.short_name,
            row.footnote_text or "",
            row.code,
            row.title,
            row.instrument_code,
            row.theme_code,
            row.meeting_on.isoformat(),
            "yes" if row.is_restricted else "",
        )


PRACTICE_HEADS: Final = (
    "title", "summary", "whom_to_ask", "party", "party_name", "party_note", "commitment", "instrument", "theme",
    "state", "listed_on",
)  # fmt: skip


def practice_rows(practices: Iterable[GoodPractice]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each entry of the register."""
    for each in practices:
        party, commitment = each.item.party, each.item.commitment
        yield (
            each.title,
            each.summary,
            each.contact,
            party.code,
            party.short_name,
            party.footnote_text or "",
            commitment.code,
            commitment.instrument.code,
            commitment.theme.code,
            each.state.value,
            each.answered_at.date().isoformat() if each.answered_at else "",
        )
