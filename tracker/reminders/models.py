"""The ladder of a round, and which of its steps were taken for whom."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Code, LongText, Model, PrimaryKey
from tracker.reminders.schedule import Audience, Rung


class ReminderRule(Model):
    """One rung of a round's ladder: so many days before or after the due date."""

    __tablename__ = "reminder_rule"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "offset_days"),
        sa.CheckConstraint("offset_days BETWEEN -365 AND 365", name="offset_in_range"),
    )

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    #: Negative before the due date: -21 is D−21.
    offset_days: Mapped[int]
    audience: Mapped[Audience] = mapped_column(default=Audience.PARTY)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    #: The Secretariat's own words; empty for ours.
    subject: Mapped[LongText] = mapped_column(default="")
    body: Mapped[LongText] = mapped_column(default="")

    @property
    def rung(self) -> Rung:
        """The rule as the schedule reads it."""
        return Rung(self.offset_days, self.audience, self.is_enabled, self.subject, self.body)


class StepKind(StrEnum):
    """What a reminder step is about."""

    LADDER = "ladder"
    ASSIGNMENT = "assignment"
    WAITING_REVIEW = "waiting_review"
    WAITING_RETURNED = "waiting_returned"
    VALIDATION = "validation"


class ReminderStep(Model):
    """The fact that a person was reminded by a rule. Its unique key makes reminding safe to repeat.

    A rule reminds a person once in an edition of a round, whatever its date becomes.
    """

    __tablename__ = "reminder_step"
    __table_args__ = (sa.UniqueConstraint("round_id", "edition", "rule_key", "person_id"),)

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    edition: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(default=StepKind.LADDER)
    #: ``D-21`` for a rung; ``assignment/7/-3``, ``review/12`` and so on for the others.
    rule_key: Mapped[Code]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    #: The recipient's calendar day on which it fell due.
    planned_on: Mapped[date]
    taken_at: Mapped[datetime]
    #: The mail that carried it; empty when a later step took it along, or nothing was open.
    notification_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notification.id"), index=True)
    note: Mapped[LongText] = mapped_column(default="")


class SchedulerBeat(Model):
    """The last sign of life of each scheduler process."""

    __tablename__ = "scheduler_beat"
    __table_args__ = (sa.UniqueConstraint("name"),)

    id: Mapped[PrimaryKey]
    #: Host and process.
    name: Mapped[Code]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    last_report: Mapped[LongText] = mapped_column(default="")
