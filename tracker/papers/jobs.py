"""What the scheduler does about papers."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from tracker.audit.services import record
from tracker.core.clock import running_from
from tracker.core.database import db, reading_only
from tracker.core.storage import delete_on_commit
from tracker.papers.making import Maker
from tracker.papers.models import Paper, PaperSource
from tracker.papers.queries import papers_to_forget
from tracker.papers.services.workshop import Workshop

#: Papers are copies of what stands in the tracker, and can be made again.
KEPT: Final = timedelta(days=30)
_BATCH: Final = 200


def make_papers(now: datetime, makers: Mapping[str, Maker], *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Make the papers that wait; return how many were finished. Safe to run again, and by many at once."""
    return Workshop(makers, running_from(now), is_stopping).run()


def forget_old_papers(now: datetime) -> int:
    """Delete papers after 30 days, and those that say what was redacted since; return how many. Safe to run again."""
    with reading_only():
        rows = db.session.execute(papers_to_forget(now - KEPT, limit=_BATCH)).all()
        db.session.rollback()
    if not rows:
        return 0
    ids = [row.id for row in rows]
    db.session.execute(sa.delete(PaperSource).where(PaperSource.paper_id.in_(ids)))
    db.session.execute(sa.delete(Paper).where(Paper.id.in_(ids)))
    for name in (name for row in rows for name in (row.storage_name, row.source_name) if name is not None):
        delete_on_commit(name)
    record("retention.forgot", None, at=now, job="forget-old-papers", changes={"papers": len(rows)})
    return len(rows)
