"""The tokens of single-use links: how they are made, and how long they hold. See ``docs/adr/0008``."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from tracker.accounts.models import LinkPurpose

#: How long a link of each purpose holds.
HOLDS: Final[Mapping[LinkPurpose, timedelta]] = {
    LinkPurpose.INVITATION: timedelta(hours=72),
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.CHANGE_OF_EMAIL: timedelta(hours=2),
}


def new_nonce() -> str:
    """Return 256 random bits, hexadecimal."""
    return secrets.token_hex(32)


def token_of(nonce: str, secret_key: str) -> str:
    """Return the token that belongs to a nonce; it stands in no table."""
    digest = hmac.new(secret_key.encode(), b"account link\n" + nonce.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Return the hash under which a link is found."""
    return hashlib.sha256(token.encode()).hexdigest()
