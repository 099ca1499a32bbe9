"""Who may do what, read from the rules themselves: for the page that shows it to administrators."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from tracker.accounts.access import POLICIES
from tracker.accounts.models import PARTY_ROLES, Membership, Role, User
from tracker.core.labels import label

#: The columns, in the order in which people are thought of.
ROLES: Final = (Role.COORDINATOR, Role.CONTRIBUTOR, Role.SECRETARIAT, Role.ADMINISTRATOR, Role.OBSERVER)
_FEATURES: Final[Mapping[str, Any]] = {
    "accounts": _l("Accounts"),
    "dashboards": _l("State of play"),
    "exchange": _l("Needs and offers"),
    "instruments": _l("Instruments"),
    "meetings": _l("Meetings"),
    "oversight": _l("Log"),
    "papers": _l("Papers"),
    "progress": _l("Reports"),
    "reminders": _l("Reminders"),
}
#: A party that stands for every party; no row has this id.
_SOME_PARTY: Final = -1


@dataclass(frozen=True)
class RuleLine:
    """One rule: its sentence, and whether each role satisfies it; empty where that depends on the subject."""

    name: str
    sentence: str
    given: tuple[bool, ...]


@dataclass(frozen=True)
class RuleGroup:
    """The rules of one part of the tracker."""

    title: str
    lines: tuple[RuleLine, ...]


def all_rules(today: date) -> list[RuleGroup]:
    """Return every rule by the part of the tracker that it belongs to."""
    people = [_somebody(role, today) for role in ROLES]
    groups: dict[str, list[RuleLine]] = {}
    for name, rule in sorted(POLICIES.items()):
        feature = rule.__module__.split(".")[1]
        groups.setdefault(feature, []).append(_line(name, rule, people))
    titled = [
        RuleGroup(str(_FEATURES.get(feature) or feature.capitalize()), tuple(lines))
        for feature, lines in groups.items()
    ]
    return sorted(titled, key=lambda group: group.title)


def role_words() -> list[str]:
    """Return what the columns are called."""
    return [str(label(role)) for role in ROLES]


def _somebody(role: Role, today: date) -> User:
    """Return a made-up person with one role; never stored."""
    party_id = _SOME_PARTY if role in PARTY_ROLES else None
    return User(memberships=[Membership(role=role, party_id=party_id, is_deputy=False, starts_on=today, ends_on=None)])


def _line(name: str, rule: Callable[[User, Any], bool], people: Iterable[User]) -> RuleLine:
    sentence = inspect.cleandoc(rule.__doc__ or "").split("\n\n", 1)[0].replace("\n", " ")
    subject = list(inspect.signature(rule).parameters.values())[1]
    asks_nothing = subject.annotation in (object, "object", inspect.Parameter.empty)
    return RuleLine(name, sentence, tuple(rule(person, None) for person in people) if asks_nothing else ())
