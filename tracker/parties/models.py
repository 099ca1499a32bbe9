"""Parties and the footnotes to their names."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.database import Code, LongText, Model, PrimaryKey, ShortText, Timestamped, ZoneName


class PartyKind(StrEnum):
    """Who a party is."""

    COUNTRY = "country"
    NETWORK = "network"
    SECRETARIAT = "secretariat"


class Confidence(StrEnum):
    """How a statement is known: said by a source, or concluded from one."""

    STATED = "stated"
    INFERRED = "inferred"


class Footnote(Model):
    """A footnote printed with a name. Of the forms of one family, the Secretariat chooses which is printed."""

    __tablename__ = "footnote"
    __table_args__ = (sa.UniqueConstraint("family", "form"),)

    id: Mapped[PrimaryKey]
    #: The party code whose name it explains.
    family: Mapped[Code]
    form: Mapped[Code]
    text: Mapped[LongText]
    sources: Mapped[list[str]] = mapped_column(default=list)


class Party(Timestamped, Model):
    """Who answers for commitments: a country, the network (its chair) or the Secretariat."""

    __tablename__ = "party"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("position"),
    )

    id: Mapped[PrimaryKey]
    #: ISO 3166-1 alpha-2 for countries (XK is user-assigned), ``NETWORK``, ``ICMPD``.
    code: Mapped[Code]
    kind: Mapped[PartyKind] = mapped_column(default=PartyKind.COUNTRY)
    #: The one fixed order, by English short name; it never expresses a rank.
    position: Mapped[int]
    name: Mapped[ShortText]
    #: As printed in lists and headings; ends in an asterisk where a footnote goes with it.
    short_name: Mapped[ShortText]
    alpha3: Mapped[str | None] = mapped_column(sa.String(3))
    numeric: Mapped[str | None] = mapped_column(sa.String(3))
    iso_status: Mapped[str | None] = mapped_column(sa.String(32))
    timezone: Mapped[ZoneName] = mapped_column(default="Europe/Vienna")
    languages: Mapped[list[str]] = mapped_column(default=list)
    other_languages: Mapped[list[str]] = mapped_column(default=list)
    is_eu_member: Mapped[bool | None]
    is_coe_convention_party: Mapped[bool | None]
    coordinator_institution: Mapped[LongText] = mapped_column(default="")
    coordinator_note: Mapped[LongText] = mapped_column(default="")
    membership_confidence: Mapped[Confidence | None]
    membership_note: Mapped[LongText] = mapped_column(default="")
    #: The earliest day for which a source places the party's coordinator in the network.
    first_sourced_on: Mapped[date | None]
    membership_sources: Mapped[list[str]] = mapped_column(default=list)
    sources: Mapped[list[str]] = mapped_column(default=list)
    footnote_id: Mapped[int | None] = mapped_column(sa.ForeignKey("footnote.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Submissions of this party need a second pair of eyes before they go.
    needs_validation: Mapped[bool] = mapped_column(default=False)

    footnote: Mapped[Footnote | None] = relationship(lazy="joined")
    former_names: Mapped[list["FormerName"]] = relationship(
        back_populates="party", order_by="FormerName.until_on", cascade="all, delete-orphan"
    )

    @property
    def footnote_text(self) -> str | None:
        """The text to print once wherever the name stands, or None."""
        return self.footnote.text if self.footnote else None

    @property
    def is_country(self) -> bool:
        return self.kind is PartyKind.COUNTRY


class FormerName(Model):
    """A name that a party had until a day, for older texts."""

    __tablename__ = "former_name"

    id: Mapped[PrimaryKey]
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), index=True)
    name: Mapped[ShortText]
    until_on: Mapped[date | None]
    note: Mapped[LongText] = mapped_column(default="")

    party: Mapped[Party] = relationship(back_populates="former_names")
