"""What a party has said, as plain data: worded, in order. The page, the text file and the Word file read this."""

from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from tracker.core import footnotes
from tracker.core.database import db
from tracker.core.filters import day
from tracker.papers.national.data import SAMPLE_WORDS, answer_texts, local_words, meeting_words
from tracker.papers.said.choices import Wanted
from tracker.papers.said.queries import updates_said
from tracker.parties.models import Party
from tracker.progress.labels import status_label
from tracker.progress.models import Revision, Update
from tracker.progress.statuses import NOT_REPORTED
from tracker.progress.workflow import UpdateState

Data = dict[str, Any]


def said_data(party: Party, theme_name: str, wanted: Wanted, *, at: datetime) -> Data:
    """Return everything that was said; ``theme_name`` is empty for all themes."""
    footnotes.forget()
    name = footnotes.named(party)
    rounds: list[Data] = []
    seen: set[str] = set()
    count = 0
    updates = db.session.scalars(updates_said(party.id, wanted)).all()
    is_sample = any(update.round.meeting.is_sample for update in updates)
    for _round_id, together in groupby(updates, key=lambda each: each.round_id):
        rows = list(together)
        entries = [entry for update in rows for entry in _entries(update, wanted, seen)]
        if entries:
            rounds.append({"title": meeting_words(rows[0].round), "entries": entries})
            count += len(entries)
    about = theme_name or _("all themes")
    return {
        "language": str(get_locale() or "en").split("_", maxsplit=1)[0],
        "title": _("What %(party)s has said on %(theme)s", party=name, theme=about),
        "network": _("Network of Anti-Trafficking Coordinators in South-Eastern Europe"),
        "party": {"code": party.code, "name": name},
        "theme": wanted.theme or "all",
        "about": _about(wanted, count),
        "rounds": rounds,
        "count": count,
        "footnotes": footnotes.footnotes(),
        "sample": str(SAMPLE_WORDS) if is_sample else "",
        "product": _("Commitment Tracker"),
        "page_words": _("Page"),
        "as_of": _("As of %(moment)s", moment=local_words(at, party)),
        "day": at.date().isoformat(),
    }


def _about(wanted: Wanted, count: int) -> list[str]:
    years = {
        (True, True): "",
        (False, True): _("from %(year)s on", year=wanted.since),
        (True, False): _("up to %(year)s", year=wanted.until),
        (False, False): _("from %(since)s to %(until)s", since=wanted.since, until=wanted.until),
    }[wanted.since is None, wanted.until is None]
    answers = ngettext("%(num)s answer", "%(num)s answers", count)
    held = (
        _("Accepted answers, and those that wait for review; each of these is marked.")
        if wanted.with_submitted
        else _("Accepted answers only.")
    )
    return [", ".join(filter(None, [answers, years])) + ".", str(held)]


def _entries(update: Update, wanted: Wanted, seen: set[str]) -> list[Data]:
    """Return what was accepted of an update, and what waits beside it."""
    found = []
    if update.accepted_revision is not None:
        found.append(_entry(update, update.accepted_revision, [_("Accepted")], seen))
    if wanted.with_submitted and update.state is UpdateState.SUBMITTED and update.latest_revision is not None:
        found.append(_entry(update, update.latest_revision, [_("Submitted, waits for review")], seen))
    return found


def _entry(update: Update, revision: Revision, marks: list[str], seen: set[str]) -> Data:
    """Return one answer; a text that was said before word for word is not printed twice."""
    commitment = update.item.commitment
    texts = answer_texts(revision)
    said = f"{update.item_id}\n{texts}"
    is_repeated = bool(texts) and said in seen
    seen.add(said)
    if is_repeated:
        marks = [*marks, _("Said again in the same words")]
    if revision.is_restricted:
        marks = [*marks, _("Restricted: for the party and the Secretariat only")]
    if revision.redacted_at is not None:
        marks = [*marks, _("Redacted because: %(reason)s", reason=revision.redaction_reason)]
    return {
        "code": commitment.code,
        "title": commitment.title,
        "instrument": commitment.instrument.short_title,
        "status": revision.status.value if revision.status is not None else NOT_REPORTED,
        "status_words": status_label(revision.status),
        "marks": [str(mark) for mark in marks],
        "submitted": _("Submitted on %(day)s", day=day(revision.submitted_at.date())),
        "texts": [] if is_repeated else texts,
    }
