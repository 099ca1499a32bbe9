"""The register of sources."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Code, LongText, Model, PrimaryKey, ShortText


class Extent(StrEnum):
    """How much of a source was read."""

    FULL = "full"
    OPENING = "opening"
    SEED = "seed"
    KNOWLEDGE = "knowledge"


class Source(Model):
    """A page or document that statements of the reference data rest on. Others name it by its key."""

    __tablename__ = "source"
    __table_args__ = (sa.UniqueConstraint("key"),)

    id: Mapped[PrimaryKey]
    key: Mapped[Code]
    #: A web address, or ``none`` or ``seed:…`` where there is none that a reader could open.
    url: Mapped[LongText]
    title: Mapped[LongText]
    publisher: Mapped[ShortText]
    extent: Mapped[Extent] = mapped_column(default=Extent.OPENING)
