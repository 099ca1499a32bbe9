"""Whether the entries of the reference data fit together."""

from collections.abc import Iterable

from tracker.parties.models import PartyKind
from tracker.reference.schema import ReferenceData


def check(data: ReferenceData) -> list[str]:
    """Return what is wrong between entries: codes used twice, names of what does not exist, the order of parties."""
    return [*_used_twice(data), *_unknown_sources(data), *_unknown_themes(data), *_parties(data), *_instruments(data)]


def _used_twice(data: ReferenceData) -> Iterable[str]:
    kinds = {
        "sources.yaml": [each.key for each in data.sources],
        "countries.yaml": [each.code for each in data.parties],
        "countries.yaml, footnotes": [each.key for each in data.footnotes],
        "themes.yaml": [each.code for each in data.themes],
        "instruments.yaml": [each.code for each in data.instruments],
        "instruments.yaml, commitments": [each.code for _, each in data.commitments],
        "indicators.yaml": [each.code for each in data.indicators],
        "meetings.yaml": [each.code for each in data.meetings],
    }
    for file, codes in kinds.items():
        # PostgreSQL and people tell codes apart by case; addresses of pages should not.
        folded = [code.casefold() for code in codes]
        for code in dict.fromkeys(code for code in codes if folded.count(code.casefold()) > 1):
            yield f"{file}, {code}: this code is used twice"


def _unknown_sources(data: ReferenceData) -> Iterable[str]:
    known = {each.key for each in data.sources}
    named: list[tuple[str, Iterable[str]]] = [
        *((f"countries.yaml, {each.key}", each.sources) for each in data.footnotes),
        *((f"countries.yaml, {each.code}", (*each.sources, *each.membership_sources)) for each in data.parties),
        *((f"themes.yaml, {each.code}", each.sources) for each in data.themes),
        *((f"instruments.yaml, {each.code}", each.sources) for each in data.instruments),
        *((f"instruments.yaml, {each.code}", each.sources) for _, each in data.commitments),
        *(
            (f"instruments.yaml, {each.code}, suggested_checkpoints", each.checkpoints["sources"])
            for _, each in data.commitments
            if each.checkpoints
        ),
        *((f"indicators.yaml, {each.code}", each.sources) for each in data.indicators),
        *((f"meetings.yaml, {each.code}", each.sources) for each in data.meetings),
    ]
    for where, keys in named:
        for key in keys:
            if key not in known:
                yield f"{where}: source {key!r} is not in sources.yaml"


def _unknown_themes(data: ReferenceData) -> Iterable[str]:
    known = {each.code for each in data.themes}
    for _, commitment in data.commitments:
        for code in (commitment.theme, *commitment.other_themes):
            if code not in known:
                yield f"instruments.yaml, {commitment.code}: theme {code!r} is not in themes.yaml"
        if commitment.theme in commitment.other_themes:
            yield f"instruments.yaml, {commitment.code}: theme {commitment.theme!r} is named as further theme too"
    for indicator in data.indicators:
        if indicator.theme not in known:
            yield f"indicators.yaml, {indicator.code}: theme {indicator.theme!r} is not in themes.yaml"
    for meeting in data.meetings:
        for code in meeting.topics:
            if code not in known:
                yield f"meetings.yaml, {meeting.code}: topic {code!r} is not in themes.yaml"


def _parties(data: ReferenceData) -> Iterable[str]:
    forms = {each.key for each in data.footnotes}
    families = {each.code for each in data.parties}
    for footnote in data.footnotes:
        if footnote.family not in families:
            yield f"countries.yaml, {footnote.key}: there is no party {footnote.family!r}"
    places: dict[int, str] = {}
    for party in data.parties:
        where = f"countries.yaml, {party.code}"
        if party.footnote and f"{party.code}/{party.footnote}" not in forms:
            yield f"{where}: there is no footnote {party.footnote!r} for it"
        if bool(party.footnote) != party.short_name.endswith("*"):
            yield f"{where}: the short name ends in an asterisk exactly where a footnote goes with it"
        if party.position in places:
            yield f"{where}: position {party.position} is that of {places[party.position]} already"
        places[party.position] = party.code
    countries = sorted(
        (each for each in data.parties if each.kind is PartyKind.COUNTRY), key=lambda each: each.position
    )
    names = [each.short_name for each in countries]
    if names != sorted(names, key=str.casefold):
        yield "countries.yaml: the positions of countries must follow the order of their English short names"


def _instruments(data: ReferenceData) -> Iterable[str]:
    known = {each.code for each in data.instruments}
    countries = {each.code for each in data.parties if each.kind is PartyKind.COUNTRY}
    for meeting in data.meetings:
        for code in meeting.instruments:
            if code not in known:
                yield f"meetings.yaml, {meeting.code}: instrument {code!r} is not in instruments.yaml"
    for instrument, country in data.adoptions:
        if instrument not in known:
            yield f"countries.yaml, {country}: instrument {instrument!r} is not in instruments.yaml"
        if country not in countries:
            yield f"instruments.yaml, {instrument}, adopters: there is no country {country!r}"
