"""What the reference data may say: every entry as a frozen dataclass whose fields are named as the columns are."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.instruments.models import (
    Addressee,
    AdoptionState,
    Basis,
    Better,
    CommitmentKind,
    IndicatorType,
    InstrumentType,
    Period,
    Strength,
    TitleStatus,
)
from tracker.meetings.models import DatePrecision, MeetingKind
from tracker.parties.models import Confidence, PartyKind
from tracker.sources.models import Extent


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """A page or document that was read."""

    key: str
    url: str
    title: str
    publisher: str
    extent: Extent


@dataclass(frozen=True, kw_only=True)
class FootnoteEntry:
    """One form of a footnote to a party's name."""

    family: str
    form: str
    text: str
    sources: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.family}/{self.form}"


@dataclass(frozen=True, kw_only=True)
class PartyEntry:
    """A country, the network or the Secretariat."""

    code: str
    kind: PartyKind
    position: int
    name: str
    short_name: str
    timezone: str
    sources: tuple[str, ...]
    coordinator_note: str
    alpha3: str | None = None
    numeric: str | None = None
    iso_status: str | None = None
    languages: tuple[str, ...] = ()
    other_languages: tuple[str, ...] = ()
    is_eu_member: bool | None = None
    is_coe_convention_party: bool | None = None
    coordinator_institution: str = ""
    membership_confidence: Confidence | None = None
    membership_note: str = ""
    first_sourced_on: date | None = None
    membership_sources: tuple[str, ...] = ()
    #: The form printed by default.
    footnote: str | None = None
    #: ``{"name": …, "until_on": "2019-02-11", "note": …}``
    former_names: tuple[dict[str, str | None], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThemeEntry:
    """A subject of commitments."""

    code: str
    position: int
    name: str
    description: str
    anchors: tuple[str, ...]
    unverified_anchors: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CommitmentEntry:
    """One undertaking."""

    code: str
    position: int
    paragraph: str
    title: str
    summary: str
    strength: Strength
    kind: CommitmentKind
    addressee: Addressee
    theme: str
    other_themes: tuple[str, ...]
    evidence_hint: str
    checkpoints: dict[str, Any] | None
    due_on: date | None
    is_tracked: bool
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InstrumentEntry:
    """A declaration, statement, strategy or set of conclusions."""

    code: str
    title: str
    title_status: TitleStatus
    short_title: str
    type: InstrumentType
    adopted_on: date
    date_note: str
    place_city: str
    place_country: str | None
    adopters_body: str
    adopters_count: int | None
    adopters_confidence: Confidence
    valid_from: date | None
    valid_to: date | None
    full_text_seen: bool
    notes: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class IndicatorEntry:
    """A defined measure."""

    code: str
    position: int
    theme: str
    title: str
    type: IndicatorType
    unit: str
    period: Period
    better: Better
    #: ``{"dimension": …, "categories": […]}``
    breakdowns: tuple[dict[str, Any], ...]
    is_sensitive: bool
    basis: Basis
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MeetingEntry:
    """A meeting that was held."""

    code: str
    kind: MeetingKind
    number: str
    title: str
    starts_on: date
    ends_on: date | None
    date_precision: DatePrecision
    city: str
    country_code: str | None
    is_online: bool | None
    host: str
    topics: tuple[str, ...]
    summary: str
    instruments: tuple[str, ...]
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReferenceData:
    """The whole set, checked."""

    sources: tuple[SourceEntry, ...]
    footnotes: tuple[FootnoteEntry, ...]
    parties: tuple[PartyEntry, ...]
    themes: tuple[ThemeEntry, ...]
    instruments: tuple[InstrumentEntry, ...]
    #: Instrument code and commitment.
    commitments: tuple[tuple[str, CommitmentEntry], ...]
    indicators: tuple[IndicatorEntry, ...]
    meetings: tuple[MeetingEntry, ...]
    #: By instrument and country; what is not named is unknown.
    adoptions: dict[tuple[str, str], AdoptionState]
