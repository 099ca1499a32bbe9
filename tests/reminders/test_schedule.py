"""When a step falls due: calendar days, the recipient's hour, and every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.zones import instant, local
from tracker.reminders.schedule import (
    CATCH_UP_DAYS,
    DEFAULT_LADDER,
    SUBMISSION_WAITS,
    Audience,
    Rhythm,
    Rung,
    Season,
    Step,
    assignment_steps,
    is_due,
    ladder_steps,
    latest_and_earlier,
    rule_name,
    waiting_step,
)

ZONES = ("Europe/Vienna", "Europe/Sarajevo", "Europe/Chisinau", "Asia/Tbilisi", "UTC")
#: The Sundays on which the clocks of the European zones change.
CHANGES = [
    day
    for year in range(2025, 2031)
    for month in (3, 10)
    for day in [max(date(year, month, n) for n in range(25, 32) if date(year, month, n).weekday() == 6)]
]
MEETING = date(2027, 1, 20)


def season(due_on: date = date(2026, 12, 14), opens_on: date = date(2026, 11, 2)) -> Season:
    return Season(
        opens_on=opens_on,
        opening_offset=-42,
        due_on=due_on,
        ends_at=instant(due_on + timedelta(days=37), time(0), "Europe/Vienna"),
    )


def days_told(step: Step, rhythm: Rhythm, ticks: list[datetime]) -> list[datetime]:
    """Return the ticks at which the step is taken, as planning does it: once, and remembered."""
    taken: list[datetime] = []
    for now in ticks:
        if not taken and is_due(step, now, rhythm):
            taken.append(now)
    return taken


def test_the_usual_ladder_has_its_days() -> None:
    steps = ladder_steps(DEFAULT_LADDER, season(), Rhythm("Europe/Vienna"))

    assert [(step.key, step.day) for step in steps] == [
        ("D-42", date(2026, 11, 2)),
        ("D-21", date(2026, 11, 23)),
        ("D-7", date(2026, 12, 7)),
        ("D-1", date(2026, 12, 13)),
        ("D+3", date(2026, 12, 17)),
        ("D+10", date(2026, 12, 24)),
    ]
    assert {local(step.at, "Europe/Vienna").time() for step in steps} == {time(8)}


def test_deputies_are_told_from_the_last_day_on() -> None:
    steps = ladder_steps(DEFAULT_LADDER, season(), Rhythm("Europe/Vienna"), is_deputy=True)

    assert [step.key for step in steps] == ["D-1", "D+3", "D+10"]


def test_a_rung_that_is_off_gives_no_step() -> None:
    rungs = [Rung(-21, Audience.PARTY, is_enabled=False), Rung(-7, Audience.PARTY)]

    assert [step.key for step in ladder_steps(rungs, season(), Rhythm("UTC"))] == ["D-7"]


def test_nothing_comes_before_the_round_opens() -> None:
    late = season(opens_on=date(2026, 12, 1))

    days = [step.day for step in ladder_steps(DEFAULT_LADDER, late, Rhythm("Europe/Vienna"))]

    assert days == [date(2026, 12, 1), date(2026, 12, 1), *days[2:]]
    assert min(days) == late.opens_on


def test_the_first_rung_goes_with_the_opening() -> None:
    early = season(opens_on=date(2026, 10, 20))

    assert ladder_steps(DEFAULT_LADDER, early, Rhythm("UTC"))[0].day == date(2026, 10, 20)


def test_nothing_comes_once_the_meeting_has_begun() -> None:
    nearly = Season(
        opens_on=date(2026, 11, 2), opening_offset=-42, due_on=date(2026, 12, 14),
        ends_at=instant(date(2026, 12, 17), time(8), "Europe/Vienna"),
    )  # fmt: skip

    east = [step.key for step in ladder_steps(DEFAULT_LADDER, nearly, Rhythm("Asia/Tbilisi"))]
    west = [step.key for step in ladder_steps(DEFAULT_LADDER, nearly, Rhythm("Europe/Vienna"))]

    assert east[-1] == "D+3"
    assert west[-1] == "D-1"


def test_an_assignment_has_three_steps() -> None:
    steps = assignment_steps(7, date(2026, 11, 30), season(), Rhythm("Europe/Vienna"))

    assert [(step.key, step.day) for step in steps] == [
        ("assignment/7/-3", date(2026, 11, 27)),
        ("assignment/7/+0", date(2026, 11, 30)),
        ("assignment/7/+1", date(2026, 12, 1)),
    ]


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        (datetime(2026, 11, 2, 7, 0, tzinfo=UTC), date(2026, 11, 7)),
        (datetime(2026, 11, 2, 7, 1, tzinfo=UTC), date(2026, 11, 8)),
        (datetime(2026, 11, 2, 22, 0, tzinfo=UTC), date(2026, 11, 8)),
    ],
)
def test_what_waits_is_told_at_the_first_hour_after_its_days(submitted: datetime, day: date) -> None:
    rhythm = Rhythm("Europe/Vienna")
    step = waiting_step("review/1/1", submitted, SUBMISSION_WAITS, rhythm, instant(MEETING, time(0), "UTC"))

    assert step is not None
    assert step.day == day
    assert step.at >= submitted + SUBMISSION_WAITS


def test_of_several_missed_steps_the_latest_counts() -> None:
    steps = ladder_steps(DEFAULT_LADDER, season(), Rhythm("UTC"))

    last, earlier = latest_and_earlier(steps[::-1])

    assert last.key == "D+10"
    assert len(earlier) == 5


def test_a_step_is_caught_up_for_three_days() -> None:
    rhythm = Rhythm("Europe/Tirane")
    step = Step("D-21", date(2026, 11, 23), rhythm.at(date(2026, 11, 23)))
    midnight = instant(date(2026, 11, 27), time(0), "Europe/Tirane")

    assert not is_due(step, step.at - timedelta(seconds=1), rhythm)
    assert is_due(step, step.at, rhythm)
    assert is_due(step, midnight - timedelta(seconds=1), rhythm)
    assert not is_due(step, midnight, rhythm)


def test_rules_are_written_with_a_real_minus() -> None:
    assert [rule_name(rung.key) for rung in (Rung(-21, Audience.PARTY), Rung(0, Audience.PARTY))] == ["D−21", "D"]


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("change", CHANGES)
def test_no_change_of_the_clocks_skips_or_doubles_a_step(zone_name: str, change: date) -> None:
    """Every hour of the day, on the day of the change and around it, with a tick every half hour."""
    for hour in range(24):
        rhythm = Rhythm(zone_name, hour)
        for offset in (-1, 0, 1):
            day = change + timedelta(days=offset)
            step = Step("D-7", day, rhythm.at(day))
            shown = local(step.at, zone_name)
            assert shown.date() == day
            assert shown.hour == hour or (shown.hour == hour + 1 and offset == 0)
            start = instant(day, time(0), "UTC") - timedelta(hours=14)
            ticks = [start + timedelta(minutes=30 * n) for n in range(2 * 52)]
            [told] = days_told(step, rhythm, ticks)
            assert timedelta(0) <= told - step.at < timedelta(minutes=30)


@settings(max_examples=300, deadline=None)
@given(
    zone_name=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    due_on=st.sampled_from(CHANGES).flatmap(lambda day: st.integers(-3, 50).map(lambda n: day + timedelta(days=n))),
    jump=st.sampled_from([timedelta(hours=-1), timedelta(hours=25), timedelta(0)]),
    jump_at=st.integers(0, 62 * 24),
)
def test_a_clock_set_back_or_forward_skips_and_doubles_nothing(
    zone_name: str, hour: int, due_on: date, jump: timedelta, jump_at: int
) -> None:
    rhythm = Rhythm(zone_name, hour)
    steps = ladder_steps(DEFAULT_LADDER, season(due_on, due_on - timedelta(days=42)), rhythm)
    taken: dict[str, datetime] = {}
    now = instant(due_on - timedelta(days=44), time(0), "UTC")
    for number in range(62 * 24):
        now += timedelta(hours=1)
        if number == jump_at:
            now += jump
        for step in steps:
            if step.key not in taken and is_due(step, now, rhythm):
                taken[step.key] = now

    assert set(taken) == {step.key for step in steps}
    for step in steps:
        assert timedelta(0) <= taken[step.key] - step.at <= timedelta(days=CATCH_UP_DAYS + 1)
