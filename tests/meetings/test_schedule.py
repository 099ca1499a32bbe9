"""The days of a round: proposed, moved with the meeting, and what phase they put the round into."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.meetings.schedule import (
    DayProblem,
    RoundDates,
    RoundPhase,
    moved,
    needs_new_edition,
    phase,
    problems,
    proposed,
    puts_due_in_past,
)

MEETING = date(2027, 1, 20)

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
GAPS = st.integers(min_value=0, max_value=120)


@st.composite
def rounds(draw: st.DrawFn, opens: st.SearchStrategy[date] = DAYS) -> RoundDates:
    """Days in order, as the database keeps them."""
    opens_on = draw(opens)
    due_on = opens_on + timedelta(days=draw(GAPS))
    closes_on = due_on + timedelta(days=draw(GAPS))
    share_on = draw(st.none() | st.just(closes_on + timedelta(days=1)) | DAYS)
    return RoundDates(opens_on=opens_on, due_on=due_on, closes_on=closes_on, share_on=share_on)


def test_a_round_is_proposed_from_the_first_day_of_its_meeting() -> None:
    assert proposed(MEETING) == RoundDates(
        opens_on=date(2026, 11, 18), due_on=date(2026, 12, 30), closes_on=date(2027, 1, 19), share_on=date(2027, 1, 20)
    )


@given(DAYS)
def test_what_is_proposed_is_possible(meeting_on: date) -> None:
    assert problems(proposed(meeting_on)) == []


@given(rounds(), DAYS, DAYS, DAYS)
def test_a_moved_round_stays_in_order(dates: RoundDates, was: date, now: date, today: date) -> None:
    after = moved(dates, meeting_was_on=was, meeting_is_on=now, today=today)

    assert after.opens_on <= after.due_on <= after.closes_on


@given(rounds(), DAYS, st.integers(-300, 300))
def test_days_that_are_all_ahead_keep_their_distance(dates: RoundDates, was: date, shift: int) -> None:
    today = min(day for day in (dates.opens_on, dates.share_on) if day is not None) - timedelta(days=1)
    after = moved(dates, meeting_was_on=was, meeting_is_on=was + timedelta(days=shift), today=today)

    def distances(of: RoundDates, meeting_on: date) -> list[int | None]:
        days = (of.opens_on, of.due_on, of.closes_on, of.share_on)
        return [None if day is None else (meeting_on - day).days for day in days]

    assert distances(after, was + timedelta(days=shift)) == distances(dates, was)


@given(rounds(), DAYS, st.integers(-300, 300), DAYS)
def test_what_has_come_to_pass_stays(dates: RoundDates, was: date, shift: int, today: date) -> None:
    after = moved(dates, meeting_was_on=was, meeting_is_on=was + timedelta(days=shift), today=today)

    if dates.opens_on <= today:
        assert after.opens_on == dates.opens_on
    if dates.due_on < today:
        assert after.due_on == dates.due_on
    if dates.closes_on < today:
        assert after.closes_on == dates.closes_on
    if dates.share_on is None or dates.share_on <= today:
        assert after.share_on == dates.share_on


@given(rounds(), DAYS, st.integers(0, 400), st.data())
def test_an_open_round_is_never_shut_by_a_later_meeting(
    dates: RoundDates, was: date, later: int, data: st.DataObject
) -> None:
    today = data.draw(st.dates(min_value=dates.opens_on, max_value=dates.closes_on))

    after = moved(dates, meeting_was_on=was, meeting_is_on=was + timedelta(days=later), today=today)

    assert phase(after, today) is RoundPhase.OPEN


@given(rounds(), DAYS, st.integers(-200, 200))
def test_there_and_back_changes_nothing_while_all_is_ahead(dates: RoundDates, was: date, shift: int) -> None:
    today = date(2010, 1, 1)
    there = moved(dates, meeting_was_on=was, meeting_is_on=was + timedelta(days=shift), today=today)
    back = moved(there, meeting_was_on=was + timedelta(days=shift), meeting_is_on=was, today=today)

    assert back == dates


def test_a_move_that_takes_the_time_for_reporting_away_is_noticed() -> None:
    before, today = proposed(MEETING), date(2026, 12, 15)

    near = moved(before, meeting_was_on=MEETING, meeting_is_on=MEETING - timedelta(days=16), today=today)
    on_the_day = moved(before, meeting_was_on=MEETING, meeting_is_on=MEETING - timedelta(days=15), today=today)

    assert puts_due_in_past(before, near, today)
    assert not puts_due_in_past(before, on_the_day, today)
    assert not puts_due_in_past(near, near, today)


def test_only_a_meeting_that_moves_back_by_more_than_14_days_reminds_anew() -> None:
    assert not needs_new_edition(meeting_was_on=MEETING, meeting_is_on=MEETING + timedelta(days=14))
    assert needs_new_edition(meeting_was_on=MEETING, meeting_is_on=MEETING + timedelta(days=15))
    assert not needs_new_edition(meeting_was_on=MEETING, meeting_is_on=MEETING - timedelta(days=60))


def test_the_phase_follows_the_days_unless_a_hand_says_otherwise() -> None:
    dates = proposed(MEETING)
    before, first, last, after = (
        dates.opens_on - timedelta(days=1),
        dates.opens_on,
        dates.closes_on,
        dates.closes_on + timedelta(days=1),
    )

    assert [phase(dates, day) for day in (before, first, last, after)] == [
        RoundPhase.PLANNED,
        RoundPhase.OPEN,
        RoundPhase.OPEN,
        RoundPhase.CLOSED,
    ]
    assert phase(dates, before, opened_by_hand=True) is RoundPhase.OPEN
    assert phase(dates, first, closed_by_hand=True) is RoundPhase.CLOSED
    assert phase(dates, before, opened_by_hand=True, closed_by_hand=True) is RoundPhase.CLOSED
    assert phase(dates, first, opened_by_hand=True, cancelled=True) is RoundPhase.CANCELLED


@given(rounds(), DAYS, st.integers(0, 1000))
def test_the_phase_only_goes_forward(dates: RoundDates, day: date, more: int) -> None:
    later = day + timedelta(days=more)
    order = [RoundPhase.PLANNED, RoundPhase.OPEN, RoundPhase.CLOSED]

    assert order.index(phase(dates, day)) <= order.index(phase(dates, later))


def test_what_is_wrong_with_days_is_named_by_the_day_to_correct() -> None:
    day, days = date(2026, 12, 1), timedelta(days=1)

    def found(**changed: date) -> list[DayProblem]:
        values = {"opens_on": day, "due_on": day + 10 * days, "closes_on": day + 20 * days, "share_on": day + 21 * days}
        return problems(RoundDates(**(values | changed)))

    assert found() == []
    assert found(due_on=day - days) == [DayProblem.DUE_BEFORE_OPENING]
    assert found(closes_on=day + days) == [DayProblem.CLOSE_BEFORE_DUE]
    assert found(share_on=day - days) == [DayProblem.SHARED_BEFORE_OPENING]
    assert found(closes_on=day + 800 * days) == [DayProblem.TOO_LONG]
    assert {problem.field for problem in DayProblem} == {"due_on", "closes_on", "share_on"}
