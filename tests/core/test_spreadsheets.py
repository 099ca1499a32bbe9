import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.spreadsheets import as_typed, csv_of, lines, safe


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  =", "'="])
def test_no_text_becomes_a_formula(beginning: str) -> None:
    assert safe(f"{beginning}1+1").startswith("'")


@given(st.text(max_size=40))
def test_a_cell_comes_back_as_it_was(value: str) -> None:
    assert as_typed(safe(value)) == value


def test_ordinary_text_stays_as_it_is() -> None:
    assert safe("Ознаке и називи – 3") == "Ознаке и називи – 3"
    assert csv_of(("a", "b"), [("x", None)]) == "\ufeffa,b\r\nx,\r\n"


def test_numbers_stay_numbers_and_a_file_in_pieces_is_the_same() -> None:
    rows = [(-1, "-1"), (2.5, None)]

    assert lines(rows) == "-1,'-1\r\n2.5,\r\n"
    assert csv_of(("a", "b"), rows) == "\ufeff" + lines([("a", "b")]) + lines(rows)
