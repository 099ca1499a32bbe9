"""Papers: what was asked for, and where its making stands."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import Code, LongText, Model, PrimaryKey, Sha256, ShortText
from tracker.meetings.models import Round
from tracker.parties.models import Party


class PaperState(StrEnum):
    """Where the making of a paper stands."""

    ASKED = "asked"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


_UNMADE = sa.text("state IN ('asked', 'making')")


class Paper(Model):
    """A file that the job process makes for somebody. Its kind says how, and who may see it.

    Whoever makes it holds a lease and commits that before the work begins; when a maker dies, its lease runs out and
    another makes the paper again. Only the holder of the lease stores a result.
    """

    __tablename__ = "paper"
    __table_args__ = (
        sa.Index("ix_paper_unmade", "next_attempt_at", "id", sqlite_where=_UNMADE, postgresql_where=_UNMADE),
        # A double click asks once.
        sa.Index(
            "uq_paper_unmade", "requested_by_id", "key", unique=True, sqlite_where=_UNMADE, postgresql_where=_UNMADE
        ),
        sa.Index("ix_paper_key", "key"),
        sa.Index("ix_paper_party_id_kind", "party_id", "kind"),
        sa.CheckConstraint("(state = 'making') = (lease IS NOT NULL)", name="lease_while_making"),
        sa.CheckConstraint("(state = 'ready') = (storage_name IS NOT NULL)", name="ready_has_a_file"),
        sa.CheckConstraint("(storage_name IS NULL) = (sha256 IS NULL)", name="file_has_a_hash"),
        sa.CheckConstraint("(state = 'failed') = (error <> '')", name="failed_says_why"),
        sa.CheckConstraint("state NOT IN ('ready', 'failed') OR finished_at IS NOT NULL", name="finished_has_a_time"),
        sa.CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
        sa.CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    )

    id: Mapped[PrimaryKey]
    #: Names the entry of ``kinds.KINDS`` and of the makers: ``national-report-pdf``.
    kind: Mapped[Code]
    #: Canonical JSON: codes and choices, never text of an answer.
    parameters: Mapped[LongText] = mapped_column(default="{}")
    #: SHA-256 of kind and parameters.
    key: Mapped[Sha256]
    #: SHA-256 of what the paper says; what says the same is not made twice. Empty where its kind does not compare.
    fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")
    party_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"), index=True)
    #: Empty where a job asked.
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    requested_at: Mapped[datetime]
    state: Mapped[PaperState] = mapped_column(default=PaperState.ASKED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    #: What the maker is doing, in words; empty before and after.
    doing: Mapped[ShortText] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    #: Not made before this moment (UTC).
    next_attempt_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(sa.String(64))
    leased_until: Mapped[datetime | None]
    #: When the maker read what the paper says (UTC).
    read_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: Random name in the storage.
    storage_name: Mapped[str | None] = mapped_column(sa.String(64))
    media_type: Mapped[ShortText] = mapped_column(default="")
    file_name: Mapped[ShortText] = mapped_column(default="")
    size_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    sha256: Mapped[Sha256 | None]
    #: Why there is no file, in a sentence for the person.
    error: Mapped[LongText] = mapped_column(default="")
    #: Stands in the log beside the exception.
    error_id: Mapped[str] = mapped_column(sa.String(16), default="")
    #: Frozen packs stay; everything else is forgotten after some time.
    is_kept: Mapped[bool] = mapped_column(default=False)

    party: Mapped[Party | None] = relationship()
    round: Mapped[Round | None] = relationship()
    requested_by: Mapped[User | None] = relationship()
    source: Mapped["PaperSource | None"] = relationship(back_populates="paper", cascade="all, delete-orphan")

    @property
    def is_unmade(self) -> bool:
        """Tell whether the job process still has it before it."""
        return self.state in (PaperState.ASKED, PaperState.MAKING)


class PaperSource(Model):
    """An uploaded file that the maker of a paper reads."""

    __tablename__ = "paper_source"

    paper_id: Mapped[int] = mapped_column(sa.ForeignKey("paper.id"), primary_key=True)
    #: Random name in the storage; the name it came with stands beside it.
    storage_name: Mapped[str] = mapped_column(sa.String(64))
    file_name: Mapped[ShortText]
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[Sha256]

    paper: Mapped[Paper] = relationship(back_populates="source")
