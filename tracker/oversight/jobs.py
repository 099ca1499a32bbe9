"""Forgetting what has been kept long enough. Source: DESIGN §3.14."""

from datetime import datetime

from tracker.accounts.jobs import forget_old_sign_ins
from tracker.audit.services import record
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
