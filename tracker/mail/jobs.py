"""What the scheduler does with the outbox."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from tracker.core.clock import running_from
from tracker.core.database import db
from tracker.mail.delivery import deliver
from tracker.mail.models import Notification
from tracker.mail.transport import Transport

#: How long the text of a mail is kept. Source: DESIGN §3.14.
KEPT_FOR: Final = timedelta(days=730)


def deliver_mail(
    now: datetime, *, is_stopping: Callable[[], bool] = lambda: False, transport: Transport | None = None
) -> int:
    """Send what is due; return how many mails were taken."""
    return deliver(running_from(now), is_stopping=is_stopping, transport=transport)


def forget_old_bodies(now: datetime) -> int:
    """Blank the texts of mails that left, or were tried, 24 months ago; return how many. The rows stay."""
    left_at = sa.func.coalesce(Notification.sent_at, Notification.first_attempt_at)
    is_old = sa.and_(left_at < now - KEPT_FOR, Notification.body_text.is_not(None))
    done = db.session.execute(
        sa.update(Notification)
        .where(is_old)
        .values(body_text=None, body_html=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one
