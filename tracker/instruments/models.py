"""Instruments, their commitments, themes and indicators, and who adopted what."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.database import Code, LongText, Model, PrimaryKey, ShortText, Timestamped
from tracker.parties.models import Confidence, Party


class TitleStatus(StrEnum):
    """Whether a source prints the title, or we describe."""

    OFFICIAL = "official"
    DESCRIPTIVE = "descriptive"


class InstrumentType(StrEnum):
    """What kind of text it is."""

    MINISTERIAL_DECLARATION = "ministerial_declaration"
    MINISTERIAL_OUTCOME = "ministerial_outcome"
    COORDINATORS_DECLARATION = "coordinators_declaration"
    COORDINATORS_STATEMENT = "coordinators_statement"
    STRATEGY = "strategy"
    MEETING_CONCLUSIONS = "meeting_conclusions"
    MEMORANDUM = "memorandum"


class Strength(StrEnum):
    """How the text binds, as far as a source shows."""

    COMMITS = "commits"
    DECIDES = "decides"
    REAFFIRMS = "reaffirms"
    SUPPORTS = "supports"
    CALLS_FOR = "calls_for"
    RECOMMENDS = "recommends"
    ACKNOWLEDGES = "acknowledges"
    GIVES_ATTENTION = "gives_attention"
    NOTES = "notes"
    NOT_KNOWN = "not_known"


class CommitmentKind(StrEnum):
    """Where in the text it stands."""

    OPERATIVE = "operative"
    PREAMBULAR = "preambular"
    OUTCOME = "outcome"


class Addressee(StrEnum):
    """Who is to carry it out."""

    COUNTRY = "country"
    NETWORK = "network"
    SECRETARIAT = "secretariat"


class CommitmentState(StrEnum):
    """Whether it still stands."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class LinkKind(StrEnum):
    """How one commitment relates to an earlier one."""

    CONTINUES = "continues"
    RESTATES = "restates"
    NARROWS = "narrows"
    REPLACES = "replaces"
    SPLIT_INTO = "split_into"
    MERGED_INTO = "merged_into"


class AdoptionState(StrEnum):
    """Whether a party took part in an instrument."""

    UNKNOWN = "unknown"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    OPTED_IN = "opted_in"


class IndicatorType(StrEnum):
    """What kind of answer an indicator takes."""

    YES_NO = "yes_no"
    YES_PARTLY_NO = "yes_partly_no"
    COUNT = "count"
    AMOUNT = "amount"
    PERCENT = "percent"
    LIST = "list"


class Period(StrEnum):
    """What a figure speaks of: the reporting date, or a calendar year."""

    POINT = "point"
    YEAR = "year"


