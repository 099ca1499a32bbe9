"""One form for every spelling: case, accents and the two scripts of the region fall together.

``Šibenik``, ``sibenik`` and ``Шибеник`` are the same word. What is folded is only compared, never shown. Nothing here
knows of the web or of the database. See ``docs/adr/0014-search.md``.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

#: Letters that do not come apart into a base letter and an accent, and Cyrillic by the Latin letters of the region.
_LETTERS: Final = str.maketrans(
    {
        "đ": "d", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "y": "j",
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "е": "e", "ж": "z", "з": "z", "ѕ": "dz", "и": "i",
        "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s",
        "щ": "st", "ъ": "a", "ы": "j", "ь": "", "э": "e", "ю": "ju", "я": "ja", "є": "e", "і": "i", "ґ": "g",
        "й": "j", "ѐ": "e", "ѝ": "i", "ё": "e", "ї": "i", "ѓ": "g", "ќ": "k",
    }
)  # fmt: skip
#: Spellings of one sound without accents: ``Djordje`` and ``Đorđe``, ``Shumen`` and ``Шумен``.
_DIGRAPHS: Final = re.compile(r"([scz])h|(d)j")
_WORD: Final = re.compile(r"[^\W_]+")


def fold_word(word: str) -> str:
    """Return the form of a word under which it is compared."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", word).casefold().translate(_LETTERS))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_LETTERS)
    return _DIGRAPHS.sub(lambda found: found[1] or found[2], bare)


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a text in its folded form, with where it begins and ends in the text."""
    composed = unicodedata.normalize("NFC", text)
    for found in _WORD.finditer(composed):
        if folded := fold_word(found[0]):
            # A compatibility sign such as ½ folds into more than one word.
            yield re.sub(r"[\W_]+", "", folded), found.start(), found.end()


def fold(text: str) -> str:
    """Return a text as folded words with one space between them."""
    return " ".join(word for word, _, _ in words_in(text) if word)
