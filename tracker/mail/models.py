"""The outbox."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Code, Email, LongText, Model, PrimaryKey, ShortText, Timestamped


class DeliveryState(StrEnum):
    """Where an e-mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


_UNSENT = sa.text("state IN ('queued', 'sending')")


class Notification(Timestamped, Model):
    """One e-mail to one person. It stays after delivery, as the record.

    A lease says who is sending it: whoever claims it sets ``leased_until`` and commits before talking to
    the server. A lease that ran out may be claimed again; the Message-ID stays the same.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.UniqueConstraint("unique_key"),
        sa.UniqueConstraint("message_id"),
        sa.UniqueConstraint("person_id", "kind", "local_day"),
        sa.Index("ix_notification_unsent", "next_attempt_at", "id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        sa.Index("ix_notification_round_id", "round_id"),
        sa.CheckConstraint("(state = 'sending') = (lease IS NOT NULL)", name="lease_while_sending"),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_has_a_time"),
        sa.CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    )

    id: Mapped[PrimaryKey]
    #: Says what this mail is, so that it is queued once: ``digest/12/2026-11-23``, ``returned/17/3/12``.
    unique_key: Mapped[str] = mapped_column(sa.String(190))
    #: Names the renderer and the folder under ``templates/mail``.
    kind: Mapped[Code]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    to_address: Mapped[Email]
    to_name: Mapped[ShortText]
    #: The recipient's calendar day that a digest is for; empty for mail about one event.
    local_day: Mapped[date | None]
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"))
    party_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    #: What the renderer needs beside the database: ids and dates, never text of an answer.
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.QUEUED)
    #: Not sent before this moment (UTC).
    next_attempt_at: Mapped[datetime]
    first_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(sa.String(64))
    leased_until: Mapped[datetime | None]
    message_id: Mapped[ShortText]
    #: As sent. Bodies are blanked after 24 months, and never stored where they carry a secret link.
    subject: Mapped[LongText] = mapped_column(default="")
    body_text: Mapped[LongText | None]
    body_html: Mapped[LongText | None]
    #: The server's last words.
    server_answer: Mapped[LongText] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    #: Why it was cancelled or diverted, in words for the Secretariat.
    note: Mapped[LongText] = mapped_column(default="")


class MailPause(Model):
    """The Secretariat's stop for all reminder mail of a round, or of everything where no round is named."""

    __tablename__ = "mail_pause"
    __table_args__ = (sa.UniqueConstraint("round_id"),)

    id: Mapped[PrimaryKey]
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"))
    paused_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    paused_at: Mapped[datetime]
