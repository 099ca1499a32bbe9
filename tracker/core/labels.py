"""Words for people for the values that the domain stores: one place, every page, mail and paper.

Features add theirs with :func:`register`; templates write ``{{ value | label }}``.
"""

from enum import Enum
from typing import Any

from flask import Flask

_LABELS: dict[tuple[str, str], Any] = {}


def register(enum_class: type[Enum], words: dict[Any, Any]) -> None:
    """Give each member of an enum its word (a lazy translation).

    Raises:
        ValueError: a member has no word.
    """
    missing = [member for member in enum_class if member not in words]
    if missing:
        raise ValueError(f"{enum_class.__name__} has no words for {missing}")
    for member, word in words.items():
        _LABELS[enum_class.__name__, member.value] = word


def label(value: Enum | None) -> str:
    """Return the word for an enum member; nothing for None."""
    return "" if value is None else str(_LABELS[type(value).__name__, value.value])


def init_app(app: Flask) -> None:
    """Give templates the ``label`` filter."""
    app.jinja_env.filters["label"] = label
