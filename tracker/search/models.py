"""The index: one row for each text that can be found."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import LongText, Model, PrimaryKey


class SearchKind(StrEnum):
    """What can be found."""

    COMMITMENT = "commitment"
    ANSWER = "answer"
    INSTRUMENT = "instrument"
    MEETING = "meeting"
    DECISION = "decision"


class SearchEntry(Model):
    """A text in its folded form. Who may read it is asked of its subject, at each search.

    Both engines keep an index over the two columns: ``search_text`` (FTS5) on SQLite, ``ix_search_entry_text`` (GIN)
    on PostgreSQL. The migration makes them; they follow this table by themselves.
    """

    __tablename__ = "search_entry"
    __table_args__ = (sa.UniqueConstraint("kind", "subject_id"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[SearchKind]
    #: The id of the commitment, the revision, the instrument, the meeting or the decision.
    subject_id: Mapped[int]
    title: Mapped[LongText] = mapped_column(default="")
    body: Mapped[LongText] = mapped_column(default="")
