"""Blocks that higher features add to the page of a meeting, such as the progress of its round."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.accounts.models import User
from tracker.meetings.models import Meeting


@dataclass(frozen=True)
class Panel:
    """A template, and what it is given; it stands at the side of the page."""

    template: str
    context: Mapping[str, Any]


Provider = Callable[[Meeting, User], Panel | None]
_PROVIDERS: dict[str, Provider] = {}


def add(name: str, provider: Provider) -> None:
    """Add a block; it is asked for on every page of a meeting, and gives None where it has nothing to show."""
    _PROVIDERS[name] = provider


def panels_of(meeting: Meeting, reader: User) -> list[Panel]:
    """Return the blocks that the reader sees of a meeting."""
    found = (provider(meeting, reader) for provider in _PROVIDERS.values())
    return [panel for panel in found if panel is not None]
