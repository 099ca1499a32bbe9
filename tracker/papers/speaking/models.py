"""Speaking points as a party keeps them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import LongText, Model, PrimaryKey
from tracker.meetings.models import Round
from tracker.parties.models import Party


class PointsState(StrEnum):
    """Who reads them."""

    #: The party's coordinators.
    PRIVATE = "private"
    #: The Secretariat, too.
    RELEASED = "released"


class SpeakingPoints(Model):
    """What a party means to say at a meeting. Private until it releases them; a released text is not written on."""

    __tablename__ = "speaking_points"
    __table_args__ = (
        sa.UniqueConstraint("party_id", "round_id"),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
        sa.CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_has_a_time"),
    )

    id: Mapped[PrimaryKey]
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    text: Mapped[LongText]
    #: Rises with each saved change; a form carries the one it was made from.
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[PointsState] = mapped_column(default=PointsState.PRIVATE)
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    written_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    released_at: Mapped[datetime | None]

    party: Mapped[Party] = relationship()
    round: Mapped[Round] = relationship()
    written_by: Mapped[User] = relationship(foreign_keys=[written_by_id])
    released_by: Mapped[User | None] = relationship(foreign_keys=[released_by_id])
