"""What a person types and has not saved: a private buffer, without event and without version. Source: DESIGN §3.7.

A buffer belongs to one window of one person. Another window of theirs cannot write over it: what waits in it is
taken up or discarded first. The buffer keeps the fields of the form as they were sent, right or wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.meetings.models import Round
from tracker.progress.models import DraftBuffer, Item, Update
from tracker.progress.queries.typing import buffers_of
from tracker.progress.services.drafting import find_update
from tracker.progress.services.merging import read_seen
from tracker.progress.services.saving import require_reportable
from tracker.progress.workflow import EDITABLE

#: So long is a buffer kept that nobody takes up.
KEPT_FOR: Final = timedelta(days=30)
#: Somebody who typed so short a time ago is said to be typing.
RECENT: Final = timedelta(minutes=15)
#: The longest that is kept, in characters of names and values together.
LIMIT: Final = 150_000


class OtherWindow(DomainError):
    """Text of another window of the same person waits."""


class TooMuchTyped(DomainError):
    """More than any form of ours can hold."""

    http_status = 413


@dataclass(frozen=True, kw_only=True)
class Typing:
    """What somebody is typing."""

    person_id: int
    name: str
    since: datetime
    saved_at: datetime
    window: str
    fields: Mapping[str, Sequence[str]]
    #: Names of the fields that differed from the form as it was opened.
    touched: frozenset[str]


def keep_typing(
    item: Item, round_: Round, fields: Mapping[str, Sequence[str]], *, touched: Sequence[str], by: User, at: datetime
) -> Update:
    """Keep what a person has typed so far, for them alone. Begins the update's row where none stands, not the draft.

    Raises:
        OtherWindow: what they typed in another window waits.
        TooMuchTyped: it is longer than any answer.
        DomainError: nothing can be reported now, or the update is with the Secretariat.
    """
    require_reportable(item, round_, at=at)
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LIMIT:
        raise TooMuchTyped(_("This is too long to be kept. Shorten it, then save it."))
    update = find_update(item, round_) or begin_row(item, round_)
    if update.state not in EDITABLE:
        raise DomainError(_("This update is with the Secretariat now. Copy what you typed if you want to keep it."))
    window = next(iter(fields.get("window", ())), "")
    buffer = _buffer(update, by)
    if buffer is not None and buffer.content.get("window") != window:
        raise OtherWindow(
            _("What you typed in another window waits. Open the form anew, and take it up or discard it.")
        )
    content = {
        "window": window,
        "since": buffer.content.get("since", at.isoformat()) if buffer is not None else at.isoformat(),
        "fields": {name: list(values) for name, values in fields.items()},
        "touched": sorted(
            set(touched) & set(fields) | set(buffer.content.get("touched", ()) if buffer is not None else ())
        ),
    }
    version = max(read_seen(next(iter(fields.get("seen", ())), "")).version, 0)
    if buffer is not None:
        buffer.content, buffer.saved_at, buffer.based_on_version = content, at, version
    else:
        row = DraftBuffer(update_id=update.id, person_id=by.id, based_on_version=version, content=content, saved_at=at)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError as error:  # another window was quicker
            raise OtherWindow(_("You have this form open in another window. Go on there, or close it.")) from error
    return update


def typing_on(update: Update | None, *, by: User, at: datetime) -> tuple[Typing | None, list[Typing]]:
    """Return what waits of the person's own, and who else is typing now."""
    if update is None:
        return None, []
    rows = [_typing(row) for row in db.session.execute(buffers_of(update.id))]
    own = next((each for each in rows if each.person_id == by.id), None)
    return own, [each for each in rows if each.person_id != by.id and at - each.saved_at < RECENT]


def forget_typing(update: Update, *, by: User, window: str | None = None) -> None:
    """Forget what a person typed: it was saved, or discarded. With a window, only what was typed there."""
    buffer = _buffer(update, by)
    if buffer is not None and (window is None or buffer.content.get("window") == window):
        db.session.delete(buffer)


def forget_old_typing(now: datetime) -> int:
    """Remove what nobody took up for thirty days; return how much. Safe to run again."""
    old = sa.delete(DraftBuffer).where(DraftBuffer.saved_at < now - KEPT_FOR)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]  # a DELETE has one


def begin_row(item: Item, round_: Round) -> Update:
    """Begin the row of an update that nobody has drafted."""
    update = Update(item=item, round=round_)
    try:
        with db.session.begin_nested():
            db.session.add(update)
    except IntegrityError:  # somebody else began it at the same moment
        found = find_update(item, round_)
        assert found is not None
        return found
    return update


def _buffer(update: Update, by: User) -> DraftBuffer | None:
    return db.session.scalar(sa.select(DraftBuffer).filter_by(update_id=update.id, person_id=by.id))


def _typing(row: Any) -> Typing:
    content = row.content
    return Typing(
        person_id=row.person_id,
        name=row.name,
        since=datetime.fromisoformat(content["since"]) if "since" in content else row.saved_at,
        saved_at=row.saved_at,
        window=content.get("window", ""),
        fields=content.get("fields", {}),
        touched=frozenset(content.get("touched", ())),
    )
