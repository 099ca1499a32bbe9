from collections import Counter
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.progress.counting import CLASSES, Count, count, from_totals
from tracker.progress.statuses import NOT_REPORTED, Status

ANSWERS = [None, *Status]
selections = st.lists(st.sampled_from(ANSWERS), max_size=60)


def by_the_letter(statuses: list[Status | None]) -> tuple[int, int]:
    """The headline, counted as the rule is written."""
    reached = sum(1 for status in statuses if status in (Status.IN_PLACE, Status.IN_USE))
    return reached, sum(1 for status in statuses if status is not Status.NOT_APPLICABLE)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4])
def test_the_headline_follows_the_rule_for_every_small_selection(size: int) -> None:
    for statuses in combinations_with_replacement(ANSWERS, size):
        reached, applicable = by_the_letter(list(statuses))
        assert count(statuses).headline == ((reached, applicable) if applicable else None)


def test_nothing_to_count_has_no_headline() -> None:
    assert count([]).headline is None
    assert count([Status.NOT_APPLICABLE, Status.NOT_APPLICABLE]).headline is None


def test_not_reported_stays_in_the_denominator() -> None:
    counted = count([Status.IN_PLACE, None, NOT_REPORTED])

    assert counted.headline == (1, 3)
    assert (counted.reported, counted.items) == (1, 3)


def test_not_applicable_leaves_the_denominator_and_is_still_a_report() -> None:
    counted = count([Status.IN_USE, Status.NOT_APPLICABLE, Status.NOT_STARTED])

    assert counted.headline == (1, 2)
    assert counted.not_applicable == 1
    assert counted.reported == 3


def test_what_is_no_status_is_refused() -> None:
    with pytest.raises(ValueError, match="finished"):
        count(["finished"])
    with pytest.raises(ValueError, match="finished"):
        from_totals({"finished": 1})


@given(selections)
def test_every_item_is_in_exactly_one_class(statuses: list[Status | None]) -> None:
    counted = count(statuses)

    assert counted.items == len(statuses)
    assert tuple(counted.by_class) == CLASSES
    assert counted.reported + counted.by_class[NOT_REPORTED] == len(statuses)


@given(selections)
def test_order_does_not_matter(statuses: list[Status | None]) -> None:
    assert count(reversed(statuses)) == count(statuses)


@given(selections, selections)
def test_two_selections_add_up(one: list[Status | None], other: list[Status | None]) -> None:
    together = Counter(count(one).by_class) + Counter(count(other).by_class)

    assert from_totals(together) == count(one + other)


@given(selections)
def test_a_part_is_never_more_than_the_whole(statuses: list[Status | None]) -> None:
    counted: Count = count(statuses)

    assert 0 <= counted.reached <= counted.applicable <= counted.items
    assert counted.reached <= counted.reported
