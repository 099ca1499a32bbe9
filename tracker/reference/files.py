"""From the YAML files to the checked set."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

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
from tracker.parties.models import Confidence
from tracker.reference import countries
from tracker.reference.reading import Entry, ReferenceDataRefused, read_file
from tracker.reference.references import check
from tracker.reference.schema import (
    CommitmentEntry,
    IndicatorEntry,
    InstrumentEntry,
    MeetingEntry,
    ReferenceData,
    SourceEntry,
    ThemeEntry,
)
from tracker.sources.models import Extent

#: The data that comes with the tracker.
SHIPPED: Final = Path(__file__).resolve().parent / "data"
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)


def read(directory: Path) -> ReferenceData:
    """Read and check the whole set.

    Raises:
        ReferenceDataRefused: something is wrong; every problem is named with file, entry and reason.
    """
    problems: list[str] = []
    sources_file = read_file(directory, "sources.yaml", "natcsee-sources/1", problems)
    countries_file = read_file(directory, "countries.yaml", "natcsee-countries/1", problems)
    themes_file = read_file(directory, "themes.yaml", "natcsee-themes/1", problems)
    instruments_file = read_file(directory, "instruments.yaml", "natcsee-instruments/1", problems)
    indicators_file = read_file(directory, "indicators.yaml", "natcsee-indicators/1", problems)
    meetings_file = read_file(directory, "meetings.yaml", "natcsee-meetings/1", problems)

    sources = tuple(_source(key, entry) for key, entry in sources_file.named_entries("sources"))
    footnotes = tuple(countries.footnote(entry) for entry in countries_file.entries("footnotes", key="form"))
    adoptions: dict[tuple[str, str], AdoptionState] = {}
    parties = [countries.country(entry, adoptions) for entry in countries_file.entries("countries")]
    parties += [countries.other_party(entry) for entry in countries_file.entries("other_parties")]
    themes = tuple(_theme(entry) for entry in themes_file.entries("themes"))
    instruments: list[InstrumentEntry] = []
    commitments: list[tuple[str, CommitmentEntry]] = []
    for entry in instruments_file.entries("instruments"):
        instrument = _instrument(entry, adoptions)
        instruments.append(instrument)
        inner = entry.entries("commitments")
        commitments += [(instrument.code, _commitment(each, place)) for place, each in enumerate(inner, 1)]
        entry.finish()
    indicators = tuple(_indicator(entry, place) for place, entry in enumerate(indicators_file.entries("indicators"), 1))
    meetings = tuple(_meeting(entry) for entry in meetings_file.entries("meetings", key="id"))

    common = ("schema", "compiled")
    for top in (sources_file, themes_file, meetings_file):
        top.finish(ignore=common)
    indicators_file.finish(ignore=(*common, "answer_extras"))
    countries_file.finish(ignore=(*common, "background_parties"))
    instruments_file.finish(ignore=(*common, "background_instruments"))

    data = ReferenceData(
        sources=sources,
        footnotes=footnotes,
        parties=tuple(parties),
        themes=themes,
        instruments=tuple(instruments),
        commitments=tuple(commitments),
        indicators=indicators,
        meetings=meetings,
        adoptions=adoptions,
    )
    if not problems:  # what could not be read would look like a broken reference
        problems += check(data)
    if problems:
        raise ReferenceDataRefused(_once(problems))
    return data


def _once(problems: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(problems))


def _source(key: str, entry: Entry) -> SourceEntry:
    url = entry.text("url", limit=2000)
    if url and url != "none" and not _WEB_ADDRESS.fullmatch(url):
        entry.refuse(f"url {url!r:.80} is neither a web address (http or https) nor none")
    made = SourceEntry(
        key=key,
        url=url,
        title=entry.text("title"),
        publisher=entry.line("publisher"),
        extent=entry.choice("extent", Extent),
    )
    entry.finish()
    return made


def _theme(entry: Entry) -> ThemeEntry:
    made = ThemeEntry(
        code=entry.code("code"),
        position=entry.whole("order"),
        name=entry.line("name"),
        description=entry.text("description"),
        anchors=entry.texts("anchor"),
        unverified_anchors=entry.texts("anchor_unverified", optional=True),
        sources=entry.texts("sources"),
    )
    entry.finish()
    return made


def _country_code(entry: Entry, name: str) -> str | None:
    value = entry.line(name, optional=True)
    if value and not re.fullmatch("[A-Z]{2}", value):
        entry.refuse(f"{name} {value!r:.60} is no two-letter country code; write it in capitals and quotation marks")
    return value[:2] or None


def _instrument(entry: Entry, adoptions: dict[tuple[str, str], AdoptionState]) -> InstrumentEntry:
    place = entry.optional_inner("place")
    adopters = entry.inner("adopters")
    period = entry.inner("period")
    made = InstrumentEntry(
        code=entry.code("code"),
        title=entry.text("title", limit=1000),
        title_status=entry.choice("title_status", TitleStatus),
        short_title=entry.line("short_title"),
        type=entry.choice("type", InstrumentType),
        adopted_on=entry.day("date"),
        date_note=entry.text("date_note", optional=True),
        place_city=place.line("city", optional=True) if place else "",
        place_country=_country_code(place, "country") if place else None,
        adopters_body=adopters.text("body"),
        adopters_count=adopters.optional_whole("count"),
        adopters_confidence=adopters.choice("confidence", Confidence),
        valid_from=period.optional_day("from"),
        valid_to=period.optional_day("to"),
        full_text_seen=entry.flag("full_text_seen"),
        notes=entry.text("notes", optional=True),
        sources=entry.texts("sources"),
    )
    if made.valid_from and made.valid_to and made.valid_to < made.valid_from:
        entry.refuse("period ends before it begins")
    for country in adopters.texts("countries", optional=True):
        if adoptions.setdefault((made.code, country), AdoptionState.ADOPTED) is AdoptionState.UNKNOWN:
            adoptions[made.code, country] = AdoptionState.ADOPTED
    for each in (place, adopters, period):
        if each is not None:
            each.finish()
    return made


def _commitment(entry: Entry, position: int) -> CommitmentEntry:
    points = entry.optional_inner("suggested_checkpoints")
    made = CommitmentEntry(
        code=entry.code("code"),
        position=position,
        paragraph=entry.line("paragraph_ref", optional=True),
        title=entry.line("title"),
        summary=entry.text("summary"),
        strength=entry.choice("strength", Strength),
        kind=entry.choice("kind", CommitmentKind),
        addressee=entry.choice("addressee", Addressee),
        theme=entry.code("theme"),
        other_themes=entry.texts("also"),
        evidence_hint=entry.text("evidence", optional=True),
        checkpoints=_checkpoints(points) if points else None,
        due_on=entry.optional_day("due"),
        is_tracked=entry.flag("track"),
        confidence=entry.choice("confidence", Confidence),
        sources=entry.texts("sources"),
    )
    entry.finish()
    return made


def _checkpoints(entry: Entry) -> dict[str, object]:
    made: dict[str, object] = {
        "note": entry.text("note"),
        "items": list(entry.texts("items")),
        "sources": list(entry.texts("sources")),
    }
    entry.finish()
    return made


def _indicator(entry: Entry, position: int) -> IndicatorEntry:
    breakdowns = []
    for each in entry.entries("breakdowns", key="dimension"):
        breakdowns.append({"dimension": each.line("dimension"), "categories": list(each.texts("categories"))})
        each.finish()
    made = IndicatorEntry(
        code=entry.code("code"),
        position=position,
        theme=entry.code("theme"),
        title=entry.text("title", limit=1000),
        type=entry.choice("type", IndicatorType),
        unit=entry.line("unit", optional=True),
        period=entry.choice("period", Period),
        better=entry.choice("better", Better),
        breakdowns=tuple(breakdowns),
        is_sensitive=entry.flag("suppress"),
        basis=entry.choice("basis", Basis),
        note=entry.text("note", optional=True),
        sources=entry.texts("sources"),
    )
    entry.finish()
    return made


def _meeting(entry: Entry) -> MeetingEntry:
    precision = entry.choice("date_precision", DatePrecision)
    by_month = precision is DatePrecision.MONTH
    starts_on = entry.day("start", month=by_month)
    ends_on = entry.optional_day("end", month=by_month)
    if ends_on and ends_on < starts_on:
        entry.refuse("end lies before start")
    made = MeetingEntry(
        code=entry.code("id"),
        kind=entry.choice("kind", MeetingKind),
        number=entry.line("number", optional=True),
        title=entry.line("title"),
        starts_on=starts_on,
        ends_on=None if by_month and ends_on == starts_on else ends_on,
        date_precision=precision,
        city=entry.line("city", optional=True),
        country_code=_country_code(entry, "country"),
        is_online=entry.optional_flag("online"),
        host=entry.text("host", optional=True),
        topics=entry.texts("topics"),
        summary=entry.text("summary", optional=True),
        instruments=entry.texts("instruments"),
        confidence=entry.choice("confidence", Confidence),
        sources=entry.texts("sources"),
    )
    entry.finish()
    return made
