"""Entering figures, and what a submission pins of them."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from tests.client import TrackerClient
from tests.factories import CommitmentFactory, IndicatorFactory, ItemFactory, RoundFactory
from tests.progress.figures import SEX, enter, indicator_of
from tests.progress.pages import submit
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Indicator, IndicatorType, Instrument, Period
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import AnswerKind, Figure, FigureVersion, Item, Revision, RevisionFigure, Update
from tracker.progress.services import drafting, review
from tracker.progress.services.figures import Entry, FigureClash, enter_figures, figures_of_item, figures_of_party
from tracker.progress.services.measuring import Doubt, FigureAnswer, FigureRefused, questions_about
from tracker.progress.services.revisions import is_unaltered

pytestmark = pytest.mark.usefixtures("at_that_time")


@pytest.fixture
def claimed(asked_item: Item) -> Indicator:
    """A sensitive yearly count, by sex."""
    return indicator_of(asked_item, code="COMP-3", title="Victims who claimed", breakdowns=[SEX], is_sensitive=True)


def number(value: int | str) -> FigureAnswer:
    return FigureAnswer(value=Decimal(value))


def entry(indicator: Indicator, value: int | None, *, seen: int | None, cell: str = "") -> Entry:
    answer = None if value is None else number(value)
    return Entry(indicator=indicator, year=2025, cell=cell, answer=answer, seen=seen)


def versions() -> list[tuple[int, Decimal | None]]:
    rows = db.session.execute(sa.select(FigureVersion.number, FigureVersion.value).order_by(FigureVersion.id))
    return [(row.number, row.value) for row in rows]


def test_each_change_is_a_new_version(claimed: Indicator, party: Party, coordinator: User) -> None:
    enter(claimed, party, coordinator, 5)
    enter(claimed, party, coordinator, 5)
    enter(claimed, party, coordinator, 6)

    assert versions() == [(1, Decimal(5)), (2, Decimal(6))]
    assert len(db.session.scalars(sa.select(Figure)).all()) == 1


def test_an_entry_is_in_the_log_as_the_partys_affair(claimed: Indicator, party: Party, coordinator: User) -> None:
    enter(claimed, party, coordinator, 5)

    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.act == "figure.entered")).one()
    assert (event.subject_type, event.party_id) == ("figure", party.id)
    assert '"total":["","5"]' in (event.content or "")


def test_the_second_of_two_is_told_and_nothing_is_written(claimed: Indicator, party: Party, coordinator: User) -> None:
    enter(claimed, party, coordinator, 5)

    with pytest.raises(FigureClash) as caught:
        enter_figures(party, [entry(claimed, 7, seen=0)], by=coordinator, at=utc_now())

    assert [clash.theirs.answer.value for clash in caught.value.clashes] == [Decimal(5)]
    assert versions() == [(1, Decimal(5))]


def test_what_only_the_other_changed_stays_theirs(claimed: Indicator, party: Party, coordinator: User) -> None:
    enter(claimed, party, coordinator, 5)
    enter(claimed, party, coordinator, 6)

    assert enter_figures(party, [entry(claimed, 5, seen=1)], by=coordinator, at=utc_now()) == 0
    assert versions()[-1] == (2, Decimal(6))


def test_an_emptied_figure_is_taken_back_as_not_available(claimed: Indicator, party: Party, coordinator: User) -> None:
    enter(claimed, party, coordinator, 5)

    enter_figures(party, [entry(claimed, None, seen=1)], by=coordinator, at=utc_now())

    latest = db.session.scalars(sa.select(FigureVersion).order_by(FigureVersion.number.desc())).first()
    assert latest is not None
    assert (latest.kind, latest.value) == (AnswerKind.NOT_AVAILABLE, None)


@pytest.mark.parametrize(
    ("type_", "answer", "says"),
    [
        (IndicatorType.COUNT, number("2.5"), "whole number"),
        (IndicatorType.COUNT, number(-1), "below zero"),
        (IndicatorType.COUNT, number(10**9), "Check the zeros"),
        (IndicatorType.COUNT, FigureAnswer(text="yes"), "number"),
        (IndicatorType.PERCENT, number("100.01"), "0 to 100"),
        (IndicatorType.PERCENT, number("33.333"), "two decimals"),
        (IndicatorType.AMOUNT, number(5), "currency"),
        (IndicatorType.AMOUNT, FigureAnswer(value=Decimal(5), currency="XXX"), "currency"),
        (IndicatorType.YES_NO, FigureAnswer(text="partly"), "answers"),
        (IndicatorType.YES_PARTLY_NO, number(1), "answers"),
        (IndicatorType.COUNT, FigureAnswer(kind=AnswerKind.NOT_DISCLOSED, value=Decimal(1)), "not both"),
        (IndicatorType.COUNT, FigureAnswer(value=Decimal("NaN")), "below zero"),
    ],
)
def test_what_cannot_be_is_refused(
    asked_item: Item, party: Party, coordinator: User, type_: IndicatorType, answer: FigureAnswer, says: str
) -> None:
    indicator = indicator_of(asked_item, type=type_)

    with pytest.raises(FigureRefused, match=says):
        enter_figures(party, [Entry(indicator=indicator, year=2025, answer=answer)], by=coordinator, at=utc_now())


@pytest.mark.parametrize(("cell", "year"), [("sex=other", 2025), ("", 1999), ("", 2030)])
def test_a_place_that_does_not_exist_is_refused(
    claimed: Indicator, party: Party, coordinator: User, cell: str, year: int
) -> None:
    with pytest.raises(FigureRefused):
        enter_figures(
            party, [Entry(indicator=claimed, year=year, cell=cell, answer=number(1))], by=coordinator, at=utc_now()
        )


@pytest.mark.parametrize(
    ("before", "now", "is_asked"),
    [(5, 20, True), (20, 5, True), (2, 9, False), (40, 60, False), (0, 11, True), (0, 5, False)],
)
def test_unlikely_jumps_are_asked_about(claimed: Indicator, before: int, now: int, *, is_asked: bool) -> None:
    asked = questions_about(claimed, {"": number(now)}, {"": number(before)}, year=2025)

    assert [each.doubt for each in asked] == ([Doubt.JUMP] if is_asked else [])


def test_sums_that_do_not_fit_are_asked_about(claimed: Indicator) -> None:
    parts = {"": number(10), "sex=female": number(6), "sex=male": number(3)}

    assert questions_about(claimed, parts, {}, year=2025) == [], "one category is still empty"
    asked = questions_about(claimed, parts | {"sex=not recorded": number(0)}, {}, year=2025)
    assert [each.doubt for each in asked] == [Doubt.SUM]
    assert "add up to 9" in asked[0].sentence


def test_a_figure_is_entered_once_for_every_item_that_uses_it(
    claimed: Indicator, asked_item: Item, party: Party, coordinator: User, instrument: Instrument, open_round: Round
) -> None:
    second = ItemFactory.create(
        party=party, commitment=CommitmentFactory.create(instrument=instrument, theme=asked_item.commitment.theme)
    )
    other = ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument))
    indicator_of(other, code="OTHER-1")
    enter(claimed, party, coordinator, 5)

    assert [asked.now[""].answer.value for asked in figures_of_item(second, open_round)] == [Decimal(5)]
    assert [asked.indicator.code for asked in figures_of_party(party, open_round)] == ["COMP-3", "OTHER-1"]
    assert [asked.indicator.code for asked in figures_of_item(other, open_round)] == ["OTHER-1"]


def test_the_state_of_today_is_asked_for_this_year_and_totals_for_the_last(asked_item: Item, open_round: Round) -> None:
    indicator_of(asked_item, code="A", period=Period.POINT, type=IndicatorType.YES_NO)
    indicator_of(asked_item, code="B")

    assert {asked.indicator.code: asked.year for asked in figures_of_item(asked_item, open_round)} == {
        "A": 2026,
        "B": 2025,
    }


def test_a_submission_pins_what_stood(
    client: TrackerClient, coordinator: User, asked_item: Item, claimed: Indicator, party: Party, now: object
) -> None:
    enter(claimed, party, coordinator, 5)
    enter(claimed, party, coordinator, 3, cell="sex=female")
    enter(claimed, party, coordinator, 5, year=2017)
    submit(client.sign_in(coordinator), asked_item)
    enter(claimed, party, coordinator, 8)

    revision = db.session.scalars(sa.select(Revision)).one()
    pinned = db.session.scalars(
        sa.select(FigureVersion.value)
        .join(RevisionFigure, RevisionFigure.figure_version_id == FigureVersion.id)
        .order_by(FigureVersion.id)
    ).all()
    assert pinned == [Decimal(5), Decimal(3)], "as they stood, of the last years"
    assert is_unaltered(revision)

    db.session.execute(sa.delete(RevisionFigure))
    assert not is_unaltered(revision)


@pytest.mark.parametrize(
    "statement",
    [
        sa.delete(FigureVersion),
        sa.update(FigureVersion).values(value=9),
        sa.update(FigureVersion).values(note="Another one."),
        sa.update(FigureVersion).values(number=7),
    ],
)
def test_versions_are_only_added(claimed: Indicator, party: Party, coordinator: User, statement: sa.Delete) -> None:
    enter(claimed, party, coordinator, 5, note="Of one court.")

    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(statement)
    db.session.execute(sa.update(FigureVersion).values(note=""))


def test_a_revision_of_before_figures_is_unaltered(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    submit(client.sign_in(coordinator), asked_item)

    assert is_unaltered(db.session.scalars(sa.select(Revision)).one())


def test_no_change_repeats_the_pins(
    client: TrackerClient, coordinator: User, secretariat: User, asked_item: Item, claimed: Indicator, party: Party,
    open_round: Round,
) -> None:  # fmt: skip
    enter(claimed, party, coordinator, 5)
    submit(client.sign_in(coordinator), asked_item)
    update = db.session.scalars(sa.select(Update)).one()
    review.accept([update], by=secretariat, at=utc_now())
    enter(claimed, party, coordinator, 9)
    another = RoundFactory.create(instruments=[asked_item.commitment.instrument], due_on=date(2026, 12, 20))
    again = drafting.no_change(asked_item, another, by=coordinator, at=utc_now())
    db.session.commit()

    repeated = db.session.scalars(
        sa.select(FigureVersion.value)
        .join(RevisionFigure, RevisionFigure.figure_version_id == FigureVersion.id)
        .where(RevisionFigure.revision_id == again.id)
    ).all()
    assert repeated == [Decimal(5)]
    assert is_unaltered(again)


def test_a_commitment_may_ask_for_more_than_its_themes(
    asked_item: Item, claimed: Indicator, party: Party, open_round: Round
) -> None:
    more = IndicatorFactory.create(code="PROT-1")
    IndicatorFactory.create(code="NOT-ASKED")
    asked_item.commitment.other_indicators = [more]
    db.session.commit()

    assert [asked.indicator.code for asked in figures_of_item(asked_item, open_round)] == ["COMP-3", "PROT-1"]
    assert {asked.indicator.code for asked in figures_of_party(party, open_round)} == {"COMP-3", "PROT-1"}
