"""Emptying the outbox: claim – commit – send – record – commit. Source: DESIGN §4, kept in ``docs/adr/0003``.

Any number of processes may do this side by side. A claim sets a lease and is committed before anything is sent, so
no transaction is open while a server is talked to; what a dead process had claimed is claimed again when its lease
runs out, under the same Message-ID.
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from tracker.core.database import db, reading_only
from tracker.mail.message import BadAddressError, build
from tracker.mail.models import DeliveryState, MailPause, Notification
from tracker.mail.rendering import Cancel, CannotRender, Mail, Postpone, Rendered, reminder_kinds, render_batch
from tracker.mail.transport import Interrupted, Refused, Transport, TryLater, Unreachable, transport_for

logger = logging.getLogger(__name__)

#: Longer than a batch takes, with its last mail held up as long as can be.
LEASE: Final = timedelta(minutes=5)
BATCH: Final = 20
#: What was claimed and written so long ago is given back, and written anew.
BATCH_IS_FRESH: Final = timedelta(seconds=60)
#: After so long the pass ends, so that the scheduler shows that it lives; the next one goes on.
PASS_LASTS: Final = timedelta(seconds=100)
#: So many mails in a row over which the connection broke: it is the server, not the mails.
BROKEN_IN_A_ROW: Final = 3

FIRST_DELAY: Final = timedelta(seconds=30)
#: While the trouble is young, so that all is out soon after a server comes back from some hours away.
LONGEST_DELAY_AT_FIRST: Final = timedelta(minutes=8)
TROUBLE_IS_YOUNG: Final = timedelta(hours=8)
LONGEST_DELAY: Final = timedelta(minutes=30)
GIVE_UP_AFTER: Final = timedelta(hours=48)


@dataclass(frozen=True)
class _Claimed:
    """What the delivery needs of a row once its transaction has ended."""

    id: int
    kind: str
    to_address: str
    to_name: str
    message_id: str
    attempts: int
    first_attempt_at: datetime | None


def delay_before_next(attempts: int, trouble_for: timedelta) -> timedelta:
    """Return how long to wait after so many attempts in vain, the first of which lies so far back."""
    longest = LONGEST_DELAY_AT_FIRST if trouble_for < TROUBLE_IS_YOUNG else LONGEST_DELAY
    doubled = FIRST_DELAY * (1 << min(attempts - 1, 16))
    return min(doubled, longest)


class Delivery:
    """One pass over the outbox by one process."""

    def __init__(self, clock: Callable[[], datetime], transport: Transport, is_stopping: Callable[[], bool]) -> None:
        self._clock = clock
        self._transport = transport
        self._is_stopping = is_stopping
        self._broken_in_a_row = 0
        self.sent = 0

    def run(self) -> int:
        """Send what is due; return how many mails the server took."""
        ends_at = self._clock() + PASS_LASTS
        try:
            while not self._is_stopping() and self._clock() < ends_at and self._deliver_some():
                pass
        finally:
            self._transport.close()
        return self.sent

    def _deliver_some(self) -> bool:
        """Claim and send a batch; tell whether to go on."""
        lease, claimed_at = secrets.token_urlsafe(24), self._clock()
        claimed = _claim(lease, claimed_at)
        if not claimed:
            return False
        rendered = _render([row.id for row in claimed], claimed_at)
        for position, row in enumerate(claimed):
            if self._is_stopping() or self._clock() - claimed_at > BATCH_IS_FRESH:
                _give_back([row.id for row in claimed[position:]], lease)
                return not self._is_stopping()
            if not self._deliver(row, rendered.get(row.id, Cancel(_("The mail is not there any more."))), lease):
                _give_back([row.id for row in claimed[position + 1 :]], lease)
                return False
        return True

    def _deliver(self, row: _Claimed, mail: Rendered | CannotRender, lease: str) -> bool:
        """Send one mail and record what came of it; tell whether the server is worth another try now."""
        if isinstance(mail, Cancel):
            self._record(row, lease, state=DeliveryState.CANCELLED, note=mail.reason)
            return True
        if isinstance(mail, Postpone):
            self._record(row, lease, state=DeliveryState.QUEUED, next_attempt_at=mail.until)
            return True
        if isinstance(mail, CannotRender):
            self._try_later(row, lease, mail.error)
            return True
        config = current_app.config
        try:
            message = build(
                mail,
                to_address=row.to_address,
                to_name=row.to_name,
                message_id=row.message_id,
                sent_at=self._clock(),
                sender=config["MAIL_SENDER"],
                sender_name="Commitment Tracker",
                reply_to=config["MAIL_REPLY_TO"],
            )
            answer = self._transport.send(row.to_address, message)
        except (Refused, BadAddressError) as problem:
            self._attempted(row, lease, state=DeliveryState.FAILED, server_answer=str(problem))
            self._broken_in_a_row = 0
        except TryLater as problem:
            self._try_later(row, lease, str(problem))
            self._broken_in_a_row = 0
        except Interrupted as problem:
            self._try_later(row, lease, str(problem))
            self._broken_in_a_row += 1
        except Unreachable as problem:
            self._try_later(row, lease, str(problem))
            return False
        except Exception as error:  # whatever is wrong with this mail must not stop the others
            logger.exception("mail %s cannot be sent", row.id)
            self._try_later(row, lease, f"The mail could not be put together ({type(error).__name__}).")
        else:
            self._sent(row, lease, mail, answer)
        return self._broken_in_a_row < BROKEN_IN_A_ROW

    def _sent(self, row: _Claimed, lease: str, mail: Mail, answer: str) -> None:
        self.sent += 1
        self._broken_in_a_row = 0
        self._attempted(
            row,
            lease,
            state=DeliveryState.SENT,
            sent_at=self._clock(),
            server_answer=answer,
            subject=mail.subject,
            body_text=mail.text if mail.keep_body else None,
            body_html=mail.html if mail.keep_body else None,
        )

    def _try_later(self, row: _Claimed, lease: str, answer: str) -> None:
        now = self._clock()
        trouble_for = now - (row.first_attempt_at or now)
        if trouble_for >= GIVE_UP_AFTER:
            self._attempted(row, lease, state=DeliveryState.FAILED, server_answer=answer)
            return
        due = now + delay_before_next(row.attempts + 1, trouble_for)
        self._attempted(row, lease, state=DeliveryState.QUEUED, server_answer=answer, next_attempt_at=due)

    def _attempted(self, row: _Claimed, lease: str, **values: Any) -> None:
        first = row.first_attempt_at or self._clock()
        self._record(row, lease, attempts=row.attempts + 1, first_attempt_at=first, **values)

    def _record(self, row: _Claimed, lease: str, **values: Any) -> None:
        statement = sa.update(Notification).where(Notification.id == row.id)
        if values["state"] is not DeliveryState.SENT:  # that a mail has left is true whoever holds the lease
            statement = statement.where(Notification.lease == lease)
        _persist(statement.values(lease=None, leased_until=None, updated_at=self._clock(), **values))


def _claim(lease: str, now: datetime) -> list[_Claimed]:
    """Take the lease of the next mails that are due, and commit."""
    is_due = sa.and_(
        Notification.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
        Notification.next_attempt_at <= now,
        sa.or_(Notification.state == DeliveryState.QUEUED, Notification.leased_until <= now),
    )
    is_paused = sa.and_(
        Notification.kind.in_(reminder_kinds()),
        sa.exists().where(sa.or_(MailPause.round_id.is_(None), MailPause.round_id == Notification.round_id)),
    )
    with reading_only():
        # Most passes find nothing; they need no write lock.
        has_any = db.session.scalar(sa.select(Notification.id).where(is_due, ~is_paused).limit(1)) is not None
        db.session.rollback()
    if not has_any:
        return []
    rows = db.session.execute(
        sa.select(
            Notification.id,
            Notification.kind,
            Notification.to_address,
            Notification.to_name,
            Notification.message_id,
            Notification.attempts,
            Notification.first_attempt_at,
        )
        .where(is_due, ~is_paused)
        .order_by(Notification.next_attempt_at, Notification.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Notification)
    ).all()
    claimed = [_Claimed(*row) for row in rows]
    db.session.execute(
        sa.update(Notification)
        .where(Notification.id.in_([row.id for row in claimed]))
        .values(state=DeliveryState.SENDING, lease=lease, leased_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return claimed


def _render(ids: list[int], now: datetime) -> Mapping[int, Rendered | CannotRender]:
    with reading_only():
        rows = db.session.scalars(sa.select(Notification).where(Notification.id.in_(ids)).order_by(Notification.id))
        try:
            return render_batch(rows.all(), now)
        finally:
            db.session.rollback()


def _give_back(ids: list[int], lease: str) -> None:
    """End the lease of mails that were claimed and not tried."""
    if ids:
        _persist(
            sa.update(Notification)
            .where(Notification.id.in_(ids), Notification.lease == lease)
            .values(state=DeliveryState.QUEUED, lease=None, leased_until=None)
        )


def _persist(statement: sa.Update) -> None:
    """Write what happened. A mail that has left must not be forgotten because the database was busy for a moment."""
    for pause in (0.2, 1.0, 3.0, None):
        try:
            db.session.execute(statement.execution_options(synchronize_session=False))
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return


def deliver(
    clock: Callable[[], datetime],
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    transport: Transport | None = None,
) -> int:
    """Send what is due; return how many mails were taken. Safe to run again, and by many at once."""
    return Delivery(clock, transport or transport_for(current_app.config), is_stopping).run()
