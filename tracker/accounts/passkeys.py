"""Passkeys (WebAuthn): what a browser is asked, and whether its answer holds. Nothing is stored here.

A question is random, kept in the signed cookie, good for one purpose and for five minutes.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from flask import current_app, session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tracker.accounts.one_time_codes import ISSUER

HOLDS: Final = timedelta(minutes=5)
LONGEST_ANSWER: Final = 20_000
_KEY: Final = "passkey_question"
_TRANSPORTS: Final = frozenset({"usb", "nfc", "ble", "internal", "hybrid", "smart-card"})


class NotAccepted(Exception):
    """The answer is not one to our question."""


@dataclass(frozen=True)
class Question:
    """What was asked, and when."""

    challenge: bytes
    asked_at: datetime


@dataclass(frozen=True)
class Made:
    """A new passkey, checked."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


def _site() -> tuple[str, str]:
    """Return the host that passkeys are bound to, and the origin of its pages."""
    base = urlsplit(current_app.config["TRACKER_BASE_URL"])
    return base.hostname or "localhost", f"{base.scheme}://{base.netloc}"


def _remember(purpose: str, challenge: bytes, at: datetime) -> None:
    session[_KEY] = {"for": purpose, "challenge": bytes_to_base64url(challenge), "at": at.timestamp()}


def take_question(purpose: str, at: datetime) -> Question:
    """Return the question that was asked for this purpose; it is answered once.

    Raises:
        NotAccepted: none was asked, or too long ago.
    """
    asked: Any = session.pop(_KEY, None)
    if not isinstance(asked, dict) or asked.get("for") != purpose:
        raise NotAccepted
    if not 0 <= at.timestamp() - asked["at"] < HOLDS.total_seconds():
        raise NotAccepted
    return Question(base64url_to_bytes(asked["challenge"]), datetime.fromtimestamp(asked["at"], UTC))


def ask_to_make(purpose: str, *, handle: str, email: str, name: str, known: Iterable[str], at: datetime) -> str:
    """Return the options for making a passkey, as JSON for the browser."""
    host, _origin = _site()
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name=ISSUER,
        user_id=base64url_to_bytes(handle),
        user_name=email,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
    )
    _remember(purpose, options.challenge, at)
    return webauthn.options_to_json(options)


def made(answer: str, question: Question) -> Made:
    """Check what a browser made.

    Raises:
        NotAccepted: it does not answer our question.
    """
    host, origin = _site()
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=question.challenge,
            expected_rp_id=host,
            expected_origin=origin,
        )
        told = json.loads(answer)["response"].get("transports") or []
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAccepted from error
    return Made(
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=tuple(sorted(_TRANSPORTS & {each for each in told if isinstance(each, str)})),
    )


def ask_to_sign(purpose: str, *, known: Iterable[str], alone: bool, at: datetime) -> str:
    """Return the options for signing in, as JSON for the browser.

    Args:
        purpose: what the answer is good for.
        known: the passkeys that may answer; none: whichever the browser knows.
        alone: whether it stands for the password too; the device then asks for a finger, a face or its PIN.
        at: now.
    """
    host, _origin = _site()
    options = webauthn.generate_authentication_options(
        rp_id=host,
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known] or None,
        user_verification=UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED,
    )
    _remember(purpose, options.challenge, at)
    return webauthn.options_to_json(options)


def credential_of(answer: str) -> str:
    """Return which passkey a browser says it used.

    Raises:
        NotAccepted: the answer is not readable.
    """
    try:
        return parse_authentication_credential_json(answer).id
    except (WebAuthnException, ValueError, TypeError, RecursionError) as error:
        raise NotAccepted from error


def signed(answer: str, question: Question, *, public_key: bytes, sign_count: int, alone: bool) -> int:
    """Check a signature; return how often the passkey says it was used.

    Raises:
        NotAccepted: it does not answer our question, or the passkey looks copied.
    """
    host, origin = _site()
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=question.challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAccepted from error
    return verified.new_sign_count
