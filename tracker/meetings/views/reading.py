"""The list of meetings, one meeting, and its calendar file."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require, use_tracker
from tracker.core.clock import network_today
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.instruments.queries import themes_named
from tracker.mail.rendering import absolute_url
from tracker.meetings import calendar, policies
from tracker.meetings.models import DatePrecision, MeetingKind, MeetingState
from tracker.meetings.panels import panels_of
from tracker.meetings.places import place, place_known
from tracker.meetings.queries import (
    decisions_of,
    instruments_of_meetings,
    matters_arising,
    meetings_listed,
    scope_of,
)
from tracker.meetings.schedule import RoundDates, RoundPhase, phase
from tracker.meetings.timeline import ladder
from tracker.meetings.views.blueprint import bp, load
from tracker.parties.models import Party
from tracker.parties.queries import all_parties
from tracker.sources.queries import sources_named


@bp.get("")
def list_meetings() -> ResponseReturnValue:
    """Show all meetings: planned ones first, then those held, those of other frameworks apart."""
    require(use_tracker, None)
    rows = db.session.execute(meetings_listed()).all()
    dealt_with: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(instruments_of_meetings()):
        dealt_with[row.meeting_id].append(row)
    parties = parties_by_code()
    planned = [row for row in rows if row.state is MeetingState.PLANNED]
    others = [row for row in rows if row.state is not MeetingState.PLANNED]
    return render_template(
        "meetings/list_meetings.html",
        planned=planned,
        held=[row for row in others if row.kind is not MeetingKind.NEIGHBOUR],
        neighbours=[row for row in others if row.kind is MeetingKind.NEIGHBOUR],
        dealt_with=dealt_with,
        places={row.id: place(row, parties) for row in rows},
        phase_of=_phase_of,
        today=network_today(),
    )


@bp.get("/<int:meeting_id>")
def show_meeting(meeting_id: int) -> ResponseReturnValue:
    """Show a meeting, the time line of its round, and what is known of it."""
    meeting = load(meeting_id)
    require(policies.view_meeting, meeting)
    round_, today = meeting.round, network_today()
    topics = db.session.scalars(themes_named(meeting.topics)).all() if meeting.topics else []
    return render_template(
        "meetings/show_meeting.html",
        meeting=meeting,
        round=round_,
        phase=round_.phase_on(today) if round_ is not None else None,
        phases=RoundPhase,
        rungs=(
            ladder(meeting, round_.dates, zone_name=round_.timezone, today=today, round_=round_)
            if round_ is not None
            else []
        ),
        today=today,
        place=place(meeting, parties_by_code()),
        topics=[theme.name for theme in topics],
        sources=db.session.scalars(sources_named(meeting.sources)).all() if meeting.sources else [],
        scope=db.session.execute(scope_of(round_.id)).one() if round_ is not None else None,
        extensions=sorted(round_.extensions, key=lambda each: each.party.position) if round_ is not None else [],
        panels=panels_of(meeting, current_user()),
        decisions=db.session.scalars(decisions_of(meeting.id)).all(),
        arising=(db.session.scalars(matters_arising(meeting)).all() if meeting.state is MeetingState.PLANNED else []),
        can_be_held=meeting.state is MeetingState.PLANNED and meeting.starts_on <= today,
        has_calendar=meeting.date_precision is DatePrecision.DAY,
    )


@bp.get("/<int:meeting_id>.ics")
def download_meeting(meeting_id: int) -> ResponseReturnValue:
    """Give the meeting as a file for calendars."""
    meeting = load(meeting_id)
    require(policies.view_meeting, meeting)
    if meeting.date_precision is not DatePrecision.DAY:
        raise DomainError(_("Only the month of this meeting is known; there is no calendar entry yet."))
    content = calendar.meeting_calendar(
        meeting,
        address=absolute_url("meetings.show_meeting", meeting_id=meeting.id),
        place=place_known(meeting, parties_by_code()),
        base_url=current_app.config["TRACKER_BASE_URL"],
    )
    return (
        content,
        {
            "Content-Type": calendar.TYPE,
            "Content-Disposition": f'attachment; filename="{meeting.code}.ics"',
            "Cache-Control": "no-store",
        },
    )


def parties_by_code() -> Mapping[str, Party]:
    """Return the parties by code."""
    return {party.code: party for party in db.session.scalars(all_parties())}


def _phase_of(row: Any) -> RoundPhase | None:
    """Return the phase of the round of a listed meeting; None where it has none."""
    if row.due_on is None:
        return None
    dates = RoundDates(opens_on=row.opens_on, due_on=row.due_on, closes_on=row.closes_on, share_on=row.share_on)
    return phase(
        dates,
        network_today(),
        opened_by_hand=row.opened_at is not None,
        closed_by_hand=row.closed_at is not None,
        cancelled=row.cancelled_at is not None,
    )
