"""Updates, their frozen revisions, and what happened to them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import LongText, Model, PrimaryKey, Sha256, ShortText, Timestamped
from tracker.meetings.models import Round
from tracker.progress.models.items import Item
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateAction, UpdateState, allows, next_state


class HelpKind(StrEnum):
    """What kind of help a party asks for."""

    LEGISLATION = "legislation"
    TRAINING = "training"
    FUNDING = "funding"
    DATA = "data"
    CONTACTS = "contacts"
    OTHER = "other"


class ShareKind(StrEnum):
    """What a party has to offer."""

    PRACTICE = "practice"
    CONTACT_POINT = "contact_point"
    DOCUMENT = "document"
    OTHER = "other"


class Answer:
    """The columns that a party fills in; an update's working draft and each revision hold the same."""

    status: Mapped[Status | None]
    narrative: Mapped[LongText] = mapped_column(default="")
    obstacles: Mapped[LongText] = mapped_column(default="")
    next_steps: Mapped[LongText] = mapped_column(default="")
    #: Why the commitment does not apply; needed with that status.
    reason: Mapped[LongText] = mapped_column(default="")
    needs_help: Mapped[bool] = mapped_column(default=False)
    help_kind: Mapped[HelpKind | None]
    help_text: Mapped[LongText] = mapped_column(default="")
    can_share: Mapped[bool] = mapped_column(default=False)
    share_kind: Mapped[ShareKind | None]
    share_text: Mapped[LongText] = mapped_column(default="")
    #: For the own party and the Secretariat only, for ever.
    is_restricted: Mapped[bool] = mapped_column(default=False)
    cleared_by_name: Mapped[ShortText] = mapped_column(default="")
    cleared_by_function: Mapped[ShortText] = mapped_column(default="")
    cleared_on: Mapped[date | None]


class Revision(Answer, Model):
    """What an update said when it was submitted. Frozen: a trigger refuses changes but a redaction's."""

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "round_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[PrimaryKey]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    #: 1, 2, 3 … within the update.
    number: Mapped[int]
    #: Version of the commitment's wording that was answered.
    commitment_version: Mapped[int]
    lead_institution: Mapped[ShortText] = mapped_column(default="")
    target_on: Mapped[date | None]
    #: The steps as they stood: ``{"what", "responsible", "due_on", "done_on"}`` each.
    steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    is_late: Mapped[bool] = mapped_column(default=False)
    #: The accepted revision that a "no change" repeats.
    unchanged_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    #: What the second look found when it was submitted, without any text: see ``checks.Remark``. Not in the hash.
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    #: SHA-256 of the canonical form; see ``services.revisions``.
    sha256: Mapped[Sha256]
    redacted_at: Mapped[datetime | None]
    redaction_reason: Mapped[LongText] = mapped_column(default="")

    item: Mapped[Item] = relationship()
    round: Mapped[Round] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    submitted_by: Mapped[User] = relationship(foreign_keys=[submitted_by_id])
    unchanged_from: Mapped["Revision | None"] = relationship(remote_side="Revision.id")


class Update(Answer, Timestamped, Model):
    """One item in one round: the workflow state and the working draft."""

    __tablename__ = "progress_update"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "round_id"),
        sa.Index("ix_progress_update_round_id_state", "round_id", "state"),
        sa.Index("ix_progress_update_state_submitted_at", "state", "submitted_at"),
        sa.CheckConstraint("state <> 'accepted' OR accepted_revision_id IS NOT NULL", name="accepted_has_a_revision"),
        sa.CheckConstraint("state <> 'submitted' OR latest_revision_id IS NOT NULL", name="submitted_has_a_revision"),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
    )

    id: Mapped[PrimaryKey]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    state: Mapped[UpdateState] = mapped_column(default=UpdateState.DRAFT)
    #: Rises with each saved change; a form carries the one it was made from.
    version: Mapped[int] = mapped_column(default=1)
    #: Who last wrote the draft, and when (UTC).
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime | None]
    #: When the present or last revision was submitted.
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: Set while a review runs: who reads, since when. It stops a recall.
    review_started_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    #: The Secretariat's reason, while the update is returned.
    return_reason: Mapped[LongText] = mapped_column(default="")
    latest_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    #: Stays when the update is reopened, until another revision is accepted.
    accepted_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))

    item: Mapped[Item] = relationship()
    round: Mapped[Round] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id])
    latest_revision: Mapped[Revision | None] = relationship(foreign_keys=[latest_revision_id])
    accepted_revision: Mapped[Revision | None] = relationship(foreign_keys=[accepted_revision_id])
    events: Mapped[list["UpdateEvent"]] = relationship(
        back_populates="update", order_by="UpdateEvent.id", cascade="all, delete-orphan"
    )

    def allows(self, action: UpdateAction) -> bool:
        """Tell whether the workflow has this step from the present state."""
        return allows(self.state, action, review_started=self.review_started_at is not None)

    def take(self, action: UpdateAction, *, actor: User, at: datetime, comment: str = "") -> None:
        """Move one step through the workflow and record who did it. The only writer of ``state``.

        Raises:
            TransitionNotAllowed: the workflow has no such step from here.
        """
        state = next_state(self.state, action, review_started=self.review_started_at is not None)
        self.events.append(
            UpdateEvent(
                action=action,
                actor_id=actor.id,
                on_behalf_of_id=actor.acting_for.get(self.item.party_id),
                taken_at=at,
                comment=comment,
                revision_id=self.latest_revision_id,
            )
        )
        if action is UpdateAction.ACCEPT:
            self.accepted_revision_id = self.latest_revision_id
        self.state = state


class UpdateEvent(Model):
    """One step that somebody took. Rows are only ever added."""

    __tablename__ = "update_event"

    id: Mapped[PrimaryKey]
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_update.id"), index=True)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    action: Mapped[UpdateAction]
    taken_at: Mapped[datetime]
    #: The reason given, for a return or a reopening.
    comment: Mapped[LongText] = mapped_column(default="")
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))

    update: Mapped[Update] = relationship(back_populates="events")
    actor: Mapped[User] = relationship(foreign_keys=[actor_id])


class ReviewNote(Model):
    """A note among the Secretariat; the party never sees it."""

    __tablename__ = "review_note"

    id: Mapped[PrimaryKey]
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_update.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    written_at: Mapped[datetime]
    text: Mapped[LongText]

    author: Mapped[User] = relationship()


class DraftBuffer(Model):
    """What a person is typing and has not saved: theirs alone, no event and no version."""

    __tablename__ = "draft_buffer"
    __table_args__ = (sa.UniqueConstraint("update_id", "person_id"),)

    id: Mapped[PrimaryKey]
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_update.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    #: The version of the update that the typing began from.
    based_on_version: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class SubmissionKey(Model):
    """A form that was sent. The same form sent twice acts once."""

    __tablename__ = "submission_key"
    __table_args__ = (sa.UniqueConstraint("person_id", "key"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime]
