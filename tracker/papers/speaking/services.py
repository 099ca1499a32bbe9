"""What a party does with its speaking points."""

from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.filters import day
from tracker.core.labels import label
from tracker.meetings.models import Round
from tracker.papers.national.answers import Printed, printed_items
from tracker.papers.national.choices import Holds
from tracker.papers.speaking.labels import PART_WORDS
from tracker.papers.speaking.models import PointsState, SpeakingPoints
from tracker.papers.speaking.rules import OpenStep, Point, Spoken, points_from
from tracker.parties.models import Party

_CHANGED: Final = _l("Somebody else saved these points while you were writing. Look at both, then save.")


class PointsChanged(DomainError):
    """Somebody else saved the points since the form was opened."""


class PointsNotReady(DomainError):
    """The points are not in the state that this needs."""


def proposal(party: Party, round_: Round) -> str:
    """Return speaking points made of the party's accepted and submitted answers; empty where there are none.

    Restricted answers are left out: the tour of the table is heard by all.
    """
    printed = printed_items(party, round_, Holds.SUBMITTED)
    spoken = [_spoken(each) for each in printed if each.answer is not None and not each.answer.is_restricted]
    parts = points_from(spoken)
    blocks = ["\n".join([str(PART_WORDS[part]), *(_line(point) for point in points)]) for part, points in parts.items()]
    return "\n\n".join(blocks)


def _spoken(each: Printed) -> Spoken:
    answer = each.answer
    assert answer is not None
    return Spoken(
        code=each.item.commitment.code,
        status=answer.status,
        before=None if each.is_earlier else each.before,
        narrative=answer.narrative,
        next_steps=answer.next_steps,
        help_text=answer.help_text if answer.needs_help else "",
        share_text=answer.share_text if answer.can_share else "",
        steps=[OpenStep(what=step.what, due_on=step.due_on) for step in each.steps if step.done_on is None],
    )


def _line(point: Point) -> str:
    words = f"- {point.code}"
    if point.moved is not None:
        before, now = point.moved
        words += f", {_('from “%(before)s” to “%(now)s”', before=label(before), now=label(now))}"
    words += f": {point.sentence}" if point.sentence else ""
    return f"{words} ({_('by %(day)s', day=day(point.due_on))})" if point.due_on is not None else words


def keep_points(
    party: Party, round_: Round, text: str, *, seen: int, points: SpeakingPoints | None, by: User, at: datetime
) -> bool:
    """Keep a text; return whether anything changed.

    Args:
        party: whose points they are.
        round_: whose meeting they are for.
        text: as it was typed.
        seen: the version that the form showed; 0 where there was none.
        points: what is kept already.
        by: who writes.
        at: when (UTC).

    Raises:
        PointsChanged: somebody else saved since.
        PointsNotReady: the text is released.
    """
    if points is None:
        points = SpeakingPoints(
            party_id=party.id, round_id=round_.id, text=text, version=1, written_by_id=by.id, written_at=at
        )
        try:
            with db.session.begin_nested():
                db.session.add(points)
        except IntegrityError as error:
            raise PointsChanged(_CHANGED) from error
    else:
        db.session.refresh(points, with_for_update={"of": SpeakingPoints})
        if points.text == text:  # a double click, or nothing was changed
            return False
        if points.version != seen:
            raise PointsChanged(_CHANGED)
        if points.state is PointsState.RELEASED:
            raise PointsNotReady(_("These points are released. Take them back before you change them."))
        points.text, points.version = text, points.version + 1
        points.written_by_id, points.written_at = by.id, at
    db.session.flush()
    record("speaking_points.saved", points, at=at, by=by, party_id=party.id, changes={"version": points.version})
    return True


def release_points(points: SpeakingPoints | None, *, by: User, at: datetime) -> None:
    """Let the Secretariat read the points as they stand.

    Raises:
        PointsNotReady: there are none.
    """
    if points is None:
        raise PointsNotReady(_("Save the points first, then release them."))
    db.session.refresh(points, with_for_update={"of": SpeakingPoints})
    if points.state is PointsState.RELEASED:
        return
    points.state, points.released_by_id, points.released_at = PointsState.RELEASED, by.id, at
    _record("speaking_points.released", points, by=by, at=at)


def take_points_back(points: SpeakingPoints | None, *, by: User, at: datetime) -> None:
    """Make the points private again.

    Raises:
        PointsNotReady: there are none.
    """
    if points is None:
        raise PointsNotReady(_("There are no points to take back."))
    db.session.refresh(points, with_for_update={"of": SpeakingPoints})
    if points.state is PointsState.PRIVATE:
        return
    points.state, points.released_by_id, points.released_at = PointsState.PRIVATE, None, None
    _record("speaking_points.taken_back", points, by=by, at=at)


def _record(act: str, points: SpeakingPoints, **more: Any) -> None:
    record(act, points, party_id=points.party_id, changes={"version": points.version}, **more)
