"""Who reads, and which of an item's pointers that person is shown. Source: DESIGN §3.3 and §3.4.

Queries are scoped here, so that what a person may not see is not fetched: a restricted answer, an answer before
its share date and no answer at all are the same row to a peer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.meetings.models import Round
from tracker.progress.models import Item, Revision, Standing


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A person, as far as it decides what they read, on a day of the network's zone."""

    #: The Secretariat reads what is accepted, of all.
    reads_all: bool
    #: Ids of the parties whose accepted answers the person reads before others do.
    own: tuple[int, ...]
    today: date

    def reads_accepted_of(self, party_id: int) -> bool:
        """Tell whether the person reads the party's accepted answers before they are shared."""
        return self.reads_all or party_id in self.own


def reader_for(user: User, *, today: date) -> Reader:
    """Return what decides this person's view of answers."""
    rights = user.rights
    return Reader(
        reads_all=rights.is_secretariat, own=tuple(sorted(rights.coordinates | rights.contributes)), today=today
    )


def of_own_party(reader: Reader) -> sa.ColumnElement[bool]:
    """Return the condition that the reader sees the item's accepted and pending answers."""
    if reader.reads_all:
        return sa.true()
    return Item.party_id.in_(reader.own) if reader.own else sa.false()


def shown_status(reader: Reader) -> sa.ColumnElement[Any]:
    """Return the value of the status that the reader is shown of a standing; NULL where there is none to show."""
    return sa.type_coerce(_pointer(reader, Standing.accepted_status, Standing.shared_status), sa.String)


def shown_round(reader: Reader) -> sa.ColumnElement[Any]:
    """Return the id of the round that the shown answer was given in."""
    return _pointer(reader, Standing.accepted_round_id, Standing.shared_round_id)


def shown_revision(reader: Reader) -> sa.ColumnElement[Any]:
    """Return the id of the revision that holds the shown answer."""
    return _pointer(reader, Standing.accepted_revision_id, Standing.shared_revision_id)


def shown_pending(reader: Reader) -> sa.ColumnElement[Any]:
    """Return whether a newer update waits for review, as far as the reader may know."""
    if reader.reads_all:
        return sa.type_coerce(Standing.has_pending, sa.Boolean)
    return sa.and_(of_own_party(reader), Standing.has_pending)


def answer_is_open_to(reader: Reader) -> sa.ColumnElement[bool]:
    """Return the condition that the reader sees an accepted revision, over ``Item``, ``Revision`` and ``Round``."""
    if reader.reads_all:
        return sa.true()
    return sa.or_(of_own_party(reader), sa.and_(Revision.is_restricted.is_(False), Round.share_on <= reader.today))


def _pointer(reader: Reader, accepted: Any, shared: Any) -> sa.ColumnElement[Any]:
    if reader.reads_all:
        return sa.type_coerce(accepted, accepted.type)
    # A late job shows too little, never too much: the share date is compared here once more.
    is_shared = Standing.shared_from <= reader.today
    if reader.own:
        return sa.case((Item.party_id.in_(reader.own), accepted), (is_shared, shared))
    return sa.case((is_shared, shared))
