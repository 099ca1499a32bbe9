"""Loading the reference data."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.audit.services import record
from tracker.core.database import db
from tracker.instruments.models import (
    Adoption,
    AdoptionState,
    Commitment,
    Indicator,
    Instrument,
    Theme,
)
from tracker.instruments.services import WORDING, make_version
from tracker.meetings.models import Meeting, MeetingState
from tracker.parties.models import Footnote, FormerName, Party, PartyKind
from tracker.progress.services.items import align_items
from tracker.reference.files import read
from tracker.reference.merging import Kind, LoadReport, Merger
from tracker.reference.reading import ReferenceDataRefused
from tracker.reference.schema import ReferenceData
from tracker.sources.models import Source

SHIPPED_WORDING_CHANGED: Final = "The shipped wording was corrected."


def load(directory: Path, *, at: datetime) -> LoadReport:
    """Load the files of a folder into the tables; safe to run again.

    Fields that the Secretariat edited stay as they are, and so do entries that the files no longer have.

    Raises:
        ReferenceDataRefused: the files are wrong, or do not fit what is stored; nothing was loaded.
    """
    data = read(directory)
    merger = Merger(at)
    _load_sources(data, merger)
    themes = _load_themes(data, merger)
    parties = _load_parties(data, merger, _load_footnotes(data, merger))
    instruments = _load_instruments(data, merger)
    _load_commitments(data, merger, instruments, themes)
    _load_indicators(data, merger, themes)
    _load_meetings(data, merger, instruments, parties)
    _load_adoptions(data, merger, instruments, parties)
    db.session.flush()
    report = merger.finish(align_items(at=at))
    record("reference.loaded", None, at=at, changes=report.as_changes())
    return report


def _values(entry: object, *, without: str = "") -> dict[str, Any]:
    """Return the fields of an entry but the one that is its key."""
    return {each.name: getattr(entry, each.name) for each in fields(entry) if each.name != without}  # type: ignore[arg-type]  # a dataclass


def _load_sources(data: ReferenceData, merger: Merger) -> None:
    kind = Kind(entity="source", model=Source)
    stored = {row.key: row for row in db.session.scalars(sa.select(Source))}
    for entry in data.sources:
        merger.merge(
            kind, entry.key, stored.get(entry.key), _values(entry, without="key"), on_create={"key": entry.key}
        )


def _load_themes(data: ReferenceData, merger: Merger) -> dict[str, Theme]:
    kind = Kind(entity="theme", model=Theme)
    stored = {row.code: row for row in db.session.scalars(sa.select(Theme))}
    for entry in data.themes:
        values = _values(entry, without="code")
        stored[entry.code], _ = merger.merge(
            kind, entry.code, stored.get(entry.code), values, on_create={"code": entry.code}
        )
    return stored


def _load_footnotes(data: ReferenceData, merger: Merger) -> dict[str, Footnote]:
    kind = Kind(entity="footnote", model=Footnote)
    stored = {f"{row.family}/{row.form}": row for row in db.session.scalars(sa.select(Footnote))}
    for entry in data.footnotes:
        made_with = {"family": entry.family, "form": entry.form}
        values = {"text": entry.text, "sources": entry.sources}
        stored[entry.key], _ = merger.merge(kind, entry.key, stored.get(entry.key), values, on_create=made_with)
    return stored


def _load_parties(data: ReferenceData, merger: Merger, footnotes: Mapping[str, Footnote]) -> dict[str, Party]:
    def put_footnote(row: Party, form: str | None) -> None:
        row.footnote = footnotes[f"{row.code}/{form}"] if form else None

    def put_former_names(row: Party, names: tuple[dict[str, str | None], ...]) -> None:
        row.former_names = [
            FormerName(
                name=each["name"] or "",
                until_on=date.fromisoformat(each["until_on"]) if each["until_on"] else None,
                note=each["note"] or "",
            )
            for each in names
        ]

    kind = Kind(
        entity="party",
        model=Party,
        special={
            "footnote": (lambda row: row.footnote.form if row.footnote else None, put_footnote),
            "former_names": (_former_names, put_former_names),
        },
    )
    stored = {row.code: row for row in db.session.scalars(sa.select(Party).options(selectinload(Party.former_names)))}
    _refuse_taken_positions(data, stored)
    with db.session.no_autoflush:
        for entry in data.parties:
            values = _values(entry, without="code")
            stored[entry.code], _ = merger.merge(
                kind, entry.code, stored.get(entry.code), values, on_create={"code": entry.code}
            )
        _make_room_for_new_positions(stored)
    return stored


def _former_names(row: Party) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "until_on": each.until_on.isoformat() if each.until_on else None, "note": each.note}
        for each in row.former_names
    ]


def _refuse_taken_positions(data: ReferenceData, stored: Mapping[str, Party]) -> None:
    """Refuse a place in the order that a party has which is not in the files."""
    shipped = {entry.code for entry in data.parties}
    taken = {row.position: row.code for row in stored.values() if row.code not in shipped}
    problems = [
        f"countries.yaml, {entry.code}: position {entry.position} is taken: {taken[entry.position]} is stored there"
        for entry in data.parties
        if entry.position in taken
    ]
    if problems:
        raise ReferenceDataRefused(problems)


def _make_room_for_new_positions(parties: Mapping[str, Party]) -> None:
    """Write changed places twice, so that no two parties ever stand at one."""
    moved = {
        row: row.position
        for row in parties.values()
        if row.id is not None and sa.inspect(row).attrs.position.history.has_changes()
    }
    if moved:
        for row, position in moved.items():
            row.position = -position - 1
        new = [row for row in parties.values() if row.id is None]
        for row in new:
            db.session.expunge(row)
        db.session.flush()
        db.session.add_all(new)
        for row, position in moved.items():
            row.position = position


def _load_instruments(data: ReferenceData, merger: Merger) -> dict[str, Instrument]:
    kind = Kind(entity="instrument", model=Instrument)
    stored = {row.code: row for row in db.session.scalars(sa.select(Instrument))}
    for entry in data.instruments:
        values = _values(entry, without="code")
        stored[entry.code], _ = merger.merge(
            kind, entry.code, stored.get(entry.code), values, on_create={"code": entry.code}
        )
    return stored


def _load_commitments(
    data: ReferenceData, merger: Merger, instruments: Mapping[str, Instrument], themes: Mapping[str, Theme]
) -> None:
    def put_theme(row: Commitment, code: str) -> None:
        row.theme = themes[code]

    def put_other_themes(row: Commitment, codes: tuple[str, ...]) -> None:
        row.other_themes = sorted((themes[code] for code in codes), key=lambda theme: theme.position)

    kind = Kind(
        entity="commitment",
        model=Commitment,
        special={
            "theme": (lambda row: row.theme.code, put_theme),
            "other_themes": (lambda row: [theme.code for theme in row.other_themes], put_other_themes),
        },
    )
    query = sa.select(Commitment).options(
        joinedload(Commitment.theme), joinedload(Commitment.instrument), selectinload(Commitment.other_themes)
    )
    stored = {row.code: row for row in db.session.scalars(query)}
    moved = [
        f"instruments.yaml, {entry.code}: this code is one of {stored[entry.code].instrument.code}; none is used again"
        for instrument, entry in data.commitments
        if entry.code in stored and stored[entry.code].instrument.code != instrument
    ]
    if moved:
        raise ReferenceDataRefused(moved)
    order = {code: theme.position for code, theme in themes.items()}
    with db.session.no_autoflush:
        for instrument, entry in data.commitments:
            values = _values(entry, without="code")
            values["other_themes"] = tuple(sorted(entry.other_themes, key=lambda code: order[code]))
            on_create = {"code": entry.code, "instrument": instruments[instrument], "version": 0}
            row, changed = merger.merge(kind, entry.code, stored.get(entry.code), values, on_create=on_create)
            if changed & WORDING:
                make_version(row, at=merger.at, reason=SHIPPED_WORDING_CHANGED if row.version else "")


def _load_indicators(data: ReferenceData, merger: Merger, themes: Mapping[str, Theme]) -> None:
    def put_theme(row: Indicator, code: str) -> None:
        row.theme = themes[code]

    kind = Kind(entity="indicator", model=Indicator, special={"theme": (lambda row: row.theme.code, put_theme)})
    query = sa.select(Indicator).options(joinedload(Indicator.theme))
    stored = {row.code: row for row in db.session.scalars(query)}
    with db.session.no_autoflush:
        for entry in data.indicators:
            values = _values(entry, without="code")
            merger.merge(kind, entry.code, stored.get(entry.code), values, on_create={"code": entry.code})


def _load_meetings(
    data: ReferenceData, merger: Merger, instruments: Mapping[str, Instrument], parties: Mapping[str, Party]
) -> None:
    def put_instruments(row: Meeting, codes: tuple[str, ...]) -> None:
        row.instruments = [instruments[code] for code in codes]

    kind = Kind(
        entity="meeting",
        model=Meeting,
        special={"instruments": (lambda row: sorted(each.code for each in row.instruments), put_instruments)},
    )
    query = sa.select(Meeting).options(selectinload(Meeting.instruments))
    stored = {row.code: row for row in db.session.scalars(query)}
    with db.session.no_autoflush:
        for entry in data.meetings:
            values = _values(entry, without="code") | {"instruments": tuple(sorted(entry.instruments))}
            is_over = (entry.ends_on or entry.starts_on) < merger.at.date()
            on_create: dict[str, Any] = {
                "code": entry.code,
                "state": MeetingState.HELD if is_over else MeetingState.PLANNED,
            }
            if entry.country_code and entry.country_code in parties:
                on_create["timezone"] = parties[entry.country_code].timezone
            merger.merge(kind, entry.code, stored.get(entry.code), values, on_create=on_create)


def _load_adoptions(
    data: ReferenceData, merger: Merger, instruments: Mapping[str, Instrument], parties: Mapping[str, Party]
) -> None:
    """Give every country a line for every instrument, unknown unless the files say more."""
    kind = Kind(entity="adoption", model=Adoption)
    db.session.flush()
    stored = {(row.instrument_id, row.party_id): row for row in db.session.scalars(sa.select(Adoption))}
    countries = [row for row in parties.values() if row.kind is PartyKind.COUNTRY and row.is_active]
    for instrument in instruments.values():
        for country in countries:
            state = data.adoptions.get((instrument.code, country.code), AdoptionState.UNKNOWN)
            merger.merge(
                kind,
                f"{instrument.code}/{country.code}",
                stored.get((instrument.id, country.id)),
                {"state": state},
                on_create={"instrument_id": instrument.id, "party_id": country.id},
            )
