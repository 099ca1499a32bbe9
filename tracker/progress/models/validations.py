"""The second pair of eyes of a party: requests that somebody else of it look, and what became of them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import LongText, Model, PrimaryKey
from tracker.progress.models.updates import Update
from tracker.progress.workflow import UpdateState


class ValidationKind(StrEnum):
    """What is to be validated."""

    #: The working draft, in one version.
    DRAFT = "draft"
    #: That the last accepted answer has not changed.
    NO_CHANGE = "no_change"


class ValidationState(StrEnum):
    """What became of a request. Whether one that was asked still stands, see ``Validation.stands``."""

    ASKED = "asked"
    #: Validated, and so submitted.
    VALIDATED = "validated"
    SENT_BACK = "sent_back"
    #: Asked anew for a later version.
    LAPSED = "lapsed"


class Validation(Model):
    """Somebody asks another coordinator of the party to look, and to submit. A change of the draft ends the request."""

    __tablename__ = "validation"
    __table_args__ = (
        sa.Index(
            "uq_validation_asked",
            "update_id",
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('validated', 'sent_back') OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)",
            name="another_person_decides",
        ),
        sa.CheckConstraint("(kind = 'no_change') = (repeats_id IS NOT NULL)", name="no_change_names_the_answer"),
    )

    id: Mapped[PrimaryKey]
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_update.id"), index=True)
    kind: Mapped[ValidationKind]
    state: Mapped[ValidationState] = mapped_column(default=ValidationState.ASKED)
    #: The version of the draft that was looked at.
    version: Mapped[int]
    #: For "no change": the accepted revision that is repeated.
    repeats_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    #: What the other one wants to have changed.
    note: Mapped[LongText] = mapped_column(default="")
    #: What was submitted by it.
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"), index=True)

    update: Mapped[Update] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    def stands(self) -> bool:
        """Tell whether it still is about what the update says now."""
        update = self.update
        if self.state is not ValidationState.ASKED or self.version != update.version:
            return False
        if self.kind is ValidationKind.DRAFT:
            return update.drafted_at is not None and update.state in (UpdateState.DRAFT, UpdateState.RETURNED)
        is_untouched = update.drafted_at is None and update.state is UpdateState.DRAFT
        return is_untouched and update.item.standing.accepted_revision_id == self.repeats_id
