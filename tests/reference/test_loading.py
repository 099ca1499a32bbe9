"""The real data, loaded: what there is, what a second load does, what the Secretariat's edits survive."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.reference.conftest import FIRST_LOAD
from tracker.audit.models import AuditEvent
from tracker.core.database import Model, db
from tracker.instruments.models import (
    Addressee,
    Adoption,
    AdoptionState,
    Commitment,
    CommitmentVersion,
    Indicator,
    Instrument,
    Strength,
    Theme,
)
from tracker.meetings.models import DatePrecision, Meeting, MeetingKind, MeetingState
from tracker.parties.models import Confidence, Party, PartyKind
from tracker.parties.queries import all_parties
from tracker.progress.models import Item, ItemState, Standing
from tracker.reference.merging import LoadReport
from tracker.reference.models import ShippedValue
from tracker.sources.models import Source

Load = Callable[..., LoadReport]
Change = Callable[[str, str, str], None]


def _count(model: type[Model], *conditions: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def _party(code: str) -> Party:
    return db.session.scalars(sa.select(Party).filter_by(code=code)).one()


def _commitment(code: str) -> Commitment:
    return db.session.scalars(sa.select(Commitment).filter_by(code=code)).one()


def _adoption(instrument: str, party: str) -> Adoption:
    query = sa.select(Adoption).join(Adoption.instrument).join(Adoption.party)
    return db.session.scalars(query.where(Instrument.code == instrument, Party.code == party)).one()


def test_the_shipped_data_is_whole(load: Load) -> None:
    load()

    tracked = Commitment.is_tracked
    assert [party.short_name for party in db.session.scalars(all_parties())] == [
        "Albania", "Bosnia and Herzegovina", "Bulgaria", "Croatia", "Kosovo*", "Moldova", "Montenegro",
        "North Macedonia", "Romania", "Serbia", "Slovenia", "The network", "ICMPD",
    ]  # fmt: skip
    assert _count(Party, Party.kind == PartyKind.COUNTRY) == 11
    assert _count(Theme) == 11
    assert _count(Instrument) == 9
    assert _count(Commitment) == 50
    assert _count(Commitment, tracked, Commitment.addressee == Addressee.COUNTRY) == 28
    assert _count(Commitment, tracked, Commitment.addressee == Addressee.NETWORK) == 5
    assert _count(Commitment, tracked) == 33
    assert _count(Indicator) == 60
    assert _count(Meeting) == 27
    assert _count(Meeting, Meeting.kind == MeetingKind.NEIGHBOUR) == 7
    assert _count(Meeting, Meeting.state != MeetingState.HELD) == 0
    assert _count(Source) == 119


def test_what_is_not_known_stays_unknown(load: Load) -> None:
    load()

    instrument = db.session.scalars(sa.select(Instrument).filter_by(code="NATC-2012")).one()
    budva = db.session.scalars(sa.select(Meeting).filter_by(code="M-2022-06-budva")).one()
    assert (instrument.place_city, instrument.place_country, instrument.adopters_count) == ("", None, None)
    assert _count(Adoption) == 9 * 11
    assert _count(Adoption, Adoption.state != AdoptionState.UNKNOWN) == 0
    assert _count(Commitment, Commitment.paragraph != "") == _count(Commitment, Commitment.code.like("STMT-2021-%"))
    assert _commitment("STRAT-2025-04").strength is Strength.NOT_KNOWN
    assert (budva.starts_on, budva.ends_on, budva.date_precision) == (date(2022, 6, 1), None, DatePrecision.MONTH)
    assert _party("RS").membership_confidence is Confidence.INFERRED


def test_kosovo_carries_its_footnote(load: Load) -> None:
    load()

    party = _party("XK")
    assert party.footnote is not None
    assert party.footnote.form == "eu"
    assert party.short_name == "Kosovo*"
    assert "UNSCR 1244/1999 and the ICJ Opinion" in (party.footnote_text or "")
    assert [each.name for each in _party("MK").former_names] == ["Macedonia"]


def test_background_entries_are_not_loaded(load: Load) -> None:
    load()

    assert _count(Party, Party.code == "SE") == 0
    assert _count(Instrument, Instrument.code.in_(["SPTF-2000", "PCC-JIT-2013"])) == 0


def test_every_tracked_commitment_becomes_items(load: Load) -> None:
    report = load()

    assert report.items.made == 28 * 11 + 5
    assert _count(Item) == _count(Standing) == 313


def test_every_commitment_has_its_first_version(load: Load) -> None:
    load()

    assert _count(CommitmentVersion) == 50
    version = _commitment("BRDO-2018-05").versions[0]
    assert (version.number, version.reason, version.made_by_id) == (1, "", None)
    assert version.strength is Strength.COMMITS


def test_a_second_load_changes_nothing(load: Load) -> None:
    load()
    before = _all_rows()

    report = load(FIRST_LOAD + timedelta(days=1))

    assert not report.changed_anything
    assert (report.kept, report.absent) == ([], [])
    assert _all_rows() == before


def _all_rows() -> dict[str, list[tuple[object, ...]]]:
    skipped = {"audit_event", "alembic_version"}
    return {
        table.name: sorted(map(repr, db.session.execute(sa.select(table))))
        for table in Model.metadata.sorted_tables
        if table.name not in skipped
    }


def test_a_change_in_the_file_comes_in_with_a_new_version(load: Load, change: Change) -> None:
    load()
    change(
        "instruments.yaml", 'title: "Set up formal compensation mechanisms"', 'title: "Set up compensation mechanisms"'
    )

    report = load(FIRST_LOAD + timedelta(days=1))

    commitment = _commitment("BRDO-2018-05")
    assert report.updated == ["commitment BRDO-2018-05 (title)"]
    assert commitment.title == "Set up compensation mechanisms"
    assert [(each.number, each.title) for each in commitment.versions] == [
        (1, "Set up formal compensation mechanisms"),
        (2, "Set up compensation mechanisms"),
    ]
    assert commitment.version == 2


def test_a_change_that_is_no_wording_makes_no_version(load: Load, change: Change) -> None:
    load()
    change("instruments.yaml", "theme: compensation, also: [protection]", "theme: compensation, also: [prosecution]")

    load()

    commitment = _commitment("BRDO-2018-05")
    assert [theme.code for theme in commitment.other_themes] == ["prosecution"]
    assert commitment.version == 1


def test_an_edit_of_the_secretariat_is_kept(load: Load, change: Change) -> None:
    load()
    commitment = _commitment("BRDO-2018-05")
    commitment.title = "Compensate victims"
    db.session.commit()
    change(
        "instruments.yaml", 'title: "Set up formal compensation mechanisms"', 'title: "Set up compensation mechanisms"'
    )
    change(
        "instruments.yaml", "Adopting countries undertake to put in place", "The countries undertake to put in place"
    )

    report = load(FIRST_LOAD + timedelta(days=1))

    assert report.kept == ["commitment BRDO-2018-05 (title)"]
    assert report.updated == ["commitment BRDO-2018-05 (summary)"]
    assert commitment.title == "Compensate victims"
    assert commitment.summary.startswith("The countries undertake")


def test_an_edit_that_was_taken_back_follows_the_file_again(load: Load, change: Change) -> None:
    load()
    commitment = _commitment("BRDO-2018-05")
    shipped, commitment.title = commitment.title, "Compensate victims"
    db.session.commit()
    change(
        "instruments.yaml", 'title: "Set up formal compensation mechanisms"', 'title: "Set up compensation mechanisms"'
    )
    load()
    commitment.title = shipped
    db.session.commit()

    report = load()

    assert report.updated == ["commitment BRDO-2018-05 (title)"]
    assert commitment.title == "Set up compensation mechanisms"


def test_an_adoption_set_by_the_secretariat_is_kept(load: Load) -> None:
    load()
    _adoption("BRDO-2018", "AL").state = AdoptionState.NOT_ADOPTED
    db.session.commit()

    report = load()

    assert report.kept == ["adoption BRDO-2018/AL (state)"]
    assert report.items.retired == 7
    assert _count(Item, Item.state == ItemState.RETIRED) == 7
    assert _adoption("BRDO-2018", "AL").state is AdoptionState.NOT_ADOPTED


def test_an_adoption_that_a_source_reveals_comes_in(load: Load, change: Change) -> None:
    load()
    change("countries.yaml", "BRDO-2018: unknown", "BRDO-2018: not_adopted")

    report = load()

    assert report.updated == ["adoption BRDO-2018/AL (state)"]
    assert report.items.retired == 7


def test_a_commitment_addressed_to_others_moves_its_items(load: Load, change: Change) -> None:
    load()
    ends = 'victims are compensated.", addressee: '
    change("instruments.yaml", f"{ends}country", f"{ends}network")

    report = load()

    assert (report.items.made, report.items.retired) == (1, 11)


def test_another_form_of_the_footnote_chosen_here_is_kept(load: Load) -> None:
    load()
    party = _party("XK")
    footnotes = {each.form: each for each in db.session.scalars(sa.select(type(party.footnote)))}  # type: ignore[arg-type]
    party.footnote = footnotes["icmpd"]
    db.session.commit()

    report = load()

    assert report.kept == ["party XK (footnote)"]
    assert _party("XK").footnote is footnotes["icmpd"]


def test_entries_that_left_the_files_are_kept_and_named(load: Load, files: object, change: Change) -> None:
    load()
    change("indicators.yaml", "- {code: CRIS-4,", "- {code: CRIS-5,")

    report = load()

    assert report.absent == ["indicator CRIS-4"]
    assert report.created == ["indicator CRIS-5"]
    assert _count(Indicator) == 61


def test_parties_change_places(load: Load, change: Change) -> None:
    load()
    change("countries.yaml", "position: 12, kind: network", "position: 13, kind: network")
    change("countries.yaml", "position: 13, kind: secretariat", "position: 12, kind: secretariat")

    load()

    assert [party.code for party in db.session.scalars(all_parties())][-2:] == ["ICMPD", "NETWORK"]


def test_a_load_is_recorded(load: Load) -> None:
    load()

    event = db.session.scalars(sa.select(AuditEvent).filter_by(act="reference.loaded")).one()
    assert json.loads(event.content or "")["items"] == {"made": 313, "retired": 0, "returned": 0}


def test_a_load_costs_few_statements(
    load: Load, recording_sql: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    load()
    db.session.expire_all()

    with recording_sql() as statements:
        load()

    assert len(statements) < 40


def test_every_shipped_value_is_remembered_once(load: Load) -> None:
    load()

    assert _count(ShippedValue, ShippedValue.entity == "commitment", ShippedValue.key == "BRDO-2018-05") == 15


@pytest.mark.parametrize("model", [Theme, Instrument, Commitment, Indicator, Meeting, Party])
def test_every_source_that_is_named_exists(load: Load, model: type[Theme]) -> None:
    load()

    known = set(db.session.scalars(sa.select(Source.key)))
    assert all(set(row.sources) <= known for row in db.session.scalars(sa.select(model)))
