"""Writing digests: read again when a mail is claimed, then cancelled, put off or written with what is true now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from tracker.core import filters
from tracker.core.database import db
from tracker.core.zones import city
from tracker.mail.models import Notification
from tracker.mail.rendering import Cancel, Mail, Postpone, Rendered, absolute_url, render_mail, site_url, speaking
from tracker.progress.workflow import UpdateState
from tracker.reminders import calendar, queries
from tracker.reminders.carried import Ahead, Carried, Gone, Live, is_for_office, standing
from tracker.reminders.digest import Block, Digest, Entry, Office, compose
from tracker.reminders.models import StepKind
from tracker.reminders.records import ItemNow
from tracker.reminders.situation import Situation
from tracker.reminders.texts import filled

#: The kind of a mail that tries another out.
TEST = "reminder_test"
_LOOK_BACK = timedelta(days=14)


def render_digests(notifications: Sequence[Notification], now: datetime) -> Mapping[int, Rendered]:
    """Write some digests from one reading of the database."""
    carried: dict[int, list[Carried]] = defaultdict(list)
    rows = db.session.execute(queries.steps_carried_by([each.id for each in notifications])).all()
    for row in rows:
        carried[row.notification_id].append(Carried(row.round_id, row.edition, row.kind, row.rule_key, row.person_id))
    situation = Situation.of_rounds({row.round_id for row in rows}, current_app.config["TRACKER_TIMEZONE"], now)
    people = {each.person_id for each in notifications if each.person_id is not None}
    latest: dict[tuple[int, int], date] = {}
    for row in db.session.execute(queries.digests_since(people, (now - _LOOK_BACK).date())):
        if not is_for_office(row.rule_key):
            key = (row.person_id, row.round_id)
            latest[key] = max(row.local_day, latest.get(key, row.local_day))
    rendered: dict[int, Rendered] = {}
    for each in notifications:
        with speaking(each.parameters.get("language")):
            rendered[each.id] = _render(situation, each, carried[each.id], latest, now)
    return rendered


def _render(
    situation: Situation,
    notification: Notification,
    carried: Sequence[Carried],
    latest: Mapping[tuple[int, int], date],
    now: datetime,
) -> Rendered:
    person = situation.people.get(notification.person_id or 0)
    if person is None:
        return Cancel(_("The account is not active any more."))
    if person.is_paused_on(situation.rhythm(person).day_of(now)):
        return Cancel(_("Paused by the person until %(day)s.", day=filters.day(person.paused_until)))
    sent_again = "sent_again_at" in notification.parameters
    queued_on = notification.local_day
    if not sent_again and queued_on is not None:
        said_later = {round_id for (who, round_id), day in latest.items() if who == person.id and day > queued_on}
        carried = [each for each in carried if each.is_for_office or each.round_id not in said_later]
        if not carried:
            return Cancel(_("A later message says the same."))
    may_be_old = sent_again or notification.attempts > 0
    verdicts = [(each, standing(situation, each, now, queued_on=queued_on, may_be_old=may_be_old)) for each in carried]
    held = [each for each, _verdict in verdicts if situation.is_paused(each.round_id)]
    live = [each for each, verdict in verdicts if isinstance(verdict, Live) and each not in held]
    if not live:
        return _instead([verdict for _each, verdict in verdicts], bool(held), now)
    digest = compose(situation, person, live, now)
    if digest.is_empty:
        return Cancel(_("Nothing is open any more."))
    return write(digest, now)


def _instead(verdicts: Sequence[Live | Ahead | Gone], is_held: bool, now: datetime) -> Rendered:
    """Say what becomes of a digest of which nothing holds now."""
    ahead = [verdict.at for verdict in verdicts if isinstance(verdict, Ahead)]
    if ahead:
        return Postpone(min(ahead))
    if is_held:
        return Postpone(now + timedelta(minutes=10))
    reasons = [verdict.reason for verdict in verdicts if isinstance(verdict, Gone)]
    return Cancel(reasons[0] if reasons else _("Nothing is open any more."))


def render_test(notification: Notification, now: datetime) -> Rendered:
    """Write what the Secretariat tries out: somebody's digest as it would be now, or a plain test of the delivery."""
    carried = [
        Carried(round_id, edition, StepKind(kind), key, person_id)
        for round_id, edition, kind, key, person_id in notification.parameters["steps"]
    ]
    digest = None
    if carried:
        zone_name = current_app.config["TRACKER_TIMEZONE"]
        situation = Situation.of_rounds({each.round_id for each in carried}, zone_name, now)
        person = situation.people.get(notification.parameters["instead_of"])
        digest = compose(situation, person, carried, now) if person is not None else None
    if digest is None or digest.is_empty:
        return render_mail(TEST, name=notification.to_name, at=now, reminders_url=site_url("/reminders"))
    mail = write(digest, now)
    return replace(mail, subject=_("Test: %(subject)s", subject=mail.subject), headers={})


