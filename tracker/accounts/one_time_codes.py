"""The six-digit codes of authenticator apps (TOTP, RFC 6238). Arithmetic only; nothing is stored here."""

import io
import re
from base64 import b32encode
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

import segno
from passlib.exc import TokenError
from passlib.totp import TOTP

#: What apps call us.
ISSUER: Final = "Commitment Tracker"
_KEY_BYTES: Final = 20
#: A code of the step before or after counts too: clocks differ.
_WINDOW_SECONDS: Final = 30
_GROUP: Final = 4


def new_key() -> bytes:
    """Return the random key that an app and the tracker share."""
    key: bytes = TOTP.new().key
    assert len(key) == _KEY_BYTES
    return key


def counter_of(code: str, key: bytes, *, at: datetime, after: int | None) -> int | None:
    """Return the counter of a code that holds now and is later than the last one used; None where it is wrong.

    Args:
        code: as typed.
        key: of the person's app.
        at: now.
        after: the counter of the last code that was accepted.
    """
    try:
        match = TOTP(key=key, format="raw").match(
            re.sub(r"\s", "", code), at.timestamp(), window=_WINDOW_SECONDS, last_counter=after
        )
    except TokenError:
        return None
    return int(match.counter)


def grouped(key: bytes) -> str:
    """Return the key for typing it: groups of four letters."""
    text = b32encode(key).decode()
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def app_address(key: bytes, email: str) -> str:
    """Return what an app reads from the picture."""
    query = urlencode({"secret": b32encode(key).decode(), "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(ISSUER)}:{quote(email)}?{query}"


def picture(key: bytes, email: str) -> bytes:
    """Return the QR code as SVG: black on white in dark pages too, for cameras."""
    out = io.BytesIO()
    segno.make(app_address(key, email), error="m", micro=False).save(
        out, kind="svg", scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return out.getvalue()
