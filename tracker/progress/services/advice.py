"""The second look before a submission, for one update or for many in two statements."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.progress.checks import Document, Remark, Texts, look_at, looks_personal
from tracker.progress.models import Update
from tracker.progress.queries.advice import documents_named, texts_of_revisions, titles_in_revisions
from tracker.progress.services.answers import ANSWER_FIELDS


class PersonalDataUnconfirmed(DomainError):
    """Something looks like personal data, and nobody said that they looked again."""


def remarks_on(updates: Sequence[Update], *, today: date) -> dict[int, list[Remark]]:
    """Return what is worth a second look, by id of the update. Items and standings should be loaded."""
    if not updates:
        return {}
    evidence: dict[int, list[Document]] = defaultdict(list)
    for row in db.session.execute(documents_named([update.id for update in updates])):
        day = row.dated_on or local_day(row.added_at, "UTC")
        document = Document(title=row.title, url=row.url, day=day, expires_on=row.expires_on)
        evidence[row.update_id].append(document)
    last_ids = {update.id: update.item.standing.accepted_revision_id for update in updates}
    wanted = [id_ for id_ in last_ids.values() if id_ is not None]
    last = {row.id: _texts(row) for row in db.session.execute(texts_of_revisions(wanted))} if wanted else {}
    return {
        update.id: look_at(
            _texts(update),
            last=last.get(last_ids[update.id] or 0),
            evidence=evidence[update.id],
            target_on=update.item.target_on,
            today=today,
        )
        for update in updates
    }


def personal_data_repeated(revision_ids: Collection[int]) -> dict[int, Remark]:
    """Return what looks like personal data in answers that are about to be repeated, by id of the revision."""
    if not revision_ids:
        return {}
    titles: dict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(titles_in_revisions(revision_ids)):
        titles[row.revision_id].append(row.title)
    rows = db.session.execute(texts_of_revisions(revision_ids)).all()
    found = {row.id: looks_personal(_texts(row), titles[row.id]) for row in rows}
    return {id_: remark for id_, remark in found.items() if remark is not None}


def _texts(row: Any) -> Texts:
    values = {name: getattr(row, name, None) for name in ANSWER_FIELDS}
    return Texts(status=row.status, by_field={name: text for name, text in values.items() if isinstance(text, str)})
