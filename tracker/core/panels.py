"""Blocks that a higher feature adds to a page of a lower one: the lower one asks, and knows nobody by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec


@dataclass(frozen=True)
class Panel:
    """A template, and what it is given as ``panel.context``."""

    template: str
    context: Mapping[str, Any]


Asked = ParamSpec("Asked")


class Panels(Generic[Asked]):
    """The blocks of one kind of page, in the order in which features added them."""

    def __init__(self) -> None:
        self._providers: dict[str, Callable[Asked, Panel | None]] = {}

    def add(self, name: str, provider: Callable[Asked, Panel | None]) -> None:
        """Add a block; it is asked for on every page of the kind, and gives None where it has nothing to show."""
        self._providers[name] = provider

    def of(self, *args: Asked.args, **kwargs: Asked.kwargs) -> list[Panel]:
        """Return the blocks that a page shows."""
        found = (provider(*args, **kwargs) for provider in self._providers.values())
        return [panel for panel in found if panel is not None]
