"""Rounds as pages name them: by the month of their meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.core.filters import month
from tracker.meetings.schedule import RoundDates, RoundPhase, phase


@dataclass(frozen=True, kw_only=True)
class ShownRound:
    """A round that has opened."""

    id: int
    #: The code of its meeting.
    code: str
    #: ``March 2025``.
    name: str
    due_on: date
    is_open: bool

    @property
    def label(self) -> str:
        """The name, with a word if reporting goes on."""
        return str(_("%(round)s (open)", round=self.name)) if self.is_open else self.name


def shown_rounds(rows: Iterable[Any], *, today: date) -> list[ShownRound]:
    """Return rows of ``begun_rounds`` as pages name them."""
    return [
        ShownRound(id=row.id, code=row.code, name=month(row.starts_on), due_on=row.due_on, is_open=_is_open(row, today))
        for row in rows
    ]


def _is_open(row: Any, today: date) -> bool:
    dates = RoundDates(opens_on=row.opens_on, due_on=row.due_on, closes_on=row.closes_on, share_on=row.share_on)
    opened, closed = row.opened_at is not None, row.closed_at is not None
    return phase(dates, today, opened_by_hand=opened, closed_by_hand=closed) is RoundPhase.OPEN


def last_ended(rounds: Iterable[ShownRound], *, today: date) -> ShownRound | None:
    """Return the latest round whose due date has passed: answers from before it are marked as older."""
    return max((each for each in rounds if each.due_on < today), key=lambda each: (each.due_on, each.id), default=None)
