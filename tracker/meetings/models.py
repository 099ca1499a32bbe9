"""Meetings, the rounds that lead up to them, and their decisions."""

from datetime import date, datetime, time
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.database import Code, LongText, Model, PrimaryKey, ShortText, Timestamped, ZoneName
from tracker.core.zones import end_of_day
from tracker.instruments.models import Commitment, Instrument, Theme
from tracker.meetings.schedule import RoundDates, RoundPhase, phase
from tracker.parties.models import Confidence, Party


class MeetingKind(StrEnum):
    """Whose meeting it is."""

    NETWORK = "network"
    MINISTERIAL = "ministerial"
    RELATED = "related"
    NEIGHBOUR = "neighbour"


class MeetingState(StrEnum):
    """Whether it is ahead, was held, or will not be."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class DatePrecision(StrEnum):
    """How exactly the date is known."""

    DAY = "day"
    MONTH = "month"


class Meeting(Timestamped, Model):
    """A meeting of the network, or one beside it."""

    __tablename__ = "meeting"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[PrimaryKey]
    #: Key of the shipped data (``M-2025-03-brdo-net``); meetings planned here get ``M-<year>-<month>-<number>``.
    code: Mapped[Code]
    kind: Mapped[MeetingKind]
    number: Mapped[ShortText] = mapped_column(default="")
    title: Mapped[ShortText]
    #: Local dates; the first of the month where only the month is known.
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    date_precision: Mapped[DatePrecision] = mapped_column(default=DatePrecision.DAY)
    #: Local hour of the opening, where set.
    starts_at: Mapped[time | None]
    timezone: Mapped[ZoneName] = mapped_column(default="Europe/Vienna")
    city: Mapped[ShortText] = mapped_column(default="")
    country_code: Mapped[str | None] = mapped_column(sa.String(2))
    #: Empty where no source says it.
    is_online: Mapped[bool | None]
    host: Mapped[LongText] = mapped_column(default="")
    #: Theme codes.
    topics: Mapped[list[str]] = mapped_column(default=list)
    summary: Mapped[LongText] = mapped_column(default="")
    agenda: Mapped[LongText] = mapped_column(default="")
    state: Mapped[MeetingState] = mapped_column(default=MeetingState.PLANNED)
    cancelled_at: Mapped[datetime | None]
    state_reason: Mapped[LongText] = mapped_column(default="")
    confidence: Mapped[Confidence | None]
    sources: Mapped[list[str]] = mapped_column(default=list)
    is_sample: Mapped[bool] = mapped_column(default=False)

    instruments: Mapped[list[Instrument]] = relationship(secondary="meeting_instrument", order_by=Instrument.adopted_on)
    round: Mapped["Round | None"] = relationship(back_populates="meeting", uselist=False)

    @property
    def last_day(self) -> date:
        return self.ends_on or self.starts_on


class MeetingInstrument(Model):
    """An instrument that a meeting adopted or dealt with."""

    __tablename__ = "meeting_instrument"

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"), primary_key=True, index=True)


class Round(Timestamped, Model):
    """The reporting round that leads up to a meeting.

    Days are local to the network's zone. A day set by hand keeps its distance when the meeting moves.
    """

    __tablename__ = "round"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id"),
        sa.CheckConstraint("opens_on <= due_on", name="opens_before_due"),
        sa.CheckConstraint("due_on <= closes_on", name="due_before_close"),
        sa.CheckConstraint("edition >= 1", name="edition_from_one"),
        sa.Index("ix_round_due_on", "due_on"),
    )

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    opens_on: Mapped[date]
    due_on: Mapped[date]
    closes_on: Mapped[date]
    #: From this day all signed-in people read accepted answers; empty after a cancellation until it is set.
    share_on: Mapped[date | None]
    #: The network's zone when the round was planned.
    timezone: Mapped[ZoneName] = mapped_column(default="Europe/Vienna")
    #: Rises when the meeting moves back by more than 14 days; reminders count anew then.
    edition: Mapped[int] = mapped_column(default=1)
    #: Opened or closed by hand, for all, whatever the days say.
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="round")
    instruments: Mapped[list[Instrument]] = relationship(secondary="round_instrument", order_by=Instrument.adopted_on)
    extensions: Mapped[list["Extension"]] = relationship(back_populates="round", cascade="all, delete-orphan")

    @property
    def dates(self) -> RoundDates:
        return RoundDates(opens_on=self.opens_on, due_on=self.due_on, closes_on=self.closes_on, share_on=self.share_on)

    @property
    def due_at(self) -> datetime:
        """The first moment that is too late (UTC)."""
        return end_of_day(self.due_on, self.timezone)

    def phase_on(self, day: date) -> RoundPhase:
        """Return where the round stands on a day of its zone."""
        return phase(
            self.dates,
            day,
            opened_by_hand=self.opened_at is not None,
            closed_by_hand=self.closed_at is not None,
            cancelled=self.cancelled_at is not None,
        )


class RoundInstrument(Model):
    """An instrument in the scope of a round."""

    __tablename__ = "round_instrument"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"), primary_key=True, index=True)


class Extension(Model):
    """A later due date for one party."""

    __tablename__ = "extension"
    __table_args__ = (sa.UniqueConstraint("round_id", "party_id"),)

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), index=True)
    due_on: Mapped[date]
    reason: Mapped[LongText]
    granted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    granted_at: Mapped[datetime]

    round: Mapped[Round] = relationship(back_populates="extensions")
    party: Mapped[Party] = relationship()


class Decision(Timestamped, Model):
    """A conclusion of a meeting; it can become a commitment."""

    __tablename__ = "decision"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    number: Mapped[int]
    text: Mapped[LongText]
    addressee: Mapped[ShortText] = mapped_column(default="")
    due_on: Mapped[date | None]
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"))
    #: The commitment that was made of it: from then on it is followed there.
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commitment.id"))
    #: When it was settled without becoming a commitment, and how; until then it is a matter arising.
    settled_on: Mapped[date | None]
    settled_note: Mapped[LongText] = mapped_column(default="")

    meeting: Mapped[Meeting] = relationship()
    theme: Mapped[Theme | None] = relationship()
    commitment: Mapped[Commitment | None] = relationship()
