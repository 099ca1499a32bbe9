"""From ``countries.yaml``: countries, other parties, footnotes to names."""

from tracker.core import zones
from tracker.instruments.models import AdoptionState
from tracker.parties.models import Confidence, PartyKind
from tracker.reference.reading import Entry
from tracker.reference.schema import FootnoteEntry, PartyEntry


def footnote(entry: Entry) -> FootnoteEntry:
    """Return one form of a footnote."""
    made = FootnoteEntry(
        family=entry.code("family"), form=entry.code("form"), text=entry.text("text"), sources=entry.texts("sources")
    )
    entry.finish()
    return made


def _zone(entry: Entry) -> str:
    name = entry.line("timezone")
    if name and name not in zones.zone_names():
        entry.refuse(f"timezone {name!r} is not a zone such as Europe/Vienna")
    return name


def country(entry: Entry, adoptions: dict[tuple[str, str], AdoptionState]) -> PartyEntry:
    """Return a country; what it is said to have adopted goes into ``adoptions``."""
    membership = entry.inner("network_membership")
    former_names = entry.entries("former_names", key="name")
    made = PartyEntry(
        code=entry.code("code"),
        kind=PartyKind.COUNTRY,
        position=entry.whole("position"),
        name=entry.line("name"),
        short_name=entry.line("short_name"),
        alpha3=_iso(entry, "alpha3"),
        numeric=_iso(entry, "numeric"),
        iso_status=entry.line("iso_status", optional=True)[:32] or None,
        timezone=_zone(entry),
        languages=entry.texts("languages"),
        other_languages=entry.texts("languages_in_official_use", optional=True),
        is_eu_member=entry.optional_flag("eu_member"),
        is_coe_convention_party=entry.optional_flag("coe_convention_party"),
        coordinator_institution=entry.text("coordinator_institution", optional=True),
        coordinator_note=entry.text("coordinator_since_note", optional=True),
        membership_confidence=membership.choice("confidence", Confidence),
        membership_note=membership.text("note", optional=True),
        first_sourced_on=membership.optional_day("first_sourced"),
        membership_sources=membership.texts("sources"),
        footnote=entry.optional_code("footnote"),
        former_names=tuple(_former_name(each) for each in former_names),
        sources=entry.texts("sources"),
    )
    for instrument, word in entry.mapping("instruments").items():
        state = next((each for each in AdoptionState if each.value == word), None)
        if state is None:
            entry.refuse(f"instruments, {instrument}: {word!r} is none of {', '.join(AdoptionState)}")
        else:
            adoptions[instrument, made.code] = state
    membership.finish()
    entry.finish()
    return made


def _iso(entry: Entry, name: str) -> str | None:
    value = entry.line(name, optional=True)
    if value and len(value) != 3:  # noqa: PLR2004  # ISO 3166-1 alpha-3 and numeric have three signs
        entry.refuse(f"{name} {value!r:.60} must have three signs")
    return value[:3] or None


def _former_name(entry: Entry) -> dict[str, str | None]:
    until = entry.optional_day("until")
    made = {
        "name": entry.line("name"),
        "until_on": until.isoformat() if until else None,
        "note": entry.text("note", optional=True),
    }
    entry.finish()
    return made


def other_party(entry: Entry) -> PartyEntry:
    """Return the network or the Secretariat."""
    made = PartyEntry(
        code=entry.code("code"),
        kind=entry.choice("kind", PartyKind),
        position=entry.whole("position"),
        name=entry.line("name"),
        short_name=entry.line("short_name"),
        timezone=_zone(entry),
        coordinator_note=entry.text("note", optional=True),
        sources=entry.texts("sources"),
    )
    if made.kind is PartyKind.COUNTRY:
        entry.refuse("kind is country; countries stand in their own list")
    entry.finish()
    return made
