"""Showing an HTML mail on a page of its own, under the same strict policy as every other page.

A mail carries its look in its tags, which our pages may not. The looks are taken out of the tags into one sheet of
rules, and that sheet is allowed by a number used once.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import make_response, request
from flask.wrappers import Response

from tracker.core.extensions import talisman

_TAG: Final = re.compile(r"<[a-zA-Z][^<>]*>")
_STYLE: Final = re.compile(r'\sstyle="([^"]*)"')
_HEAD_ENDS: Final = re.compile(r"</head\s*>", re.IGNORECASE)
#: What would end a rule early and begin another.
_NOT_IN_A_RULE: Final = re.compile(r"[{}<>\\]")

View = TypeVar("View", bound=Callable[..., Any])

_allow_one_sheet: Final = talisman(
    content_security_policy={
        "default-src": "'none'",
        "style-src": [],
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    },
    content_security_policy_nonce_in=["style-src"],
)


def shows_mail(view: View) -> View:
    """Decorate a view that answers with :func:`shown`."""
    decorated: View = _allow_one_sheet(view)
    return decorated


def shown(html: str) -> Response:
    """Return a mail as a page on which nothing can run."""
    response = make_response(with_rules(html, str(request.csp_nonce)))  # type: ignore[attr-defined]  # Talisman sets it
    response.headers["Cache-Control"] = "no-store"
    return response


def with_rules(html: str, nonce: str) -> str:
    """Return the mail with the looks of its tags as rules of one sheet."""
    rules: dict[str, int] = {}

    def outside(tag: re.Match[str]) -> str:
        return _STYLE.sub(lambda style: f' data-look="{rules.setdefault(style[1], len(rules))}"', tag[0])

    body = _TAG.sub(outside, html)
    lines = [
        f'[data-look="{number}"]{{{_NOT_IN_A_RULE.sub("", style.replace("&quot;", chr(34)))}}}'
        for style, number in rules.items()
    ]
    sheet = f'<style nonce="{nonce}">' + "\n".join(lines) + "</style></head>"
    return _HEAD_ENDS.sub(lambda _match: sheet, body, count=1)
