"""Small numbers: what others see, and that nobody can work out what they do not see."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.progress.disclosure import Shown, hide_counts, hide_measures

SEX = ("sex=female", "sex=male", "sex=not recorded")
AGE = ("age=adult", "age=child")
FORM = ("form=sexual", "form=labour", "form=begging", "form=other")
DIMENSIONS = {"sex": SEX, "age": AGE, "form": FORM}

FEWER, VALUE, WITHHELD = Shown.FEWER, Shown.VALUE, Shown.WITHHELD


def looks(cells: dict[str, int | None], **dimensions: tuple[str, ...]) -> dict[str, Shown]:
    return hide_counts(cells, dimensions)


def test_one_to_four_are_fewer_than_five_and_nought_stays() -> None:
    assert [looks({"": number})[""] for number in (0, 1, 4, 5)] == [VALUE, FEWER, FEWER, VALUE]


def test_the_next_smallest_goes_with_a_single_hidden_cell() -> None:
    shown = looks({"": 23, "sex=female": 3, "sex=male": 20, "sex=not recorded": 0}, sex=SEX)

    assert shown == {"": VALUE, "sex=female": FEWER, "sex=male": WITHHELD, "sex=not recorded": VALUE}


def test_a_total_that_gives_the_only_cell_away_is_hidden() -> None:
    shown = looks({"": 3, "sex=female": 3, "sex=male": 0, "sex=not recorded": 0}, sex=SEX)

    assert (shown[""], shown["sex=female"]) == (FEWER, FEWER)


def test_two_cells_that_can_only_both_be_four_give_nothing_away() -> None:
    """8 = "fewer than 5" + "fewer than 5" has one solution."""
    assert looks({"": 8, "age=adult": 4, "age=child": 4}, age=AGE)[""] is WITHHELD


def test_a_hidden_total_is_not_told_by_another_breakdown() -> None:
    shown = looks({"": 8, "age=adult": 4, "age=child": 4, "sex=female": 8, "sex=male": 0}, age=AGE, sex=SEX[:2])

    assert shown[""] is not VALUE
    assert shown["sex=female"] is not VALUE


def test_a_category_without_a_number_does_not_open_the_others() -> None:
    """Female is at most 8 - 7, and so exactly 1, if "not recorded" can only add to it."""
    shown = looks({"": 8, "sex=female": 1, "sex=male": 7}, sex=SEX)

    assert shown["sex=male"] is WITHHELD


def test_reasons_are_no_numbers() -> None:
    assert looks({"": None, "sex=female": None}, sex=SEX) == {"": VALUE, "sex=female": VALUE}


@st.composite
def counts(draw: st.DrawFn) -> dict[str, int | None]:
    """A total and breakdowns that add up to it; now and then a number is missing."""
    total = draw(st.integers(0, 24))
    cells: dict[str, int | None] = {"": total}
    for keys in draw(st.sets(st.sampled_from([SEX, AGE, FORM]))):
        cuts = sorted(draw(st.lists(st.integers(0, total), min_size=len(keys) - 1, max_size=len(keys) - 1)))
        cells |= dict(zip(keys, (b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)), strict=True))
    for cell in draw(st.sets(st.sampled_from(sorted(cells)), max_size=2)):
        cells[cell] = None
    return cells


MOST = 60


def could_be(cell: str, cells: dict[str, int | None], shown: dict[str, Shown]) -> range:
    """What a reader knows about one cell by itself."""
    number = cells.get(cell)
    if number is None:
        return range(MOST)
    return {VALUE: range(number, number + 1), FEWER: range(1, 5), WITHHELD: range(1, MOST)}[shown[cell]]


def worlds(cells: dict[str, int | None], shown: dict[str, Shown]) -> Iterator[tuple[int, dict[str, set[int]]]]:
    """Every total that a reader must reckon with, and what each cell could be then: sums by brute force."""
    groups = [keys for keys in DIMENSIONS.values() if any(key in cells for key in keys)]
    for total in could_be("", cells, shown):
        found: dict[str, set[int]] = {}
        for keys in groups:
            ranges = [[each for each in could_be(key, cells, shown) if each <= total] for key in keys]
            last = set(ranges[-1])
            fits = [(*first, total - sum(first)) for first in product(*ranges[:-1]) if total - sum(first) in last]
            if not fits:
                break
            found |= {key: {fit[place] for fit in fits} for place, key in enumerate(keys)}
        else:
            yield total, found


@given(counts())
@example(
    {"": 4, "form=sexual": 1, "form=labour": 1, "form=begging": 1, "form=other": 1, "age=adult": 4, "age=child": 0}
)
@example({"": 8, "age=adult": 4, "age=child": 4})
@example({"": None, "age=adult": 1, "age=child": 9, "sex=female": 10, "sex=male": 0, "sex=not recorded": 0})
def test_nobody_can_work_out_what_is_hidden(cells: dict[str, int | None]) -> None:
    shown = hide_counts(cells, {name: keys for name, keys in DIMENSIONS.items() if any(key in cells for key in keys)})

    assert all(shown[cell] is not VALUE for cell, number in cells.items() if number is not None and 0 < number < 5)
    assert all(shown[cell] is VALUE for cell, number in cells.items() if not number), "0 and reasons stay"
    hidden = {cell for cell in cells if shown[cell] is not VALUE}
    possible: dict[str, set[int]] = {cell: set() for cell in hidden}
    for total, found in worlds(cells, shown):
        for cell in hidden:
            possible[cell] |= {total} if cell == "" else found[cell]
        if all(len(each) > 1 for each in possible.values()):
            return
    assert all(len(each) > 1 for each in possible.values()), (shown, possible)


@given(counts())
def test_what_needs_no_protection_is_shown(cells: dict[str, int | None]) -> None:
    if not any(number and number < 5 for number in cells.values()):
        assert set(hide_counts(cells, DIMENSIONS).values()) <= {VALUE}


def measures(values: dict[str, int], counted: dict[str, int | None], *, is_share: bool = False) -> dict[str, Shown]:
    return hide_measures(
        {cell: Decimal(value) for cell, value in values.items()},
        counted,
        counts_shown=hide_counts(counted, {"age": AGE}),
        dimensions={"age": AGE},
        is_share=is_share,
    )


def test_an_amount_is_hidden_with_its_count() -> None:
    assert measures({"": 9000}, {"": 3}) == {"": WITHHELD}
    assert measures({"": 9000}, {"": 30}) == {"": VALUE}
    assert measures({"": 9000}, {}) == {"": WITHHELD}, "where nobody knows of how many, it could be one"


def test_an_amount_is_not_told_by_the_others() -> None:
    """Of adults the count is hidden only to protect the children's; the amounts follow the counts."""
    shown = measures({"": 100, "age=adult": 90, "age=child": 10}, {"": 20, "age=adult": 17, "age=child": 3})

    assert shown == {"": VALUE, "age=adult": WITHHELD, "age=child": WITHHELD}


def test_a_single_hidden_amount_takes_another_with_it() -> None:
    shown = measures({"": 100, "age=adult": 90, "age=child": 10}, {"": 20, "age=adult": 17})

    assert shown["age=adult"] is WITHHELD, "the total less the adults' would be the children's"


@pytest.mark.parametrize(("share", "expected"), [(4, WITHHELD), (96, WITHHELD), (50, VALUE), (0, VALUE)])
def test_a_percentage_that_tells_a_small_number_is_hidden(share: int, expected: Shown) -> None:
    assert measures({"": share}, {"": 50}, is_share=True) == {"": expected}
