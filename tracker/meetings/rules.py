"""What a round asks of one party: until when, and whether it still takes answers.

Pure functions over a :class:`Round` whose extensions are loaded; ``day`` is a day of the round's zone.
Source: DESIGN §3.1, §3.6 and §4, kept in ``docs/adr/0006``.
"""

from datetime import date, datetime

from tracker.core.zones import end_of_day
from tracker.meetings.models import Extension, Round
from tracker.meetings.schedule import RoundPhase


def extension_of(round_: Round, party_id: int) -> Extension | None:
    """Return the party's extension, if it has one."""
    return next((extension for extension in round_.extensions if extension.party_id == party_id), None)


def effective_due_on(round_: Round, party_id: int) -> date:
    """Return the party's last day: its extension's, else the round's. An extension never takes days away."""
    extension = extension_of(round_, party_id)
    return round_.due_on if extension is None else max(extension.due_on, round_.due_on)


def effective_due_at(round_: Round, party_id: int) -> datetime:
    """Return the first moment that is too late for the party (UTC)."""
    return end_of_day(effective_due_on(round_, party_id), round_.timezone)


def takes_submissions(round_: Round, party_id: int, day: date) -> bool:
    """Tell whether the party may submit on that day.

    While the round is open, late answers included; once it is closed, only under an extension that still runs.
    """
    match round_.phase_on(day):
        case RoundPhase.OPEN:
            return True
        case RoundPhase.CLOSED:
            extension = extension_of(round_, party_id)
            return extension is not None and day <= extension.due_on
        case _:
            return False


def is_late(round_: Round, party_id: int, day: date) -> bool:
    """Tell whether an answer of that day comes after the party's last day."""
    return day > effective_due_on(round_, party_id)
