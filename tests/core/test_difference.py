"""Two texts are compared word by word, in any script."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.core.difference import words

TEXTS = st.text(alphabet="ab č,Ж\u0301’-\n.", max_size=40)


def test_one_word_that_changed_stands_alone() -> None:
    assert words("held in four schools.", "held in nine schools.") == [
        ("equal", "held in "),
        ("delete", "four"),
        ("insert", "nine"),
        ("equal", " schools."),
    ]


def test_words_are_words_in_cyrillic_and_with_marks() -> None:
    assert words("Обука је одржана у три школе", "Обука је одржана у пет школа") == [
        ("equal", "Обука је одржана у "),
        ("delete", "три школе"),
        ("insert", "пет школа"),
    ]
    assert words("двe vlá\u0301da", "двe vlá\u0301dy")[0] == ("equal", "двe ")


def test_an_added_sentence_is_only_added() -> None:
    assert words("A law.", "A law. A fund.") == [("equal", "A law."), ("insert", " A fund.")]


def test_equal_and_empty_texts_have_no_changes() -> None:
    assert words("", "") == []
    assert words("same", "same") == [("equal", "same")]
    assert words("", "new") == [("insert", "new")]
    assert words("old", "") == [("delete", "old")]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    parts = words(old, new)

    assert "".join(text for op, text in parts if op != "insert") == old
    assert "".join(text for op, text in parts if op != "delete") == new
    assert all(text for _, text in parts)
    assert all(one[0] != other[0] for one, other in pairwise(parts))


def test_long_texts_do_not_keep_the_reader_waiting() -> None:
    hard = ["a b " * 245, "b a " * 245, "a a b " * 160, "a b " * 2000, "b a " * 2000, " ".join(map(str, range(480)))]
    started = time.process_time()
    for old in hard:
        for new in hard:
            words(old, new)
    assert time.process_time() - started < 5
