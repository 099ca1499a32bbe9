"""The menus. Each feature adds its own entries to its blueprint; an entry whose page does not exist is not shown.

A feature writes, beside its blueprint::

    navigation.add(bp, NavigationEntry(_l("Review"), "progress.list_awaiting_review", OFFICE, order=20, badge=waiting))

Orders in the main menu, so that the features agree:

- coordinator, contributor: Your work 10, State of play 20, Instruments 30, Needs and offers 35, Meetings 40,
  Your country 50
- observer: State of play 20, Instruments 30, Needs and offers 35, Meetings 40
- secretariat, administrator: Home 10, Review 20 (secretariat), State of play 30, Meetings 40, Instruments 50,
  Needs and offers 55, Reminders 60, People 70, Audit 80
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from flask import Blueprint, Flask, current_app, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel.speaklater import LazyString

from tracker.core.frame import endpoint_exists, person_here

_KEY: Final = "navigation"

#: Who answers for a party, and who works for the network.
PARTIES: Final = ("coordinator", "contributor")
OFFICE: Final = ("secretariat", "administrator")
READERS: Final = ("coordinator", "contributor", "observer")
EVERYBODY: Final = ("coordinator", "contributor", "secretariat", "administrator", "observer")


class Menu(StrEnum):
    """Where an entry stands."""

    MAIN = "main"
    #: Under the person's name.
    PERSON = "person"
    #: At the end of every page, for people who have not signed in too.
    FOOT = "foot"


@dataclass(frozen=True)
class NavigationEntry:
    """One line of a menu."""

    label: str | LazyString
    endpoint: str
    #: Roles that see it; empty: everybody, signed in or not.
    roles: tuple[str, ...]
    order: int
    #: How many wait; 0 shows nothing. Costs a statement on every page, so count in one.
    badge: Callable[[], int] | None = None
    #: Values of the address, such as the party's code; None where the entry makes no sense for this person.
    values: Callable[[], Mapping[str, Any] | None] = field(default=dict)
    #: Endpoints that lie under this entry: full names, or ``"instruments."`` for a whole blueprint.
    covers: tuple[str, ...] = ()
    menu: Menu = Menu.MAIN


@dataclass(frozen=True)
class ShownEntry:
    """An entry as the layout prints it."""

    label: str | LazyString
    url: str
    is_current: bool
    count: int


def add(bp: Blueprint, *entries: NavigationEntry) -> None:
    """Add a feature's entries; they count in every application that registers its blueprint."""

    def register(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(_KEY, []).extend(entries)

    bp.record_once(register)


def menu_entries(menu: str) -> list[ShownEntry]:
    """Return what the person behind the request sees of a menu."""
    person = person_here()
    held = set(person.roles) if person else set()
    entries = [
        entry
        for entry in current_app.extensions.get(_KEY, [])
        if entry.menu == menu and endpoint_exists(entry.endpoint) and (not entry.roles or held & set(entry.roles))
    ]
    entries.sort(key=lambda entry: entry.order)
    current = _current(entries)
    shown: list[ShownEntry] = []
    seen: set[str] = set()
    for entry in entries:
        values = entry.values()
        if values is None or entry.endpoint in seen:  # a person with two roles sees a page once
            continue
        seen.add(entry.endpoint)
        shown.append(
            ShownEntry(
                label=entry.label,
                url=url_for(entry.endpoint, **values),
                is_current=entry is current,
                count=entry.badge() if entry.badge else 0,
            )
        )
    return shown


def _current(entries: list[NavigationEntry]) -> NavigationEntry | None:
    """Return the entry that the present page lies under: the one that names it most exactly."""
    here = request.endpoint or ""
    best: tuple[int, NavigationEntry | None] = (0, None)
    for entry in entries:
        for name in (entry.endpoint, *entry.covers):
            if (here == name or (name.endswith(".") and here.startswith(name))) and len(name) > best[0]:
                best = (len(name), entry)
    if best[1] is not None:
        return best[1]
    same_feature = [entry for entry in entries if entry.endpoint.rpartition(".")[0] == request.blueprint]
    return same_feature[0] if len(same_feature) == 1 else None


def init_app(app: Flask) -> None:
    """Give templates ``menu_entries(menu)``."""
    app.extensions.setdefault(_KEY, [])
    app.jinja_env.globals["menu_entries"] = menu_entries
