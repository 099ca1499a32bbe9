"""Figures: values of indicators, with versions."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.database import LongText, Model, PrimaryKey, ShortText
from tracker.instruments.models import Indicator


class AnswerKind(StrEnum):
    """A value, or why there is none. None of these is zero."""

    VALUE = "value"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"
    NOT_DISCLOSED = "not_disclosed"


class Figure(Model):
    """The value of an indicator for a party, a period and one cell of a breakdown."""

    __tablename__ = "figure"
    __table_args__ = (sa.UniqueConstraint("indicator_id", "party_id", "year", "cell"),)

    id: Mapped[PrimaryKey]
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"))
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), index=True)
    year: Mapped[int]
    #: ``""`` for the total, else ``dimension=category``.
    cell: Mapped[ShortText] = mapped_column(default="")

    indicator: Mapped[Indicator] = relationship()
    versions: Mapped[list["FigureVersion"]] = relationship(
        back_populates="figure", order_by="FigureVersion.number", cascade="all, delete-orphan"
    )


class FigureVersion(Model):
    """One entry of a figure."""

    __tablename__ = "figure_version"
    __table_args__ = (
        sa.UniqueConstraint("figure_id", "number"),
        sa.CheckConstraint("kind <> 'value' OR value IS NOT NULL OR text <> ''", name="value_is_given"),
        sa.CheckConstraint("kind = 'value' OR value IS NULL", name="no_value_beside_a_reason"),
    )

    id: Mapped[PrimaryKey]
    figure_id: Mapped[int] = mapped_column(sa.ForeignKey("figure.id"))
    number: Mapped[int]
    kind: Mapped[AnswerKind] = mapped_column(default=AnswerKind.VALUE)
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric(20, 4))
    #: Yes, partly, no; or an entry of a list.
    text: Mapped[LongText] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    source: Mapped[LongText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]

    figure: Mapped[Figure] = relationship(back_populates="versions")


class RevisionFigure(Model):
    """The version of a figure that a revision pinned."""

    __tablename__ = "revision_figure"

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    figure_version_id: Mapped[int] = mapped_column(sa.ForeignKey("figure_version.id"), primary_key=True, index=True)
