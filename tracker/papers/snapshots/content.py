"""What a snapshot holds: plain values under codes, the same text for the same data in every database.

Source: DESIGN §3.11. Keys and lists are ordered by codes here, in Python; moments are UTC; nothing is named by an id of
the database. Names, titles and footnotes stand as they were.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from tracker.core.database import db
from tracker.dashboards.queries.reader import Reader
from tracker.instruments.queries import themes
from tracker.meetings.models import Meeting
from tracker.meetings.queries import decisions_of, matters_arising
from tracker.papers.snapshots import queries
from tracker.papers.snapshots.models import Circle
from tracker.progress.queries.figures import figures_open_to
from tracker.progress.services.disclosing import FigureSet, as_seen

FORMAT: Final = "commitment-tracker-snapshot/1"
#: The texts of an answer.
TEXTS: Final = ("narrative", "reason", "obstacles", "next_steps", "help_text", "share_text")

Content = dict[str, Any]


def reader_of(circle: Circle, today: date) -> Reader:
    """Return whose eyes a snapshot sees with."""
    return Reader(reads_all=circle is Circle.SECRETARIAT, own=(), today=today)


def content_now(meeting: Meeting, circle: Circle, *, at: datetime, today: date) -> Content:
    """Return the state of play as it stands.

    Args:
        meeting: for which it is taken.
        circle: whose view.
        at: now (UTC).
        today: the day in the network's zone, which share dates are compared with.
    """
    reader = reader_of(circle, today)
    commitments = db.session.execute(queries.commitments_frozen()).all()
    return {
        "format": FORMAT,
        "circle": circle.value,
        "taken_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "as_of": today.isoformat(),
        "meeting": _meeting(meeting),
        "parties": sorted((_party(row) for row in db.session.execute(queries.parties_frozen())), key=_code),
        "themes": sorted(
            ({"code": row.code, "name": row.name, "position": row.position} for row in db.session.scalars(themes())),
            key=_code,
        ),
        "instruments": _instruments(commitments),
        "commitments": _commitments(commitments),
        "items": _items(reader),
        "figures": _figures(reader),
        "decisions": [_decision(row) for row in db.session.scalars(decisions_of(meeting.id))],
        "matters_arising": [
            _decision(row) | {"meeting": row.meeting.code, "meeting_title": row.meeting.title}
            for row in db.session.scalars(matters_arising(meeting))
        ],
    }


def _code(entry: Mapping[str, Any]) -> str:
    return str(entry["code"])


def _meeting(meeting: Meeting) -> Content:
    round_ = meeting.round
    return {
        "code": meeting.code,
        "title": meeting.title,
        "starts_on": meeting.starts_on.isoformat(),
        "ends_on": meeting.ends_on.isoformat() if meeting.ends_on else None,
        "date_precision": meeting.date_precision.value,
        "city": meeting.city,
        "country": meeting.country_code,
        "is_sample": meeting.is_sample,
        "agenda": meeting.agenda,
        "round": {
            "opens_on": round_.opens_on.isoformat(),
            "due_on": round_.due_on.isoformat(),
            "closes_on": round_.closes_on.isoformat(),
            "share_on": round_.share_on.isoformat() if round_.share_on else None,
            "timezone": round_.timezone,
            "instruments": sorted(each.code for each in round_.instruments),
        }
        if round_ is not None
        else None,
    }


def _party(row: Any) -> Content:
    return {
        "code": row.code,
        "kind": row.kind.value,
        "name": row.name,
        "short_name": row.short_name,
        "position": row.position,
        "footnote": row.footnote,
    }


def _instruments(rows: Sequence[Any]) -> list[Content]:
    found = {
        row.instrument: {
            "code": row.instrument,
            "short_title": row.short_title,
            "title": row.instrument_title,
            "adopted_on": row.adopted_on.isoformat(),
        }
        for row in rows
    }
    return sorted(found.values(), key=_code)


def _commitments(rows: Sequence[Any]) -> list[Content]:
    others: dict[str, list[str]] = defaultdict(list)
    for row in db.session.execute(queries.other_themes_frozen()):
        others[row.code].append(row.theme)
    return sorted(
        (
            {
                "code": row.code,
                "instrument": row.instrument,
                "position": row.position,
                "title": row.title,
                "summary": row.summary,
                "strength": row.strength.value,
                "addressee": row.addressee.value,
                "version": row.version,
                "theme": row.theme,
                "other_themes": sorted(others[row.code]),
            }
            for row in rows
        ),
        key=_code,
    )


def _items(reader: Reader) -> list[Content]:
    documents: dict[int, list[Content]] = defaultdict(list)
    for row in db.session.execute(queries.evidence_frozen(reader)):
        documents[row.revision_id].append(
            {
                "title": row.title,
                "kind": row.kind.value,
                "dated_on": row.dated_on.isoformat() if row.dated_on else None,
                "version": row.number,
                "where": row.url or row.file_name,
                "sha256": row.sha256,
            }
        )
    found = []
    for row in db.session.execute(queries.items_frozen(reader)):
        answer = None
        if row.revision_id is not None:
            answer = _answer(row)
            answer["evidence"] = sorted(documents[row.revision_id], key=lambda each: (each["title"], each["sha256"]))
        # Booleans come as numbers from one engine.
        pending = bool(row.is_pending) if reader.reads_all else False
        found.append({"commitment": row.commitment, "party": row.party, "answer": answer, "is_pending": pending})
    return sorted(found, key=lambda each: (each["commitment"], each["party"]))


def _answer(row: Any) -> Content:
    return {
        "meeting": row.meeting,
        "meeting_title": row.meeting_title,
        "due_on": row.due_on.isoformat(),
        "revision": row.number,
        "sha256": row.sha256,
        "status": row.status.value if row.status is not None else None,
        **{name: getattr(row, name) for name in TEXTS},
        "needs_help": bool(row.needs_help),
        "help_kind": row.help_kind.value if row.help_kind else None,
        "can_share": bool(row.can_share),
        "share_kind": row.share_kind.value if row.share_kind else None,
        "is_restricted": bool(row.is_restricted),
        "is_late": bool(row.is_late),
        "is_unchanged": row.unchanged_from_id is not None,
        "is_redacted": row.redacted_at is not None,
        "lead_institution": row.lead_institution,
        "target_on": row.target_on.isoformat() if row.target_on else None,
        "steps": [
            {name: step.get(name) for name in ("what", "responsible", "due_on", "done_on")} for step in row.steps or []
        ],
        "submitted_at": row.submitted_at.astimezone(UTC).isoformat(timespec="seconds"),
        "decided_at": row.decided_at.astimezone(UTC).isoformat(timespec="seconds") if row.decided_at else None,
    }


def _figures(reader: Reader) -> list[Content]:
    """Return the figures as the readers of the snapshot see them: small numbers are hidden once and for all."""
    rows = db.session.execute(
        figures_open_to(sa.true(), reads_all=reader.reads_all, own=reader.own, today=reader.today)
    ).all()
    found = [_figure_set(each) for each in as_seen(rows, is_inside=reader.reads_all)]
    return sorted(found, key=lambda each: (each["indicator"], each["party"], each["year"]))


def _figure_set(found: FigureSet) -> Content:
    indicator = found.indicator
    return {
        "indicator": indicator.code,
        "title": indicator.title,
        "unit": indicator.unit,
        "type": indicator.type.value,
        "theme": indicator.theme.code,
        "party": found.party.code if found.party is not None else "",
        "year": found.year,
        "cells": {cell: _cell(figure) for cell, figure in sorted(found.figures.items())},
    }


def _cell(figure: Any) -> Content:
    answer = figure.answer
    return {
        "shown": figure.shown.value,
        "kind": answer.kind.value if answer is not None else None,
        "value": _decimal(answer.value) if answer is not None else None,
        "text": answer.text if answer is not None else "",
        "currency": answer.currency if answer is not None else "",
        "source": answer.source if answer is not None else "",
    }


def _decimal(value: Decimal | None) -> str | None:
    """Write a decimal in one form: engines give back different numbers of zeros."""
    return f"{value.normalize():f}" if value is not None else None


def _decision(row: Any) -> Content:
    return {
        "number": row.number,
        "text": row.text,
        "addressee": row.addressee,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "theme": row.theme.code if row.theme is not None else None,
        "commitment": row.commitment.code if row.commitment is not None else None,
        "settled_on": row.settled_on.isoformat() if row.settled_on else None,
    }


def answers_in(content: Mapping[str, Any]) -> Iterable[tuple[tuple[str, str], Mapping[str, Any] | None]]:
    """Return the answer of each item: by commitment and party."""
    return (((each["commitment"], each["party"]), each["answer"]) for each in content["items"])