class Better(StrEnum):
    """Whether more is better. Counts of victims or cases are never better either way."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Basis(StrEnum):
    """How an indicator was found."""

    STATED = "stated"
    DERIVED = "derived"
    UNVERIFIED = "unverified"


class Theme(Model):
    """Subject of a commitment."""

    __tablename__ = "theme"
    __table_args__ = (sa.UniqueConstraint("code"),)

    id: Mapped[PrimaryKey]
    code: Mapped[Code]
    position: Mapped[int]
    name: Mapped[ShortText]
    description: Mapped[LongText] = mapped_column(default="")
    #: Provisions that set the yardstick, and those not re-read.
    anchors: Mapped[list[str]] = mapped_column(default=list)
    unverified_anchors: Mapped[list[str]] = mapped_column(default=list)
    sources: Mapped[list[str]] = mapped_column(default=list)


class Instrument(Timestamped, Model):
    """A declaration, statement, strategy or set of conclusions."""

    __tablename__ = "instrument"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="validity_in_order"
        ),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[Code]
    title: Mapped[LongText]
    title_status: Mapped[TitleStatus]
    #: Our label for headings and lists; never printed as the title.
    short_title: Mapped[ShortText]
    type: Mapped[InstrumentType]
    adopted_on: Mapped[date]
    date_note: Mapped[LongText] = mapped_column(default="")
    #: Empty where no source says it.
    place_city: Mapped[ShortText] = mapped_column(default="")
    place_country: Mapped[str | None] = mapped_column(sa.String(2))
    adopters_body: Mapped[LongText] = mapped_column(default="")
    #: How many adopted, as a source counts; empty where none does.
    adopters_count: Mapped[int | None]
    adopters_confidence: Mapped[Confidence | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    full_text_seen: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[LongText] = mapped_column(default="")
    sources: Mapped[list[str]] = mapped_column(default=list)

    commitments: Mapped[list["Commitment"]] = relationship(back_populates="instrument", order_by="Commitment.position")
    adoptions: Mapped[list["Adoption"]] = relationship(back_populates="instrument", cascade="all, delete-orphan")


class Adoption(Timestamped, Model):
    """Whether a party adopted an instrument. Where it is not known, items stand open all the same."""

    __tablename__ = "adoption"
    __table_args__ = (sa.UniqueConstraint("instrument_id", "party_id"),)

    id: Mapped[PrimaryKey]
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"))
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), index=True)
    state: Mapped[AdoptionState] = mapped_column(default=AdoptionState.UNKNOWN)
    adopted_on: Mapped[date | None]
    source: Mapped[LongText] = mapped_column(default="")

    instrument: Mapped[Instrument] = relationship(back_populates="adoptions")
    party: Mapped[Party] = relationship()


class Commitment(Timestamped, Model):
    """One undertaking of an instrument."""

    __tablename__ = "commitment"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.Index("ix_commitment_instrument_id_position", "instrument_id", "position"),
        sa.CheckConstraint("state = 'active' OR state_changed_on IS NOT NULL", name="end_has_a_day"),
    )

    id: Mapped[PrimaryKey]
    #: Never re-used, whatever becomes of the commitment.
    code: Mapped[Code]
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"))
    position: Mapped[int]
    #: As the text numbers it; empty where the full text was not seen.
    paragraph: Mapped[ShortText] = mapped_column(default="")
    title: Mapped[ShortText]
    summary: Mapped[LongText]
    strength: Mapped[Strength] = mapped_column(default=Strength.NOT_KNOWN)
    kind: Mapped[CommitmentKind] = mapped_column(default=CommitmentKind.OPERATIVE)
    addressee: Mapped[Addressee] = mapped_column(default=Addressee.COUNTRY)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id"), index=True)
    #: What counts as evidence, in the Secretariat's words.
    evidence_hint: Mapped[LongText] = mapped_column(default="")
    #: Our breakdown into points to check; not the wording of the text.
    checkpoints: Mapped[dict[str, Any] | None]
    #: The day the text itself sets, if any.
    due_on: Mapped[date | None]
    #: False: shown for context, without items.
    is_tracked: Mapped[bool] = mapped_column(default=True)
    state: Mapped[CommitmentState] = mapped_column(default=CommitmentState.ACTIVE)
    state_changed_on: Mapped[date | None]
    state_reason: Mapped[LongText] = mapped_column(default="")
    confidence: Mapped[Confidence] = mapped_column(default=Confidence.STATED)
    sources: Mapped[list[str]] = mapped_column(default=list)
    #: Number of the current version; see :class:`CommitmentVersion`.
    version: Mapped[int] = mapped_column(default=1)

    instrument: Mapped[Instrument] = relationship(back_populates="commitments")
    theme: Mapped[Theme] = relationship()
    other_themes: Mapped[list[Theme]] = relationship(secondary="commitment_theme", order_by=Theme.position)
    #: Beside those of its themes.
    other_indicators: Mapped[list["Indicator"]] = relationship(
        secondary="commitment_indicator", order_by="Indicator.code"
    )
    versions: Mapped[list["CommitmentVersion"]] = relationship(
        back_populates="commitment", order_by="CommitmentVersion.number", cascade="all, delete-orphan"
    )

    @property
    def takes_reports(self) -> bool:
        """Tell whether parties report on it now."""
        return self.is_tracked and self.state is CommitmentState.ACTIVE


class CommitmentTheme(Model):
    """A secondary theme of a commitment."""

    __tablename__ = "commitment_theme"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id"), primary_key=True, index=True)


class CommitmentIndicator(Model):
    """An indicator that a commitment asks for beside those of its themes."""

    __tablename__ = "commitment_indicator"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"), primary_key=True, index=True)


class CommitmentVersion(Model):
    """The wording of a commitment from a moment on. Answers name the version they answered."""

    __tablename__ = "commitment_version"
    __table_args__ = (sa.UniqueConstraint("commitment_id", "number"),)

    id: Mapped[PrimaryKey]
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"))
    number: Mapped[int]
    title: Mapped[ShortText]
    summary: Mapped[LongText]
    paragraph: Mapped[ShortText] = mapped_column(default="")
    strength: Mapped[Strength]
    made_at: Mapped[datetime]
    #: Empty for the shipped wording.
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[LongText] = mapped_column(default="")

    commitment: Mapped[Commitment] = relationship(back_populates="versions")


class CommitmentLink(Model):
    """How a later commitment relates to an earlier one."""

    __tablename__ = "commitment_link"
    __table_args__ = (
        sa.UniqueConstraint("earlier_id", "later_id", "kind"),
        sa.CheckConstraint("earlier_id <> later_id", name="links_two"),
    )

    id: Mapped[PrimaryKey]
    earlier_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"))
    later_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), index=True)
    kind: Mapped[LinkKind]
    since_on: Mapped[date | None]
    #: Whether answers to the earlier one are shown for the later one until confirmed.
    carries_answers: Mapped[bool] = mapped_column(default=False)

    earlier: Mapped[Commitment] = relationship(foreign_keys=[earlier_id])
    later: Mapped[Commitment] = relationship(foreign_keys=[later_id])


class Indicator(Timestamped, Model):
    """A defined measure of a theme."""

    __tablename__ = "indicator"
    __table_args__ = (sa.UniqueConstraint("code"),)

    id: Mapped[PrimaryKey]
    code: Mapped[Code]
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id"), index=True)
    position: Mapped[int]
    title: Mapped[LongText]
    type: Mapped[IndicatorType]
    unit: Mapped[ShortText] = mapped_column(default="")
    period: Mapped[Period]
    better: Mapped[Better] = mapped_column(default=Better.NEITHER)
    #: ``[{"dimension": …, "categories": […]}]``; one dimension at a time, never crossed.
    breakdowns: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    #: Small numbers may identify persons and are hidden from others.
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[Basis]
    note: Mapped[LongText] = mapped_column(default="")
    sources: Mapped[list[str]] = mapped_column(default=list)

    theme: Mapped[Theme] = relationship()
