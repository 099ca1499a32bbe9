"""What the acts of reporting share: which round it is about, and a key so that a double click acts once."""

import re
import secrets
from datetime import datetime
from typing import Final, Protocol

from flask_babel import gettext as _

from tracker.core.errors import DomainError
from tracker.meetings.models import Round
from tracker.progress.models import Item
from tracker.progress.services.rounds import round_now
from tracker.progress.services.saving import require_reportable

_KEY: Final = re.compile(r"[0-9a-f]{32}")


class _Field(Protocol):
    data: str | None


class Keyed(Protocol):
    """A form that carries a key."""

    key: _Field


class NoRoundOpen(DomainError):
    """The party reports in no round now."""


def new_key() -> str:
    """Return a key for a form that is shown."""
    return secrets.token_hex(16)


def key_of(form: Keyed, subject: int) -> str:
    """Return the key of a form that was sent, for one subject; a form without one is a new form each time."""
    sent = form.key.data or ""
    return f"{sent if _KEY.fullmatch(sent) else new_key()}-{subject}"


def round_for(item: Item, *, at: datetime) -> Round:
    """Return the round in which the item is reported on now.

    Raises:
        NoRoundOpen: the item's party reports in no round now.
        DomainError: the item takes no reports, or the round does not ask about it.
    """
    round_ = round_now(item.party_id, at=at).current
    if round_ is None:
        raise NoRoundOpen(_("No round is open for your reports. The Secretariat opens one before each meeting."))
    require_reportable(item, round_, at=at)
    return round_
