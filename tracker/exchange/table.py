"""Needs and offers as a plain table. Heads and keys are for programs: they are not translated."""

from collections.abc import Iterable, Iterator
from typing import Final

from tracker.exchange.entries import Entry

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