def write(digest: Digest, now: datetime) -> Mail:
    """Return the mail for a digest, in the present language."""
    first = digest.blocks[0] if digest.blocks else None
    own = first.rung if first is not None else None
    values = _places(first) if first is not None else {}
    return render_mail(
        "digest",
        attachments=[calendar.attachment([_due_day(block) for block in digest.blocks], now=now)] if first else [],
        headers={"List-Unsubscribe": f"<{absolute_url('accounts.pause_reminders')}>"},
        is_sample=digest.is_sample,
        digest=digest,
        first=first,
        own_subject=filled(own.subject, values) if own and own.subject else "",
        own_body=filled(own.body, values) if own and own.body else "",
        parts=[_block_parts(block) for block in digest.blocks],
        office=[_office_parts(office) for office in digest.office],
        work_url=site_url("/work"),
        review_url=site_url("/review"),
        reminders_url=site_url("/reminders"),
        pause_url=absolute_url("accounts.pause_reminders"),
    )


def _places(block: Block) -> dict[str, str]:
    return {
        "party": block.party.short_name,
        "meeting": block.round.title,
        "dates": block.dates,
        "due": block.due_day,
        "open": str(len(block.items)),
        "total": str(block.total),
        "days": str(abs(block.days_left)),
    }


def _block_parts(block: Block) -> dict[str, Any]:
    """Return what the templates print for a party's block."""
    here, there = block.zone_name, block.network_zone
    return {
        "block": block,
        "party": block.party,
        "due": calendar.due_words(block.due_here, here),
        "due_there": _(
            "%(day)s, %(time)s in %(city)s.",
            day=filters.weekday_day(filters.local_day(block.due_here, there)),
            time=filters.clock(block.due_here, there),
            city=city(there),
        )
        if block.is_other_zone
        else "",
        "to_correct": [_entry(item, due_on, block) for item, due_on in block.to_correct],
        "to_submit": [_entry(item, due_on, block) for item, due_on in block.to_submit],
        "done": block.total - len(block.items),
    }


def _entry(item: ItemNow, due_on: date | None, block: Block) -> Entry:
    if block.is_lead and item.waits_for(block.person_id):
        note = _("Waits for your validation")
    elif item.state is UpdateState.RETURNED:
        decided = item.decided_at
        note = (
            _("Returned to you on %(day)s", day=filters.day_short(filters.local_day(decided, block.zone_name)))
            if decided
            else _("Returned to you")
        )
    else:
        note = _("Draft") if item.state is UpdateState.DRAFT else _("Not begun")
    if due_on is not None:
        note = _("%(note)s. Asked of you by %(day)s", note=note, day=filters.day_short(due_on))
    return Entry(item.code, item.title, site_url(f"/items/{item.item_id}"), note, item.state is UpdateState.RETURNED)


def _office_parts(office: Office) -> dict[str, Any]:
    """Return what the templates print for the Secretariat."""
    return {
        "office": office,
        "round": office.round,
        "due": filters.day(office.round.due_on),
        "waiting": [
            Entry(
                f"{item.code} · {party.short_name}",
                item.title,
                site_url(f"/review/{item.update_id}"),
                _(
                    "Submitted on %(day)s",
                    day=filters.day_short(filters.local_day(item.submitted_at, office.round.timezone)),
                )
                if item.submitted_at
                else "",
            )
            for item, party in office.waiting
        ],
    }


def _due_day(block: Block) -> calendar.DueDay:
    return calendar.DueDay(
        round_id=block.round.id,
        party_code=block.party.code,
        summary=_("Reports due: %(party)s, meeting of %(dates)s", party=block.party.short_name, dates=block.dates),
        due_on=block.round.due_on_for(block.party.id),
        description=_block_parts(block)["due"],
        url=site_url("/work"),
        changed_at=block.round.changed_at(block.party.id),
    )
