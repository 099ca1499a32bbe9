"""Snapshots as rows."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import LongText, Model, PrimaryKey, Sha256
from tracker.meetings.models import Meeting


class Circle(StrEnum):
    """Whose view is frozen."""

    #: What all signed-in people read.
    SHARED = "shared"
    #: What the Secretariat reads: accepted answers before they are shared, restricted ones too.
    SECRETARIAT = "secretariat"


class Snapshot(Model):
    """The state of play at a moment. Frozen: triggers refuse changes but a redaction's."""

    __tablename__ = "snapshot"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint("(redacted_at IS NULL) = (redaction_reason = '')", name="redaction_says_why"),
    )

    id: Mapped[PrimaryKey]
    #: 1, 2, 3 … in the whole tracker.
    number: Mapped[int]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    circle: Mapped[Circle]
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    #: Canonical JSON; see ``content``.
    content: Mapped[LongText]
    #: Of the text as it was frozen; a redaction leaves it.
    sha256: Mapped[Sha256]
    redacted_at: Mapped[datetime | None]
    redaction_reason: Mapped[LongText] = mapped_column(default="")

    meeting: Mapped[Meeting] = relationship()
    taken_by: Mapped[User] = relationship()
