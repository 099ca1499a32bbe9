"""Requests to blank what must not stand in the tracker."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import LongText, Model, PrimaryKey
from tracker.progress.models import EvidenceVersion, Revision


class RedactionState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_STANDS = sa.text("state IN ('asked', 'done')")


class RedactionRequest(Model):
    """An administrator asks to blank a text; a second officer decides. Source: DESIGN §3.8, ``docs/adr/0012``."""

    __tablename__ = "redaction_request"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN event_seq IS NULL THEN 0 ELSE 1 END) + (CASE WHEN revision_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN evidence_version_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        sa.CheckConstraint("NOT with_draft OR revision_id IS NOT NULL", name="draft_goes_with_revision"),
        sa.CheckConstraint("NOT with_figures OR revision_id IS NOT NULL", name="figures_go_with_revision"),
        sa.CheckConstraint(
            "state NOT IN ('done', 'declined') OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)",
            name="second_officer_decides",
        ),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_has_a_time"),
        sa.Index(
            "uq_redaction_request_event", "event_seq", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
        ),
        sa.Index(
            "uq_redaction_request_revision", "revision_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
        ),
        sa.Index(
            "uq_redaction_request_evidence_version",
            "evidence_version_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[PrimaryKey]
    #: The event whose content goes; or
    event_seq: Mapped[int | None] = mapped_column(sa.ForeignKey("audit_event.seq"))
    #: the version of a piece of evidence whose file or address goes; or
    evidence_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence_version.id"))
    #: the revision whose texts go,
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    #: and the texts of its update's working draft with them.
    with_draft: Mapped[bool] = mapped_column(default=False)
    #: and the notes and sources of the figures that it pinned; the values stay.
    with_figures: Mapped[bool] = mapped_column(default=False)
    #: Printed wherever the text stood.
    reason: Mapped[LongText]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    state: Mapped[RedactionState] = mapped_column(default=RedactionState.ASKED)
    #: The second officer; the asker, where the request is withdrawn.
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    event: Mapped[AuditEvent | None] = relationship()
    evidence_version: Mapped[EvidenceVersion | None] = relationship()
    revision: Mapped[Revision | None] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
