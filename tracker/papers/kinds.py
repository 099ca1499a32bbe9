"""What kinds of papers there are, for pages: words, who may see one, where it was asked for.

A feature registers its kinds here when it is imported, and gives their makers in a module that only ``tracker.making``
imports: the libraries that write papers are heavy, and no page needs them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import User
from tracker.papers.models import Paper

_NOT_MADE: Final = _l("This paper could not be made.")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of paper."""

    code: str
    #: What it is, with its format: "National report (PDF)". A lazy translation.
    words: Any
    #: Who may see such a paper and fetch its file; asked each time.
    may_see: Callable[[User, Paper], bool]
    #: The page it was asked for on: words and address.
    asked_on: Callable[[Paper], tuple[str, str]]
    #: What was chosen, in words, for lists of papers.
    about: Callable[[Paper], str] = lambda _paper: ""
    #: Where its maker's result leads when it is ready, instead of a file to fetch; None for a file.
    leads_to: Callable[[Paper], tuple[str, str]] | None = None
    #: What is said before the reason where nothing came of it.
    failed: Any = _NOT_MADE


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known.

    Raises:
        ValueError: another one has its code.
    """
    if KINDS.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"two kinds of papers are called {kind.code!r}")
    return kind


def parameters_of(paper: Paper) -> dict[str, Any]:
    """Return what was chosen when the paper was asked for."""
    parameters: dict[str, Any] = json.loads(paper.parameters)
    return parameters
