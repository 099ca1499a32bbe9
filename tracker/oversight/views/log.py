"""The log of acts, for those who run the network."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, Final

import sqlalchemy as sa
from flask import Response, current_app, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.audit.models import AuditEvent
from tracker.audit.services import record
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.forms import options
from tracker.core.spreadsheets import BYTE_ORDER_MARK, MEDIA_TYPE, lines
from tracker.oversight import labels, policies
from tracker.oversight.forms.log import LogFilterForm
from tracker.oversight.queries import LogFilter, events, people_in_log, subject_names
from tracker.oversight.reading import changes_in
from tracker.oversight.views.blueprint import bp
from tracker.parties.queries import all_parties

PAGE_SIZE: Final = 50
#: Events read at a time while a file is written.
BATCH: Final = 1_000
_PLACE: Final = re.compile(r"[1-9][0-9]{0,17}")

#: The page that shows a subject: endpoint and the name of its variable.
_PAGES: Final = {
    "commitment": ("dashboards.show_commitment", "code"),
    "instrument": ("instruments.show_instrument", "code"),
    "item": ("progress.show_item", "item_id"),
    "meeting": ("meetings.show_meeting", "meeting_id"),
    "membership": ("people.show_person", "person_id"),
    "party": ("dashboards.show_party", "code"),
    "progress_update": ("progress.show_item", "item_id"),
    "revision": ("progress.show_item", "item_id"),
    "round": ("meetings.show_meeting", "meeting_id"),
    "user_account": ("people.show_person", "person_id"),
}

_COLUMNS: Final = (
    "number", "at_utc", "person", "person_email", "on_behalf_of", "means", "from", "act", "subject", "subject_id",
    "party", "request_id", "changes", "redacted_at_utc", "redaction_reason", "hash",
)  # fmt: skip


@bp.get("")
def list_events() -> ResponseReturnValue:
    """Show who did what, the newest first."""
    require(policies.view_log, None)
    form = _filters(request.args)
    for label in form.unknown():
        flash(_("The filter “%(label)s” was not known. Everything is shown.", label=label), "care")
    wanted = form.wanted()
    rows, newer, older = _page(wanted)
    return render_template(
        "audit/list_events.html",
        form=form,
        rows=rows,
        newer=newer,
        older=older,
        subjects=_subjects(rows),
        changes_in=changes_in,
        is_filtered=wanted.is_set,
        sees_all=current_user().is_administrator,
        kept={name: str(value) for name, value in form.data.items() if value},
    )


@bp.post("/export")
def export_events() -> ResponseReturnValue:
    """Hand out the log as a CSV file. Reading so much of it is an act of its own, and is recorded."""
    require(policies.view_log, None)
    form = _filters(request.form)
    if form.unknown():
        flash(_("A filter was not known. Choose it again, then download."), "care")
        return redirect(url_for(".list_events"))
    wanted, at = form.wanted(), utc_now()
    visible, sees_all = policies.events_visible_to(current_user()), current_user().is_administrator
    chosen = {name: value for name, value in form.data.items() if value}
    record("audit.exported", None, at=at, by=current_user(), changes=chosen)
    db.session.commit()
    headers = {
        "Content-Disposition": f"attachment; filename=log-{at:%Y-%m-%d}.csv",
        "Cache-Control": "no-store",
    }
    return Response(stream_with_context(_csv(wanted, visible, sees_all)), content_type=MEDIA_TYPE, headers=headers)


def _filters(data: Any) -> LogFilterForm:
    form = LogFilterForm(data)
    people = db.session.execute(people_in_log()).all()
    parties = db.session.scalars(all_parties())
    form.person.choices = options([("", _("Everybody")), *((str(row.id), row.name) for row in people)])
    form.party.choices = options([("", _("All parties")), *((party.code, party.short_name) for party in parties)])
    form.act.choices = options([("", _("Everything")), *_sorted(labels.FEATURE_WORDS)])
    form.kind.choices = options([("", _("All kinds")), *_sorted(labels.SUBJECT_WORDS)])
    return form


def _sorted(words: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted(((key, str(word)) for key, word in words.items()), key=lambda pair: pair[1].casefold())


def _page(wanted: LogFilter) -> tuple[Sequence[Any], int | None, int | None]:
    """Return a page of events, and the numbers beyond which newer and older ones stand."""
    query = events(wanted, policies.events_visible_to(current_user()))
    before, after = _place("before"), _place("after")
    if after is not None:
        upwards = query.where(AuditEvent.seq > after).order_by(None).order_by(AuditEvent.seq).limit(PAGE_SIZE + 1)
        found = db.session.execute(upwards).all()
        rows = found[:PAGE_SIZE][::-1]
        return rows, rows[0].seq if len(found) > PAGE_SIZE else None, rows[-1].seq if rows else None
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    found = db.session.execute(query.limit(PAGE_SIZE + 1)).all()
    rows = found[:PAGE_SIZE]
    newer = rows[0].seq if rows and before is not None else None
    return rows, newer, rows[-1].seq if len(found) > PAGE_SIZE else None


def _place(name: str) -> int | None:
    asked = request.args.get(name, "")
    return int(asked) if _PLACE.fullmatch(asked) else None


def _subjects(rows: Sequence[Any]) -> dict[tuple[str, int], tuple[str, str | None]]:
    """Return name and address of what the events are about, where they have one."""
    ids: dict[str, list[int]] = {}
    for row in rows:
        if row.subject_id is not None:
            ids.setdefault(row.subject_type, []).append(row.subject_id)
    query = subject_names(ids)
    found = db.session.execute(query) if query is not None else ()
    return {(row.subject_type, row.id): (row.name, _address(row.subject_type, row.page)) for row in found}


def _address(subject_type: str, page: str) -> str | None:
    endpoint, variable = _PAGES[subject_type]
    values: dict[str, Any] = {variable: page}
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _csv(wanted: LogFilter, visible: sa.ColumnElement[bool], sees_all: bool) -> Iterator[str]:
    """Write the file piece by piece: a batch of events is all that is in memory, and no lock is held meanwhile."""
    set_reading_only(True)
    hidden = () if sees_all else ("number", "hash")  # their gaps would tell of the entries that are left out
    columns = [name for name in _COLUMNS if name not in hidden]
    yield BYTE_ORDER_MARK + lines([columns])
    last: int | None = None
    while True:
        query = events(wanted, visible)
        rows = db.session.execute((query if last is None else query.where(AuditEvent.seq < last)).limit(BATCH)).all()
        db.session.rollback()
        if not rows:
            return
        last = rows[-1].seq
        yield lines([[_cells(row)[name] for name in columns] for row in rows])


def _cells(row: Any) -> dict[str, Any]:
    return {
        "number": row.seq,
        "at_utc": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "person": row.actor,
        "person_email": row.actor_email,
        "on_behalf_of": row.behalf,
        "means": row.means.value,
        "from": row.origin,
        "act": row.act,
        "subject": "" if row.subject_type == "none" else row.subject_type,
        "subject_id": row.subject_id,
        "party": row.party,
        "request_id": row.request_id,
        "changes": row.content,
        "redacted_at_utc": row.redacted_at.astimezone(UTC).isoformat() if row.redacted_at else None,
        "redaction_reason": row.redaction_reason,
        "hash": row.hash,
    }
