"""Until when a party reports, and whether its answers are still taken."""

from datetime import UTC, date, datetime

import pytest

from tracker.meetings.models import Extension, Round
from tracker.meetings.rules import effective_due_at, effective_due_on, is_late, takes_submissions

PARTY, OTHER = 7, 8
#: 24:00 of 18 December in Vienna.
MIDNIGHT = datetime(2026, 12, 18, 23, 0, tzinfo=UTC)


@pytest.fixture
def round_() -> Round:
    """A round of 2 November to 8 January, due on 14 December; one party has until 18 December."""
    return Round(
        opens_on=date(2026, 11, 2),
        due_on=date(2026, 12, 14),
        closes_on=date(2026, 12, 16),
        timezone="Europe/Vienna",
        extensions=[Extension(party_id=PARTY, due_on=date(2026, 12, 18), reason="Election.")],
    )


def test_the_extension_counts_for_its_party_only(round_: Round) -> None:
    assert effective_due_on(round_, PARTY) == date(2026, 12, 18)
    assert effective_due_on(round_, OTHER) == date(2026, 12, 14)
    assert effective_due_at(round_, PARTY) == MIDNIGHT


def test_an_extension_never_takes_days_away(round_: Round) -> None:
    round_.due_on = round_.closes_on = date(2026, 12, 31)

    assert effective_due_on(round_, PARTY) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "party_takes", "other_takes"),
    [
        (date(2026, 11, 1), False, False),
        (date(2026, 11, 2), True, True),
        (date(2026, 12, 14), True, True),
        (date(2026, 12, 16), True, True),
        (date(2026, 12, 17), True, False),
        (date(2026, 12, 18), True, False),
        (date(2026, 12, 19), False, False),
    ],
)
def test_answers_are_taken_while_the_round_or_the_extension_runs(
    round_: Round, day: date, *, party_takes: bool, other_takes: bool
) -> None:
    assert takes_submissions(round_, PARTY, day) is party_takes
    assert takes_submissions(round_, OTHER, day) is other_takes


def test_a_round_closed_by_hand_takes_answers_under_an_extension_only(round_: Round) -> None:
    round_.closed_at = MIDNIGHT

    assert takes_submissions(round_, PARTY, date(2026, 12, 10))
    assert not takes_submissions(round_, OTHER, date(2026, 12, 10))


def test_a_cancelled_round_takes_nothing(round_: Round) -> None:
    round_.cancelled_at = MIDNIGHT

    assert not takes_submissions(round_, PARTY, date(2026, 12, 10))


def test_what_comes_after_the_own_last_day_is_late(round_: Round) -> None:
    assert is_late(round_, OTHER, date(2026, 12, 15))
    assert not is_late(round_, PARTY, date(2026, 12, 15))
    assert not is_late(round_, OTHER, date(2026, 12, 14))
