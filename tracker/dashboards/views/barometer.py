"""How a round goes, party by party: for the Secretariat, before the deadline."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from tracker.accounts.access import act_as_secretariat, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.core.zones import instant, local_day
from tracker.dashboards.queries.barometer import last_sign_ins, submissions_in_full
from tracker.dashboards.views.blueprint import bp
from tracker.meetings.models import Meeting, Round
from tracker.meetings.queries import meeting_with_round
from tracker.meetings.rules import effective_due_on, extension_of


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One party."""

    row: Any
    #: Whether anybody of the party has signed in since the round opened; on which day last, if ever.
    has_signed_in: bool
    signed_in_on: date | None
    due_on: date
    has_extension: bool
    #: Until the party's own last day; negative after it.
    days_left: int
    #: How many days before the party's last day the first update came in.
    first_before: int | None

    @property
    def done(self) -> int:
        """Submitted or accepted."""
        return int(self.row.submitted + self.row.accepted)

    @property
    def open(self) -> int:
        return int(self.row.items) - self.done


@bp.get("/meetings/<int:meeting_id>/barometer")
def show_barometer(meeting_id: int) -> ResponseReturnValue:
    """Show who has signed in, submitted and been accepted, and how many days each party has left."""
    require(act_as_secretariat, None)
    meeting: Meeting = db.first_or_404(meeting_with_round(meeting_id))
    if meeting.round is None:
        abort(404)
    round_, now = meeting.round, utc_now()
    rows = db.session.execute(submissions_in_full(round_.id)).all()
    signed_in = {row.party_id: row.last_at for row in db.session.execute(last_sign_ins(network_today()))}
    readings = [_reading(row, round_, signed_in.get(row.id), now=now) for row in rows]
    return render_template(
        "dashboards/show_barometer.html",
        meeting=meeting,
        round=round_,
        readings=readings,
        days_left=(round_.due_on - local_day(now, round_.timezone)).days,
        done=sum(each.done for each in readings),
        items=sum(each.row.items for each in readings),
    )


def _reading(row: Any, round_: Round, signed_in_at: datetime | None, *, now: datetime) -> Reading:
    due_on, zone = effective_due_on(round_, row.id), round_.timezone
    opened_at = _opened_at(round_)
    return Reading(
        row=row,
        has_signed_in=signed_in_at is not None and signed_in_at >= opened_at,
        signed_in_on=local_day(signed_in_at, zone) if signed_in_at is not None else None,
        due_on=due_on,
        has_extension=extension_of(round_, row.id) is not None,
        days_left=(due_on - local_day(now, zone)).days,
        first_before=(due_on - local_day(row.first_at, zone)).days if row.first_at is not None else None,
    )


def _opened_at(round_: Round) -> datetime:
    """Return the moment the round opened: by hand, or at the beginning of its first day."""
    planned = instant(round_.opens_on, time(0), round_.timezone)
    return min(planned, round_.opened_at) if round_.opened_at is not None else planned
