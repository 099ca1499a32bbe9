"""What somebody typed into the search box: words that must all be there, and phrases in quotation marks."""

import re
from dataclasses import dataclass
from typing import Final

from tracker.search.folding import fold

#: More words than this make no answer better.
MOST_WORDS: Final = 12
_QUOTED: Final = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")


@dataclass(frozen=True)
class Asked:
    """What is looked for, folded. A word is found at the beginning of words; a phrase, as it stands."""

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)

    @property
    def marks(self) -> tuple[str, ...]:
        """The beginnings of words to point out in a text."""
        return (*self.words, *(word for phrase in self.phrases for word in phrase))

    @property
    def for_sqlite(self) -> str:
        """The question in the language of FTS5. Folded words hold letters and digits only, so none is an operator."""
        phrases = ['"' + " ".join(phrase) + '"' for phrase in self.phrases]
        return " AND ".join([f'"{word}"*' for word in self.words] + phrases)

    @property
    def for_postgresql(self) -> str:
        """The question in the language of ``to_tsquery``."""
        phrases = ["(" + " <-> ".join(f"'{word}'" for word in phrase) + ")" for phrase in self.phrases]
        return " & ".join([f"'{word}':*" for word in self.words] + phrases)


def read_question(text: str) -> Asked:
    """Read what was typed; what has neither letters nor digits asks for nothing."""
    phrases = [tuple(fold(found[1]).split()) for found in _QUOTED.finditer(text)]
    words = [word for word in fold(_QUOTED.sub(" ", text)).split()]
    words += [phrase[0] for phrase in phrases if len(phrase) == 1]
    kept = tuple(dict.fromkeys(words))[:MOST_WORDS]
    return Asked(kept, tuple(phrase[:MOST_WORDS] for phrase in phrases if len(phrase) > 1)[:MOST_WORDS])
