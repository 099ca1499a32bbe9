"""Recovery codes: how they are made, typed and hashed."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from argon2.low_level import Type, hash_secret_raw

HOW_MANY: Final = 10
#: Letters and digits that are not taken for each other: 32 of them, five bits each.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH: Final = 12
_GROUP: Final = 4


def new_codes() -> list[str]:
    """Return codes of 60 random bits: ``K7QF-2M9X-PARD``."""
    return [_grouped("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))) for _ in range(HOW_MANY)]


def _grouped(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def normalise(typed: str) -> str | None:
    """Return a code as it is hashed, however it was typed; None where it cannot be one."""
    code = re.sub(r"[\s\-–]", "", typed).upper()
    return code if len(code) == _LENGTH and set(code) <= set(_LETTERS) else None


def new_salt() -> str:
    """Return a salt for the codes of one person, hexadecimal."""
    return secrets.token_hex(16)


def digest_of(code: str, salt: str) -> str:
    """Return the hash of a normalised code (Argon2id, some 25 ms); do it outside a transaction that writes."""
    return hash_secret_raw(
        code.encode(), bytes.fromhex(salt), time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, type=Type.ID
    ).hex()


@dataclass(frozen=True)
class CodeSet:
    """Codes made together: to be shown once, and to be kept."""

    codes: tuple[str, ...]
    salt: str
    digests: tuple[str, ...]


def new_set() -> CodeSet:
    """Make codes and their hashes (some 250 ms); do it outside a transaction that writes."""
    codes, salt = new_codes(), new_salt()
    return CodeSet(tuple(codes), salt, tuple(digest_of(code.replace("-", ""), salt) for code in codes))
