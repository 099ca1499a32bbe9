"""The content of an event in words that people read."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final

from flask_babel import gettext as _

from tracker.accounts.models import Role
from tracker.core import filters, labels
from tracker.meetings.models import MeetingState
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

#: Fields whose two values are two entries of a list, not what was before and after.
_LISTS: Final = frozenset({"fields", "codes", "roles", "parties", "instruments", "themes", "items"})
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
#: Values that have words, by field. Some of these are words in several enums: the same ones.
_ENUMS: Final[dict[str, tuple[type[Enum], ...]]] = {
    "status": (Status,),
    "role": (Role,),
    "state": (UpdateState, MeetingState),
}
_PAIR: Final = 2


@dataclass(frozen=True)
class Change:
    """One field of an event: its value, or what it was and what it became."""

    field: str
    before: str | None
    after: str


def changes_in(content: str | None) -> list[Change]:
    """Return what an event says, field by field; nothing where it was redacted."""
    if not content:
        return []
    fields = json.loads(content)
    if not isinstance(fields, dict):
        return [Change("", None, _say("", fields))]
    found = []
    for name, value in fields.items():
        words = str(name).removesuffix("_on").removesuffix("_at").replace("_", " ").capitalize()
        if isinstance(value, list) and len(value) == _PAIR and name not in _LISTS:
            found.append(Change(words, _say(name, value[0]), _say(name, value[1])))
        else:
            found.append(Change(words, None, _say(name, value)))
    return found


def _say(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if value in (None, "", [], {}):
        return filters.DASH
    if isinstance(value, list):
        return ", ".join(_say(field, each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{str(name).replace('_', ' ')}: {_say(name, each)}" for name, each in value.items())
    return _say_text(field, value) if isinstance(value, str) else str(value)


def _say_text(field: str, value: str) -> str:
    for enum_class in _ENUMS.get(field, ()):
        if value in enum_class._value2member_map_:
            return _word(enum_class(value)) or value
    try:
        if _DAY.fullmatch(value):
            return filters.day(date.fromisoformat(value))
        if _MOMENT.fullmatch(value):
            return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError):  # looks like a day and is none
        pass
    return value


def _word(member: Enum) -> str:
    try:
        return labels.label(member)
    except KeyError:  # its feature has no words for it yet
        return ""
