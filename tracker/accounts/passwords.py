"""Passwords: how they are kept, and which are too easy to guess. See ``docs/adr/0010``."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

LEAST: Final = 12
#: Longer input is refused before it is hashed.
MOST: Final = 128

#: Argon2id with 19 MiB, two passes, one lane. Source: OWASP ASVS 5.0, appendix C.
_hasher: Final = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)

#: Words that everybody would try first for this application.
_OF_THE_TRACKER: Final = (
    "tracker", "commitment", "icmpd", "natc", "natcsee", "brdo", "secretariat", "coordinator", "network",
    "trafficking", "antitrafficking", "ministry", "password",
)  # fmt: skip
#: A password that is found within so many guesses (as a power of ten) is refused.
_EASY: Final = 8
#: How much of a password is weighed: the work grows with the square of its length.
_WEIGHED: Final = 64
_SHORTEST_WORD: Final = 3


def normalise(password: str) -> str:
    """Return the password as it is hashed: composed, so that the same keys give the same bytes everywhere."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """Return the Argon2id hash; takes some 25 ms, so do it outside a transaction that writes."""
    return _hasher.hash(normalise(password))


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("nobody has this password")


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether the password is the one that was hashed; takes as long where there is no hash."""
    try:
        _hasher.verify(password_hash or _hash_of_nobody(), normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Tell whether the hash was made with other settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


def is_easy_to_guess(password: str, *, about: Iterable[str] = ()) -> bool:
    """Tell whether a password is common, or made of words that belong to the person or to the tracker.

    Args:
        password: what was typed; at least :data:`LEAST` long.
        about: name, e-mail address and the like of the person.
    """
    words = {word for text in (*about, *_OF_THE_TRACKER) for word in _words(text)}
    beginning = normalise(password)[:_WEIGHED]
    if float(zxcvbn(beginning, user_inputs=sorted(words))["guesses_log10"]) < _EASY:
        return True
    return _says_only(beginning, words)


def _words(text: str) -> list[str]:
    found = re.findall(r"[^\W\d_]+", text.casefold())
    return [word for word in (*found, "".join(found)) if len(word) >= _SHORTEST_WORD]


def _says_only(password: str, words: set[str]) -> bool:
    """Tell whether little is left of a password's letters once the words are taken away."""
    letters = "".join(re.findall(r"[^\W\d_]+", password.casefold()))
    rest = letters
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != letters and len(rest) <= _SHORTEST_WORD
