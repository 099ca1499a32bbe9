"""The log of acts."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Code, LongText, Model, Sha256, ShortText


class Means(StrEnum):
    """By what an act was done."""

    SESSION = "session"
    ONE_ROUND_LINK = "one_round_link"
    API_TOKEN = "api_token"  # noqa: S105  # the name of a means, not a secret
    JOB = "job"
    COMMAND = "command"
    ANONYMOUS = "anonymous"


class AuditEvent(Model):
    """One act of a person or a job. Rows are only ever added; triggers refuse everything else but redaction.

    Content stands apart from its salted digest, and the chain is built on the digest: a redacted content
    leaves the chain valid.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        sa.Index("ix_audit_event_subject", "subject_type", "subject_id", "seq"),
        sa.Index("ix_audit_event_actor", "actor_id", "seq"),
        sa.Index("ix_audit_event_party", "party_id", "seq"),
        sa.Index("ix_audit_event_at", "at"),
        sa.Index("ix_audit_event_request_id", "request_id"),
        sa.UniqueConstraint("hash"),
    )

    #: 1, 2, 3 … without a gap.
    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    means: Mapped[Means]
    #: The person who acted; empty for jobs, commands and those who are not signed in.
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: The person in whose name they acted, when acting for somebody.
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: ``update.submitted``, ``meeting.moved`` …: feature word, then what happened.
    act: Mapped[Code]
    subject_type: Mapped[Code]
    subject_id: Mapped[int | None]
    party_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    #: Network address, or the name of the job or command.
    origin: Mapped[ShortText]
    request_id: Mapped[Code]
    #: What changed, field by field, as canonical JSON; empty once redacted.
    content: Mapped[LongText | None]
    salt: Mapped[Sha256]
    #: SHA-256 of salt and content, kept after redaction.
    content_digest: Mapped[Sha256]
    previous_hash: Mapped[Sha256]
    hash: Mapped[Sha256]
    redacted_at: Mapped[datetime | None]
    redaction_reason: Mapped[LongText | None]
