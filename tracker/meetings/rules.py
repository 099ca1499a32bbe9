"""Until when a party may report in a round; pure questions about rows that are loaded already."""

from datetime import date

from tracker.meetings.models import Extension, Round
from tracker.meetings.schedule import RoundPhase


def extension_of(round_: Round, party_id: int) -> Extension | None:
    """Return the party's extension, if it has one."""
    return next((extension for extension in round_.extensions if extension.party_id == party_id), None)


def effective_due_on(round_: Round, party_id: int) -> date:
    """Return the last day on which the party's reports are in time: its extension's, else the round's."""
    extension = extension_of(round_, party_id)
    return extension.due_on if extension is not None else round_.due_on


def takes_submissions(round_: Round, party_id: int, day: date) -> bool:
    """Tell whether the party may report on a day of the round's zone: in the open round, or under an extension."""
    phase = round_.phase_on(day)
    if phase is RoundPhase.OPEN:
        return True
    extension = extension_of(round_, party_id)
    return phase is RoundPhase.CLOSED and extension is not None and day <= extension.due_on
