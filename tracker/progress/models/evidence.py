"""Evidence: links and files of a party, with versions."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import LongText, Model, PrimaryKey, Sha256, ShortText, Timestamped
from tracker.parties.models import Party


class EvidenceKind(StrEnum):
    """Where the evidence lies."""

    LINK = "link"
    FILE = "file"


class Evidence(Timestamped, Model):
    """A link or a file of a party, used by any number of its items."""

    __tablename__ = "evidence"

    id: Mapped[PrimaryKey]
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), index=True)
    kind: Mapped[EvidenceKind]
    title: Mapped[ShortText]
    language: Mapped[str] = mapped_column(sa.String(8), default="")
    #: Date of the document itself.
    dated_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    is_restricted: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]

    party: Mapped[Party] = relationship()
    versions: Mapped[list["EvidenceVersion"]] = relationship(
        back_populates="evidence", order_by="EvidenceVersion.number", cascade="all, delete-orphan"
    )


class EvidenceVersion(Model):
    """One version of a piece of evidence."""

    __tablename__ = "evidence_version"
    __table_args__ = (
        sa.UniqueConstraint("evidence_id", "number"),
        sa.UniqueConstraint("storage_name"),
        sa.CheckConstraint(
            "CASE WHEN redacted_at IS NULL THEN (url IS NULL) <> (storage_name IS NULL) "
            "ELSE url IS NULL AND storage_name IS NULL END",
            name="link_or_file",
        ),
        sa.CheckConstraint("size_bytes IS NULL OR size_bytes >= 0", name="size_not_negative"),
    )

    id: Mapped[PrimaryKey]
    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"))
    number: Mapped[int]
    url: Mapped[LongText | None]
    #: Random name in the storage; the name it came with stands beside it.
    storage_name: Mapped[str | None] = mapped_column(sa.String(64))
    file_name: Mapped[ShortText] = mapped_column(default="")
    media_type: Mapped[ShortText] = mapped_column(default="")
    size_bytes: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Of the file's bytes, or of the address.
    sha256: Mapped[Sha256]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    added_at: Mapped[datetime]
    #: When its address or its bytes were taken away for good; the hash stays. Source: DESIGN §3.8.
    redacted_at: Mapped[datetime | None]
    redaction_reason: Mapped[LongText] = mapped_column(default="")

    evidence: Mapped[Evidence] = relationship(back_populates="versions")
    added_by: Mapped[User] = relationship()


class UpdateEvidence(Model):
    """Evidence that a working draft names."""

    __tablename__ = "update_evidence"

    update_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_update.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"), primary_key=True, index=True)


class RevisionEvidence(Model):
    """The version of a piece of evidence that a revision pinned."""

    __tablename__ = "revision_evidence"

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    evidence_version_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence_version.id"), primary_key=True, index=True)
