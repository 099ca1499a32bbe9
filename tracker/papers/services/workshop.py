"""Making the papers that wait, one after the other. Any number of processes may do this side by side.

The outbox does the same with mail (``docs/adr/0003``): a claim sets a lease and is committed before the work begins.
"""

import io
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from tracker.accounts.models import User
from tracker.core.database import db, reading_only
from tracker.core.storage import storage
from tracker.mail.rendering import speaking
from tracker.papers.making import CannotBeMade, Made, Maker, Order
from tracker.papers.models import Paper, PaperState

logger = logging.getLogger(__name__)

#: Longer than the longest silence of a maker; each sign of progress renews it.
LEASE: Final = timedelta(minutes=2)
MOST_ATTEMPTS: Final = 3
#: Before another attempt, times the attempts made.
PAUSE: Final = timedelta(seconds=5)
#: After so long a pass ends; the next one goes on.
PASS_LASTS: Final = timedelta(seconds=60)
#: Progress is not written more often than this.
SECONDS_BETWEEN_SIGNS: Final = 1.0


@dataclass(frozen=True)
class _Claimed:
    """What the workshop needs of a row once its transaction has ended."""

    lease: str
    kind: str
    attempts: int
    language: str
    source_name: str | None
    order: Order


class Workshop:
    """One pass over the papers that wait, by one process."""

    def __init__(
        self, makers: Mapping[str, Maker], clock: Callable[[], datetime], is_stopping: Callable[[], bool]
    ) -> None:
        self._makers = makers
        self._clock = clock
        self._is_stopping = is_stopping
        self._wrote_at = 0.0

    def run(self) -> int:
        """Make what waits; return how many papers were finished, with a file or with a sentence why there is none."""
        ends_at, finished = self._clock() + PASS_LASTS, 0
        while not self._is_stopping() and self._clock() < ends_at:
            claimed = self._claim()
            if claimed is None:
                break
            finished += self._work(claimed)
        return finished

    def _claim(self) -> _Claimed | None:
        """Take the lease of the next paper, and commit."""
        now = self._clock()
        waits = sa.and_(
            Paper.state.in_((PaperState.ASKED, PaperState.MAKING)),
            Paper.next_attempt_at <= now,
            sa.or_(Paper.state == PaperState.ASKED, Paper.leased_until <= now),
        )
        with reading_only():  # most passes find nothing; they need no write lock
            has_any = db.session.scalar(sa.select(Paper.id).where(waits).limit(1)) is not None
            db.session.rollback()
        if not has_any:
            return None
        query = sa.select(Paper).where(waits).order_by(Paper.next_attempt_at, Paper.id).limit(1)
        paper = db.session.scalar(query.with_for_update(skip_locked=True, of=Paper))
        if paper is None:
            db.session.rollback()
            return None
        if paper.attempts >= MOST_ATTEMPTS:  # every one of them died with its process
            error_id = secrets.token_hex(4)
            logger.error("paper %s was given up: its makers died, error %s", paper.id, error_id)
            for name, value in _failure(_failed_words(), error_id, at=now).items():
                setattr(paper, name, value)
            paper.lease = paper.leased_until = None
            db.session.commit()
            return self._claim()
        lease = secrets.token_urlsafe(24)
        paper.state, paper.lease, paper.leased_until = PaperState.MAKING, lease, now + LEASE
        paper.attempts += 1
        paper.read_at, paper.done, paper.total, paper.doing = now, 0, 0, ""
        person = db.session.get(User, paper.requested_by_id) if paper.requested_by_id is not None else None
        claimed = _Claimed(
            lease=lease,
            kind=paper.kind,
            attempts=paper.attempts,
            language=person.language if person is not None else "",
            source_name=paper.source.storage_name if paper.source is not None else None,
            order=_order(paper, now),
        )
        db.session.commit()
        return claimed

    def _work(self, claimed: _Claimed) -> bool:
        """Make one paper and record what came of it; tell whether it is finished."""
        paper_id = claimed.order.paper_id
        try:
            made = self._make(claimed)
            blob = storage().put(io.BytesIO(made.content))
        except CannotBeMade as reason:
            db.session.rollback()
            return self._record(claimed, _failure(str(reason), "", at=self._clock()))
        except Exception:
            db.session.rollback()
            error_id = secrets.token_hex(4)
            logger.exception("paper %s (%s), attempt %d, error %s", paper_id, claimed.kind, claimed.attempts, error_id)
            if claimed.attempts >= MOST_ATTEMPTS:
                return self._record(claimed, _failure(_failed_words(), error_id, at=self._clock()))
            again = self._clock() + PAUSE * claimed.attempts
            self._record(claimed, {"state": PaperState.ASKED, "next_attempt_at": again})
            return False
        is_ours = self._record(
            claimed,
            {
                "state": PaperState.READY,
                "storage_name": blob.name,
                "file_name": made.file_name,
                "media_type": made.media_type,
                "size_bytes": blob.size_bytes,
                "sha256": blob.sha256,
                "finished_at": self._clock(),
                "doing": "",
            },
        )
        if not is_ours:  # the lease ran out, and another made it
            storage().delete(blob.name)
        return is_ours

    def _make(self, claimed: _Claimed) -> Made:
        maker = self._makers.get(claimed.kind)
        if maker is None:
            raise LookupError(f"no maker for papers of kind {claimed.kind!r}")
        order = claimed.order
        if claimed.source_name is not None:
            with storage().open(claimed.source_name) as file:
                order = replace(order, source=file.read())
        with speaking(claimed.language or None):
            with reading_only():
                try:
                    data = maker.gather(order)
                finally:
                    db.session.rollback()
            return maker.make(data, lambda done, total, words: self._progress(claimed, done, total, words))

    def _progress(self, claimed: _Claimed, done: int, total: int, words: str) -> None:
        """Write how far the work is, and renew the lease."""
        if time.monotonic() - self._wrote_at < SECONDS_BETWEEN_SIGNS:
            return
        self._wrote_at = time.monotonic()
        values = {"done": done, "total": total, "doing": words[:300], "leased_until": self._clock() + LEASE}
        _persist(_held(claimed).values(**values))

    def _record(self, claimed: _Claimed, values: Mapping[str, Any]) -> bool:
        """Write what came of it, and end the lease; tell whether it was still ours to write."""
        return _persist(_held(claimed).values(lease=None, leased_until=None, **values)) > 0


def _order(paper: Paper, now: datetime) -> Order:
    return Order(
        paper_id=paper.id,
        parameters=json.loads(paper.parameters),
        party_id=paper.party_id,
        round_id=paper.round_id,
        requested_by_id=paper.requested_by_id,
        requested_at=paper.requested_at,
        now=now,
        source_file_name=paper.source.file_name if paper.source is not None else "",
    )


def _failed_words() -> str:
    return str(_("The paper could not be made. Tell the Secretariat the number below, or ask for it again later."))


def _failure(sentence: str, error_id: str, *, at: datetime) -> dict[str, Any]:
    return {"state": PaperState.FAILED, "error": sentence, "error_id": error_id, "finished_at": at, "doing": ""}


def _held(claimed: _Claimed) -> sa.Update:
    return sa.update(Paper).where(Paper.id == claimed.order.paper_id, Paper.lease == claimed.lease)


def _persist(statement: sa.Update) -> int:
    """Write and commit; a paper that is made must not be lost because the database was busy for a moment."""
    for pause in (0.2, 1.0, 3.0, None):
        try:
            done = db.session.execute(statement.execution_options(synchronize_session=False))
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one
    raise AssertionError  # the last turn returns or raises
