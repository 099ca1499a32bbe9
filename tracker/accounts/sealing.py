"""Sealing small secrets that must be readable again, under keys made from the application's. See ``docs/adr/0016``.

A sealed text names the key it was sealed with, so that keys can be changed: what an old key sealed is still opened,
and sealed anew when it is next used.
"""

import hashlib
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_NAME_LENGTH: Final = 8


class CannotBeOpened(Exception):
    """The key it was sealed with is not known any more, or it was not sealed for this purpose."""


def _key(secret_key: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"tracker: sealed secrets").derive(secret_key.encode())


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:_NAME_LENGTH]


def seal(secret: bytes, purpose: str, secret_keys: Sequence[str]) -> str:
    """Return a secret sealed with the first key (AES-256-GCM); it opens for the same purpose only."""
    key, nonce = _key(secret_keys[0]), secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, secret, purpose.encode())
    return f"{_name(key)}.{urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, purpose: str, secret_keys: Sequence[str]) -> bytes:
    """Return what was sealed with one of the keys.

    Raises:
        CannotBeOpened: it is not one of ours.
    """
    name, _, text = sealed.partition(".")
    key = next((key for key in map(_key, secret_keys) if _name(key) == name), None)
    if key is None:
        raise CannotBeOpened
    try:
        content = b64decode(text, altchars=b"-_", validate=True)
        return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], purpose.encode())
    except (ValueError, InvalidTag) as error:
        raise CannotBeOpened from error


def is_sealed_with(sealed: str, secret_key: str) -> bool:
    """Tell whether this is the key it was sealed with."""
    return sealed.partition(".")[0] == _name(_key(secret_key))
