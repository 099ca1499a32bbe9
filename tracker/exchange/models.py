"""Pairs that the Secretariat noted, and the register of good practice.

Needs and offers themselves have no table: they stand in the answers.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import LongText, Model, PrimaryKey, ShortText, Timestamped
from tracker.exchange.workflow import PracticeAct, PracticeState, after
from tracker.meetings.models import Meeting
from tracker.progress.models import Item, Revision


class PairState(StrEnum):
    """What the Secretariat noted of a need and an offer."""

    AGENDA = "agenda"
    MET = "met"
    SET_ASIDE = "set_aside"


class ExchangePair(Timestamped, Model):
    """A need of one item and an offer of another, as the Secretariat looks at them."""

    __tablename__ = "exchange_pair"
    __table_args__ = (
        sa.UniqueConstraint("need_item_id", "offer_item_id"),
        sa.CheckConstraint("need_item_id <> offer_item_id", name="two_items"),
        sa.CheckConstraint("state <> 'agenda' OR meeting_id IS NOT NULL", name="agenda_has_a_meeting"),
        sa.CheckConstraint("state <> 'set_aside' OR reason <> ''", name="set_aside_has_a_reason"),
    )

    id: Mapped[PrimaryKey]
    need_item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    offer_item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"), index=True)
    state: Mapped[PairState]
    #: On whose agenda it stands, or stood.
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    #: For the Secretariat.
    reason: Mapped[LongText] = mapped_column(default="")
    noted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    noted_at: Mapped[datetime]

    meeting: Mapped[Meeting | None] = relationship()
    noted_by: Mapped[User] = relationship()


class PracticeText(StrEnum):
    """Which text of the answer is shown."""

    OFFER = "offer"
    NARRATIVE = "narrative"


_STANDS = sa.text("state IN ('nominated', 'listed')")


class GoodPractice(Timestamped, Model):
    """An answer that the Secretariat nominates as good practice; it stands in the register if the party consents.

    Its summary is the text of the revision, as it stood: a redaction of the revision reaches it.
    """

    __tablename__ = "good_practice"
    __table_args__ = (
        sa.Index("uq_good_practice_item", "item_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        sa.CheckConstraint(
            "state NOT IN ('listed', 'declined', 'withdrawn') OR answered_at IS NOT NULL", name="party_answered"
        ),
        sa.CheckConstraint("state NOT IN ('withdrawn', 'removed') OR ended_at IS NOT NULL", name="ended_has_a_time"),
    )

    id: Mapped[PrimaryKey]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    text_used: Mapped[PracticeText]
    title: Mapped[ShortText]
    #: A function and its institution, never a person.
    contact: Mapped[ShortText] = mapped_column(default="")
    #: What the Secretariat says to the party.
    note: Mapped[LongText] = mapped_column(default="")
    state: Mapped[PracticeState] = mapped_column(default=PracticeState.NOMINATED)
    nominated_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    nominated_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    #: Why the party declined or took its consent back, or the Secretariat took it off.
    reason: Mapped[LongText] = mapped_column(default="")

    item: Mapped[Item] = relationship()
    revision: Mapped[Revision] = relationship()
    nominated_by: Mapped[User] = relationship(foreign_keys=[nominated_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def summary(self) -> str:
        """The text of the answer that is shown."""
        revision = self.revision
        return revision.share_text if self.text_used is PracticeText.OFFER else revision.narrative

    def allows(self, act: PracticeAct) -> bool:
        """Tell whether this can be done now."""
        return after(self.state, act) is not None
