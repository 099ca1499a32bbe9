"""The piece of a text in which the words that were looked for stand."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from tracker.search.folding import words_in

#: How much of a text is shown, in characters.
LENGTH: Final = 260
_BEFORE: Final = 80

#: A stretch of text, and whether it is one of the words that were looked for.
Piece = tuple[str, bool]


def pieces(text: str, marks: Sequence[str]) -> list[Piece]:
    """Return a whole text in pieces: a word that begins with one of the marks stands alone."""
    text = unicodedata.normalize("NFC", text)
    found: list[Piece] = []
    at = 0
    for word, start, end in words_in(text):
        if any(word.startswith(mark) for mark in marks):
            if start > at:
                found.append((text[at:start], False))
            found.append((text[start:end], True))
            at = end
    if at < len(text):
        found.append((text[at:], False))
    return found


def snippet(text: str, marks: Sequence[str]) -> list[Piece]:
    """Return the part of a text around the first word that was looked for; its beginning where none stands."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    first = next((start for word, start, _ in words_in(text) if any(word.startswith(mark) for mark in marks)), 0)
    start = _word_edge(text, first - _BEFORE) if first > _BEFORE else 0
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    shown = pieces(text[start:end], marks)
    return ([("… ", False)] if start else []) + shown + ([(" …", False)] if end < len(text) else [])


def _word_edge(text: str, at: int) -> int:
    space = text.find(" ", at)
    return space + 1 if 0 <= space < at + _BEFORE else at
