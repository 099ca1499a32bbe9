"""What a meeting decided: minuted in numbered sentences, each settled or followed as a commitment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.changes import mark
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.instruments.models import Theme
from tracker.meetings.models import Decision, Meeting
from tracker.meetings.queries import decisions_of


@dataclass(frozen=True, kw_only=True)
class MinutedDecision:
    """A decision as it was typed. ``id`` names one that stands; None is a new one."""

    id: int | None
    text: str
    addressee: str = ""
    due_on: date | None = None
    theme: Theme | None = None
    settled_on: date | None = None
    settled_note: str = ""


class MinutesAreOlder(DomainError):
    """Somebody changed the decisions since the form was opened."""


def mark_of(decisions: Sequence[Decision]) -> str:
    """Return a short mark of the decisions, so that a change by somebody else meanwhile is noticed."""
    return mark([[each.id, *_values(each).values()] for each in decisions])


def minute(meeting: Meeting, typed: Sequence[MinutedDecision], *, seen: str, by: User, at: datetime) -> int:
    """Write a meeting's decisions down; return how many were added, changed or taken out.

    Numbers are never used again while later ones stand. A decision that became a commitment stays as it is.

    Raises:
        MinutesAreOlder: somebody changed them since the form was opened.
    """
    standing = list(db.session.scalars(decisions_of(meeting.id)))
    if mark_of(standing) != seen:
        raise MinutesAreOlder(_("Somebody else changed the decisions while you were writing."))
    by_id = {each.id: each for each in standing}
    kept: set[int] = set()
    number = max((each.number for each in standing), default=0)
    changes: dict[str, Any] = {}
    for each in typed:
        decision = by_id.get(each.id or 0)
        if decision is None or decision.id in kept:
            number += 1
            decision = Decision(meeting=meeting, number=number, text="", addressee="", settled_note="")
            db.session.add(decision)
        else:
            kept.add(decision.id)
            if decision.commitment_id is not None:
                continue
        before = _values(decision)
        for name in ("text", "addressee", "due_on", "theme", "settled_on", "settled_note"):
            setattr(decision, name, getattr(each, name))
        if before != _values(decision):
            changes[str(decision.number)] = [before["text"], decision.text]
    for id_, decision in by_id.items():
        if id_ not in kept and decision.commitment_id is None:
            changes[str(decision.number)] = [decision.text, ""]
            db.session.delete(decision)
    if changes:
        db.session.flush()
        record("meeting.decisions", meeting, at=at, by=by, changes=changes)
    return len(changes)


def _values(decision: Decision) -> dict[str, Any]:
    return {
        "text": decision.text,
        "addressee": decision.addressee,
        "due_on": decision.due_on,
        "theme": decision.theme.code if decision.theme is not None else "",
        "settled_on": decision.settled_on,
        "settled_note": decision.settled_note,
    }
