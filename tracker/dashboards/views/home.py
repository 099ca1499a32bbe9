"""The first page, by role."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_user, open_to_links
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.core.frame import endpoint_exists, shown_zone
from tracker.core.zones import local_day
from tracker.dashboards.queries import home as queries
from tracker.dashboards.queries.barometer import acts_since
from tracker.dashboards.views.blueprint import bp
from tracker.mail.models import DeliveryState
from tracker.meetings.models import Round
from tracker.meetings.schedule import RoundPhase
from tracker.parties.models import PartyKind
from tracker.progress.queries.rounds import rounds_from
from tracker.progress.workflow import UpdateAction
from tracker.reminders.services import ladder_of

#: How many entries the short lists show.
CHANGES, WAITING = 8, 5
#: An update that waits longer than this is pointed out. Source: DESIGN §4.
LONG_WAIT: Final = timedelta(days=5)


@bp.get("/")
@open_to_links
def show_home() -> ResponseReturnValue:
    """Lead everybody to what they come for: the office to its overview, parties to their work, readers to the table."""
    rights = current_user().rights
    if rights.is_secretariat:
        return _secretariat_home()
    if rights.coordinates or rights.contributes:
        return redirect(url_for("progress.show_work"))
    if rights.is_administrator:
        return _administrator_home()
    return redirect(url_for(".show_matrix"))


@dataclass(frozen=True, kw_only=True)
class RoundHere:
    """The round that the office looks at, and where it stands."""

    round: Round
    phase: RoundPhase
    days_left: int
    #: The next rungs of its ladder: day, and days from the due date.
    reminders: list[tuple[date, int]]


def _secretariat_home() -> ResponseReturnValue:
    here = _round_here()
    parties = db.session.execute(queries.submissions_by_party(here.round.id)).all() if here else []
    waiting = db.session.execute(queries.longest_waiting(WAITING)).all()
    today = local_day(utc_now(), shown_zone())
    short = db.session.execute(queries.parties_short_of_people(network_today())).all()
    return render_template(
        "dashboards/home_secretariat.html",
        here=here,
        countries=[row for row in parties if row.kind is PartyKind.COUNTRY],
        others=[row for row in parties if row.kind is not PartyKind.COUNTRY],
        done=sum(row.done for row in parties),
        items=sum(row.items for row in parties),
        missing=[row for row in parties if not row.done],
        week=_week(),
        changes=db.session.execute(queries.latest_changes(CHANGES)).all(),
        waiting=[(row, (today - local_day(row.submitted_at, shown_zone())).days) for row in waiting],
        waiting_in_all=waiting[0].waiting if waiting else 0,
        long_wait=LONG_WAIT.days,
        without_coordinator=[row for row in short if not row.has_coordinator],
        without_deputy=[row for row in short if row.has_coordinator],
        failed_mails=_mails().get(DeliveryState.FAILED, 0),
        today=today,
        link=_link,
    )


@dataclass(frozen=True, kw_only=True)
class Week:
    """How many updates were handed in, accepted and sent back in the last seven days."""

    submitted: int
    accepted: int
    sent_back: int


def _week() -> Week:
    acts = {row.action: row.updates for row in db.session.execute(acts_since(utc_now() - timedelta(days=7)))}

    def number(*actions: UpdateAction) -> int:
        return sum(acts.get(each, 0) for each in actions)

    return Week(
        submitted=number(UpdateAction.SUBMIT, UpdateAction.NO_CHANGE),
        accepted=number(UpdateAction.ACCEPT),
        sent_back=number(UpdateAction.RETURN, UpdateAction.REOPEN),
    )


def _round_here() -> RoundHere | None:
    """Return the round that is open, else the next one that is planned."""
    now = utc_now()
    rounds = db.session.scalars(rounds_from(network_today())).unique().all()
    by_phase: dict[RoundPhase, list[Round]] = {}
    for each in rounds:
        by_phase.setdefault(each.phase_on(local_day(now, each.timezone)), []).append(each)
    found = next(iter(by_phase.get(RoundPhase.OPEN, []) or by_phase.get(RoundPhase.PLANNED, [])), None)
    if found is None:
        return None
    today = local_day(now, found.timezone)
    offsets = [rung.offset_days for rung in ladder_of(found) if rung.is_enabled]
    days = ((found.due_on + timedelta(days=offset), offset) for offset in offsets)
    return RoundHere(
        round=found,
        phase=found.phase_on(today),
        days_left=(found.due_on - today).days,
        reminders=[each for each in days if today <= each[0] < found.meeting.starts_on][:2],
    )


def _administrator_home() -> ResponseReturnValue:
    """Show accounts, schedulers and mail; that no scheduler runs is said by the frame of every page."""
    mails = _mails()
    return render_template(
        "dashboards/home_administrator.html",
        accounts=db.session.execute(queries.accounts_in_numbers(network_today())).one(),
        beats=db.session.execute(queries.scheduler_beats()).all(),
        failed_mails=mails.get(DeliveryState.FAILED, 0),
        unsent_mails=mails.get(DeliveryState.QUEUED, 0) + mails.get(DeliveryState.SENDING, 0),
        link=_link,
    )


def _mails() -> dict[Any, int]:
    return {state: number for state, number in db.session.execute(queries.mail_by_state())}


def _link(endpoint: str, **values: Any) -> str | None:
    """Return the address of a page of another feature, or None where it is not part of this installation."""
    return url_for(endpoint, **values) if endpoint_exists(endpoint) else None
