"""How a nomination as good practice goes on. No Flask, no SQLAlchemy."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class PracticeState(StrEnum):
    """Where a nomination stands."""

    #: The Secretariat asks; the party has not answered.
    NOMINATED = "nominated"
    #: The party consents: it stands in the register.
    LISTED = "listed"
    DECLINED = "declined"
    #: The party took its consent back.
    WITHDRAWN = "withdrawn"
    #: The Secretariat took it back.
    REMOVED = "removed"


class PracticeAct(StrEnum):
    """What somebody does with it."""

    CONSENT = "consent"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REMOVE = "remove"


_TABLE: Final[Mapping[tuple[PracticeState, PracticeAct], PracticeState]] = {
    (PracticeState.NOMINATED, PracticeAct.CONSENT): PracticeState.LISTED,
    (PracticeState.NOMINATED, PracticeAct.DECLINE): PracticeState.DECLINED,
    (PracticeState.NOMINATED, PracticeAct.REMOVE): PracticeState.REMOVED,
    (PracticeState.LISTED, PracticeAct.WITHDRAW): PracticeState.WITHDRAWN,
    (PracticeState.LISTED, PracticeAct.REMOVE): PracticeState.REMOVED,
}
#: Those that are not over.
STANDS: Final = (PracticeState.NOMINATED, PracticeState.LISTED)
#: What the party does; the rest is the Secretariat's.
OF_PARTY: Final = (PracticeAct.CONSENT, PracticeAct.DECLINE, PracticeAct.WITHDRAW)


def after(state: PracticeState, act: PracticeAct) -> PracticeState | None:
    """Return the state that an act leads to; None where it is not possible."""
    return _TABLE.get((state, act))
