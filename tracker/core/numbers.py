"""Numbers as people type them, in any of the region's habits; what can be read in two ways is asked about."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from flask_babel import gettext as _

from tracker.core.errors import DomainError

#: More signs than any figure has.
_LONGEST: Final = 40
#: Spaces and apostrophes, which only ever stand between thousands.
_SPACES: Final = "'’\u02bc\u00a0\u2009\u202f\u2007 "
_SPACED: Final = re.compile(rf"\d{{1,3}}([{_SPACES}])\d{{3}}(?:\1\d{{3}})*(?P<rest>[.,]\d+)?")
_GROUPED: Final = re.compile(r"\d{1,3}(?:(\.)\d{3}(?:\.\d{3})+|(,)\d{3}(?:,\d{3})+)")
_SIMPLE: Final = re.compile(r"(?P<whole>\d+)(?:[.,](?P<part>\d+))?")
_THOUSAND: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_SIGNS: Final = frozenset("-−–")


class NumberRefused(DomainError):
    """What was typed is no number, or could be two; the text says what to type."""


def read_decimal(typed: str) -> Decimal:
    """Return the number that was typed: ``1234``, ``1 234,5``, ``1'234.50``, ``1.234.567``.

    Raises:
        NumberRefused: it is no number, lies below zero, or can be read in two ways, as ``1.234`` and ``1.234,50``.
    """
    text = unicodedata.normalize("NFC", typed).strip(_SPACES + "\t").removeprefix("+")
    if text[:1] in _SIGNS and text[1:].strip()[:1].isdigit():
        raise NumberRefused(_("Enter a figure that is not below zero."))
    if len(text) > _LONGEST:
        raise NumberRefused(_("Enter a shorter figure; no count or amount is that long."))
    if not text.isascii() and any(sign.isdigit() and not sign.isascii() for sign in text):
        raise NumberRefused(_("Use the digits 0 to 9."))
    if found := _SPACED.fullmatch(text):
        rest = (found["rest"] or "").replace(",", ".")
        return Decimal(re.sub(rf"[{_SPACES}]", "", text[: len(text) - len(rest)]) + rest)
    if "." in text and "," in text and re.fullmatch(r"[\d.,]+", text):
        raise NumberRefused(
            _(
                "“%(typed)s” can be read in two ways. Put spaces between thousands, as in 1\N{NO-BREAK SPACE}234,50.",
                typed=text,
            )
        )
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub("[.,]", "", text))
    if _THOUSAND.fullmatch(text):
        digits = re.sub("[.,]", "", text)
        raise NumberRefused(
            _(
                "“%(typed)s” can be read in two ways. Enter %(whole)s if you mean that, or use at most two decimals.",
                typed=text,
                whole=digits,
            )
        )
    if found := _SIMPLE.fullmatch(text):
        return Decimal(f"{found['whole']}.{found['part']}" if found["part"] else found["whole"])
    raise NumberRefused(
        _("Enter a number in digits, for example 12 or 1\N{NO-BREAK SPACE}234,5, or choose why there is none.")
    )


def plain(value: Decimal) -> str:
    """Return a number as it is stored, hashed and shown in a field again: ``1234.5``, without zeros at the end."""
    return format(value.normalize() if value else Decimal(0), "f")


def normal(value: Decimal) -> Decimal:
    """Return the same number without zeros at the end, however many decimals the database keeps."""
    return Decimal(plain(value))
