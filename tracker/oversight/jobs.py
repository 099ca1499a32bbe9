"""Forgetting what has been kept long enough, and files that nothing names. Source: DESIGN §3.14, promise P34."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.jobs import forget_old_sign_ins
from tracker.audit.services import record
from tracker.core.database import Model, db
from tracker.core.storage import RANDOM_NAME, storage
from tracker.mail.jobs import forget_old_bodies
from tracker.progress.services.typing import forget_old_typing


def forget_old(now: datetime) -> int:
    """Remove what is kept for a time only, with an entry that says how much; return how much.

    Sign-ins and attempts go after 90 days, links 30 days after their end, the texts of mails after 24 months, what
    was typed and not saved after 30 days. Rows of the outbox, the log and the revisions stay. Safe to run again: it
    asks what is old, not when it last ran.
    """
    counts = {
        "sign_ins_attempts_and_links": forget_old_sign_ins(now),
        "texts_of_mails": forget_old_bodies(now),
        "typed_and_not_saved": forget_old_typing(now),
    }
    total = sum(counts.values())
    if total:
        record("retention.forgot", None, at=now, job="forget-old", changes=counts)
    return total


#: A file lies in the storage before the row that names it is committed: younger ones may still get theirs.
_TIME_FOR_A_ROW: Final = timedelta(days=1)
#: Listing a store costs something; what nobody names can wait so long.
_BETWEEN_SWEEPS: Final = timedelta(hours=1)
_SWEPT_AT: Final = "storage_swept_at"


def sweep_files(now: datetime) -> int:
    """Remove files that no row names a day after they came, and what killed processes left; return how many.

    Safe to run again, and by many at once. Files with names that are not the tracker's are left alone.
    """
    swept_at: datetime | None = current_app.extensions.get(_SWEPT_AT)
    if swept_at is not None and swept_at <= now < swept_at + _BETWEEN_SWEEPS:
        return 0
    current_app.extensions[_SWEPT_AT] = now
    before = now - _TIME_FOR_A_ROW
    count = storage().remove_unfinished(before=before)
    old = {each.name for each in storage().stored() if each.stored_at < before and RANDOM_NAME.fullmatch(each.name)}
    for name in sorted(old - names_in_tables()):
        storage().delete(name)
        count += 1
    if count:
        record("storage.swept", None, at=now, job="sweep-files", changes={"files": count})
    return count


def names_in_tables() -> set[str]:
    """Return every name of a stored file that a row holds: in every column called ``storage_name``."""
    return {
        name for column in _name_columns() for name in db.session.scalars(sa.select(column).where(column.is_not(None)))
    }


def _name_columns() -> Iterable[sa.Column[str]]:
    return [table.c.storage_name for table in Model.metadata.sorted_tables if "storage_name" in table.c]
