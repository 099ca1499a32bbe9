"""Every spelling of a word is the same word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.search.asking import Asked, read_question
from tracker.search.folding import fold, fold_word, words_in
from tracker.search.snippets import LENGTH, pieces, snippet


@pytest.mark.parametrize(
    "spellings",
    [
        ("Šibenik", "sibenik", "Шибеник", "SIBENIK", "S\u030cibenik"),
        ("Đorđe", "Djordje", "Ђорђе", "dorde"),
        ("Njegoš", "Његош", "njegos"),
        ("Chișinău", "Chişinău", "chisinau"),
        ("Shumen", "Шумен", "Šumen"),
        ("Tiranë", "tirane"),
        ("București", "Bucuresti", "bucureşti"),
        ("Džemal", "Џемал", "Dzemal"),
        ("Чуковић", "Čuković", "Chukovich"),
        ("Yordan", "Йордан", "Jordan"),
    ],
)
def test_spellings_of_a_word_fall_together(spellings: tuple[str, ...]) -> None:
    assert len({fold_word(word) for word in spellings}) == 1


def test_a_code_comes_apart_into_its_parts() -> None:
    assert fold("BRDO-2018-05: наknada_žrtava") == "brdo 2018 05 naknada zrtava"


@given(st.text(max_size=60))
def test_what_is_folded_is_words_of_letters_and_digits(text: str) -> None:
    folded = fold(text)

    assert all(word.isalnum() or not word.isascii() for word in folded.split())
    assert not set(folded) & set("\"'*()&|!:<>\\^+-")
    assert folded == " ".join(folded.split())


@given(st.text(max_size=60))
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    for word, start, end in words_in(text):
        assert word
        assert start < end


def test_a_question_is_words_and_phrases() -> None:
    asked = read_question('Šteta "practical steps" compensat* OR -law')

    assert asked == Asked(("steta", "compensat", "or", "law"), (("practical", "steps"),))
    assert asked.for_sqlite == '"steta"* AND "compensat"* AND "or"* AND "law"* AND "practical steps"'
    assert asked.for_postgresql == "'steta':* & 'compensat':* & 'or':* & 'law':* & ('practical' <-> 'steps')"


@pytest.mark.parametrize("typed", ["", "  ", "***", '""', "'; --", "…"])
def test_signs_alone_ask_for_nothing(typed: str) -> None:
    assert not read_question(typed)


@given(st.text(max_size=400), st.lists(st.text(alphabet="abcde", min_size=1, max_size=3), max_size=3))
def test_a_text_in_pieces_is_the_text(text: str, marks: list[str]) -> None:
    assert "".join(piece for piece, _ in pieces(text, marks)) == unicodedata.normalize("NFC", text)


def test_a_snippet_shows_the_place() -> None:
    text = "Nothing here. " * 40 + "The fund pays naknada žrtava since May. " + "More words. " * 60

    shown = snippet(text, ["zrtav"])

    assert ("žrtava", True) in shown
    assert shown[0] == ("… ", False)
    assert shown[-1] == (" …", False)
    assert len("".join(piece for piece, _ in shown)) <= LENGTH + 4
