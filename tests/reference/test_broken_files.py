"""A set of files with anything wrong in it is refused whole, with file, entry and reason."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tracker.core.database import Model, db
from tracker.reference.merging import LoadReport
from tracker.reference.reading import ReferenceDataRefused

FIRST_THEME = "{code: prevention, order: 1"
FIRST_COMMITMENT = "{code: BRDO-2010-01, theme: governance"

#: File, text, what stands there instead, what is said.
FAULTS = {
    "an unknown theme": (
        "instruments.yaml", FIRST_COMMITMENT, "{code: BRDO-2010-01, theme: governing",
        "instruments.yaml, BRDO-2010-01: theme 'governing' is not in themes.yaml",
    ),
    "a code used twice": (
        "instruments.yaml", FIRST_COMMITMENT, "{code: BRDO-2010-02, theme: governance",
        "instruments.yaml, commitments, BRDO-2010-02: this code is used twice",
    ),
    "codes that differ by case only": (
        "themes.yaml", "{code: demand", "{code: Prevention", "themes.yaml, prevention: this code is used twice",
    ),
    "a day that does not exist": (
        "instruments.yaml", 'date: "2010-10-20"', 'date: "2010-02-30"',
        "instruments.yaml, BRDO-2010: date is '2010-02-30'; it must be a real date such as 2018-03-16",
    ),
    "a date with a time": (
        "instruments.yaml", 'date: "2010-10-20"', "date: 2010-10-20 10:00:00",
        "instruments.yaml, BRDO-2010: date is '2010-10-20 10:00:00'; it must be a real date such as 2018-03-16",
    ),
    "not a number": (
        "themes.yaml", FIRST_THEME, "{code: prevention, order: .nan",
        "themes.yaml, prevention: order is nan; it must be a whole number from 0 to 1000000",
    ),
    "a number without end": (
        "themes.yaml", FIRST_THEME, "{code: prevention, order: .inf",
        "themes.yaml, prevention: order is inf; it must be a whole number from 0 to 1000000",
    ),
    "a huge number": (
        "themes.yaml", FIRST_THEME, "{code: prevention, order: 99999999999999999999",
        "themes.yaml, prevention: order is 99999999999999999999; it must be a whole number from 0 to 1000000",
    ),
    "yes as a number": (
        "themes.yaml", FIRST_THEME, "{code: prevention, order: true",
        "themes.yaml, prevention: order is True; it must be a whole number from 0 to 1000000",
    ),
    "a number as a title": (
        "themes.yaml", "name: Prevention,", "name: 7,",
        "themes.yaml, prevention: name must be a text, not 7; put it in quotation marks",
    ),
    "Norway as false": (
        "meetings.yaml", "country: SE", "country: NO",
        "meetings.yaml, M-2015-11-stockholm: country must be a text, not False; put it in quotation marks",
    ),
    "a text where a flag belongs": (
        "instruments.yaml", "strength: decides, track: true", 'strength: decides, track: "yes"',
        "instruments.yaml, BRDO-2010, BRDO-2010-01: track is 'yes'; it must be true or false",
    ),
    "a strength that nobody knows": (
        "instruments.yaml", "strength: decides", "strength: promises",
        "instruments.yaml, BRDO-2010, BRDO-2010-01: strength is 'promises'; it must be one of: commits, decides, ",
    ),
    "an unknown source": (
        "meetings.yaml", "sources: [pcc-2012]", "sources: [pcc-2013]",
        "meetings.yaml, M-2012-05-brdo: source 'pcc-2013' is not in sources.yaml",
    ),
    "an unknown instrument": (
        "meetings.yaml", "instruments: [BRDO-2010]", "instruments: [BRDO-2011]",
        "meetings.yaml, M-2010-10-brdo: instrument 'BRDO-2011' is not in instruments.yaml",
    ),
    "an unknown topic": (
        "meetings.yaml", "topics: [governance]", "topics: [governing]",
        "meetings.yaml, M-2010-10-brdo: topic 'governing' is not in themes.yaml",
    ),
    "an unknown word of adoption": (
        "countries.yaml", "BRDO-2010: unknown", "BRDO-2010: perhaps",
        "countries.yaml, AL: instruments, BRDO-2010: 'perhaps' is none of unknown, adopted, not_adopted, opted_in",
    ),
    "adoption by nobody known": (
        "instruments.yaml", "count: 9, countries: null", "count: 9, countries: [AT]",
        "instruments.yaml, BRDO-2018, adopters: there is no country 'AT'",
    ),
    "a misspelt field": (
        "instruments.yaml", "full_text_seen: false", "full_text_read: false",
        "instruments.yaml, BRDO-2010: full_text_read is not a field of this entry",
    ),
    "a missing field": (
        "instruments.yaml", 'summary: "The national anti-trafficking', 'Summary: "The national anti-trafficking',
        "instruments.yaml, BRDO-2010, BRDO-2010-01: summary is missing",
    ),
    "a field that stands twice": (
        "themes.yaml", FIRST_THEME, "{code: prevention, code: prevention, order: 1",
        "themes.yaml, line 6: 'code' stands twice in one entry",
    ),
    "YAML that does not parse": (
        "themes.yaml", FIRST_THEME, "{code: [prevention, order: 1", "themes.yaml, line ",
    ),
    "a tag that makes objects": (
        "themes.yaml", "name: Prevention,", 'name: !!python/object/apply:os.system ["true"],', "themes.yaml, line 6: ",
    ),
    "a title that is too long": (
        "instruments.yaml", 'title: "Hold regular', 'title: "' + "x" * 300 + " regular",
        "instruments.yaml, BRDO-2010, BRDO-2010-01: title has 331 characters; at most 300 are possible",
    ),
    "a character that cannot be printed": (
        "instruments.yaml", 'title: "Hold regular', 'title: "Hold\\0regular',
        "instruments.yaml, BRDO-2010, BRDO-2010-01: title holds a character that cannot be printed",
    ),
    "an address that runs": (
        "sources.yaml", 'url: "https://www', 'url: "javascript:alert(1)//www',
        "sources.yaml, seed-2018: url 'javascript:",
    ),
    "a zone that does not exist": (
        "countries.yaml", "timezone: Europe/Tirane", "timezone: Europe/Tirana",
        "countries.yaml, AL: timezone 'Europe/Tirana' is not a zone such as Europe/Vienna",
    ),
    "an order that ranks": (
        "countries.yaml", "position: 1\n", "position: 14\n",
        "countries.yaml: the positions of countries must follow the order of their English short names",
    ),
    "a place taken twice": (
        "countries.yaml", "position: 2\n", "position: 1\n", "countries.yaml, BA: position 1 is that of AL already",
    ),
    "a name that lost its asterisk": (
        "countries.yaml", 'short_name: "Kosovo*"', "short_name: Kosovo",
        "countries.yaml, XK: the short name ends in an asterisk exactly where a footnote goes with it",
    ),
    "a footnote that does not exist": (
        "countries.yaml", "footnote: eu", "footnote: nato", "countries.yaml, XK: there is no footnote 'nato' for it",
    ),
    "validity that ends before it begins": (
        "instruments.yaml", 'period: {from: "2010-10-20", to: null}', 'period: {from: "2010-10-20", to: "2009-01-01"}',
        "instruments.yaml, BRDO-2010: period ends before it begins",
    ),
    "a meeting that ends before it begins": (
        "meetings.yaml", 'start: "2015-11-03", end: "2015-11-04"', 'start: "2015-11-03", end: "2015-11-02"',
        "meetings.yaml, M-2015-11-stockholm: end lies before start",
    ),
    "a list where an entry belongs": (
        "instruments.yaml", 'place: {city: "Brdo pri Kranju", country: SI}', "place: [Brdo, SI]",
        "instruments.yaml, BRDO-2010, place: is not a list of names and values",
    ),
    "another schema": (
        "themes.yaml", "schema: natcsee-themes/1", "schema: natcsee-themes/2",
        "themes.yaml: schema is 'natcsee-themes/2'; this version reads natcsee-themes/1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_is_refused_whole(
    fault: str, load: Callable[..., LoadReport], change: Callable[[str, str, str], None]
) -> None:
    file, old, new, said = FAULTS[fault]
    change(file, old, new)

    with pytest.raises(ReferenceDataRefused) as refused:
        load()

    assert any(problem.startswith(said) for problem in refused.value.problems), refused.value.problems
    _nothing_was_written()


def _nothing_was_written() -> None:
    for table in Model.metadata.sorted_tables:
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0, table.name


def test_all_problems_are_named_at_once(
    load: Callable[..., LoadReport], change: Callable[[str, str, str], None]
) -> None:
    change("themes.yaml", FIRST_THEME, "{code: prevention, order: .nan")
    change("instruments.yaml", 'date: "2010-10-20"', 'date: "2010-02-30"')

    with pytest.raises(ReferenceDataRefused) as refused:
        load()

    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "themes.yaml: there is no such file in "),
        (b"", "themes.yaml: it holds no list of names and values"),
        (b"- just\n- a list\n", "themes.yaml: it holds no list of names and values"),
        (b"\xff\xfe\x00", "themes.yaml: it is not UTF-8 text"),
        (b"schema: \x00", "themes.yaml: it is not YAML"),
        (b"schema: &a [*a]", "themes.yaml: "),
        (b"[" * 5000, "themes.yaml"),
        (b"schema: " + b"9" * 5000, "themes.yaml: "),
        (b"schema: natcsee-themes/1\nthemes: 7\n", "themes.yaml: themes must be a list"),
        (b"schema: natcsee-themes/1\n", "themes.yaml: themes is missing"),
        (b"schema: natcsee-themes/1\nthemes: [7, null]\n", "themes.yaml, entry 1: is not a list of names and values"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(
    content: bytes | None, said: str, files: Path, load: Callable[..., LoadReport]
) -> None:
    (files / "themes.yaml").unlink()
    if content is not None:
        (files / "themes.yaml").write_bytes(content)

    with pytest.raises(ReferenceDataRefused) as refused:
        load()

    assert any(problem.startswith(said) for problem in refused.value.problems), refused.value.problems
    _nothing_was_written()


def test_a_commitment_never_moves_to_another_instrument(
    load: Callable[..., LoadReport], change: Callable[[str, str, str], None]
) -> None:
    load()
    change("instruments.yaml", "{code: BRDO-2010-04", "{code: BRDO-2010-05")
    change("instruments.yaml", "{code: NATC-2012-04", "{code: BRDO-2010-04")

    with pytest.raises(ReferenceDataRefused) as refused:
        load()

    assert refused.value.problems == (
        "instruments.yaml, BRDO-2010-04: this code is one of BRDO-2010; none is used again",
    )
