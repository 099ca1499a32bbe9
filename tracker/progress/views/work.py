"""A person's work in the open round: the list, and "no change" for what has not changed."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.accounts.access import current_user, open_to_links, require
from tracker.accounts.queries import absent_led_by
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.forms import options
from tracker.core.frame import shown_zone
from tracker.core.zones import local_day
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress import policies
from tracker.progress.checks import Remark
from tracker.progress.forms.work import ActForm, Grouping, NoChangeForm, Wanted, WorkQuery
from tracker.progress.models import Item
from tracker.progress.queries.items import item_in_full, items_by_id
from tracker.progress.queries.signing_off import requests_in
from tracker.progress.queries.steps import overdue_steps
from tracker.progress.queries.work import hands_of, items_in_round, secretariat_party
from tracker.progress.services import drafting, signing_off
from tracker.progress.services.advice import PersonalDataUnconfirmed, personal_data_repeated
from tracker.progress.services.rounds import round_now
from tracker.progress.services.signing_off import Outcome
from tracker.progress.views.acting import key_of, round_for
from tracker.progress.views.blueprint import bp
from tracker.progress.views.worklist import WorkRow, count, deadline_of, grouped, rows_of
from tracker.progress.workflow import EDITABLE

VIEWS = {
    Wanted.ALL: _l("All"),
    Wanted.TODO: _l("To do"),
    Wanted.DRAFTS: _l("Drafts"),
    Wanted.RETURNED: _l("Returned"),
    Wanted.DONE: _l("Submitted or accepted"),
    Wanted.OVERDUE: _l("With overdue steps"),
}


@bp.get("/work")
@open_to_links
def show_work() -> ResponseReturnValue:
    """Show what the person's party has to report on in the open round."""
    require(policies.view_work, None)
    parties = _parties()
    query = _query(parties)
    party = _chosen(parties, query)
    now = utc_now()
    rounds = round_now(party.id, at=now)
    if rounds.current is None:
        return render_template(
            "progress/show_work_closed.html", party=party, parties=parties, following=rounds.following
        )
    overdue = db.session.execute(overdue_steps(party.id, today=local_day(now, party.timezone))).all()
    rows = _rows(party, rounds.current, overdue)
    wanted, grouping = Wanted(query.state.data), Grouping(query.group.data)
    can_submit = policies.answers_for(current_user(), party)
    return render_template(
        "progress/show_work.html",
        party=party,
        parties=parties,
        round=rounds.current,
        meeting=rounds.current.meeting,
        deadline_=deadline_of(rounds.current, party.id, at=now, zone_name=shown_zone()),
        rows=rows,
        overdue=[step for step in overdue if can_submit or any(row.item_id == step.item_id for row in rows)],
        groups=grouped(rows, by=grouping, wanted=wanted),
        counts=count(rows),
        views_=VIEWS,
        wanted=wanted,
        grouping=grouping,
        returned=[row for row in rows if row.is_returned],
        unchanged=sum(row.offers_no_change for row in rows) if can_submit else 0,
        can_submit=can_submit,
        absent=_absent(party, now.date()),
        begun=sum(row.state in EDITABLE for row in rows) if can_submit else 0,
        to_validate=sum(row.asked_by_id not in (None, current_user().id) for row in rows) if can_submit else 0,
        ready=sum(row.is_ready and not row.is_done for row in rows) if can_submit else 0,
        key=secrets.token_hex(16),
        link=lambda **values: url_for(".show_work", **_kept(query, parties, values)),
    )


@bp.post("/items/<int:item_id>/no-change")
def submit_no_change(item_id: int) -> ResponseReturnValue:
    """Submit the last accepted answer of one item once more."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.submit_update, item)
    form = ActForm()
    if not form.validate():
        abort(400)
    now, by = utc_now(), current_user()
    code, party = item.commitment.code, item.party.code
    done = _("%(code)s is submitted without change. The Secretariat reviews it next.", code=code)
    try:
        is_new = drafting.use_key(key_of(form, item_id), by=by, at=now)
        outcome = signing_off.repeat(item, round_for(item, at=now), by=by, at=now) if is_new else None
    except PersonalDataUnconfirmed:
        db.session.rollback()
        flash(_("Nothing was submitted yet: look at the answer again, then set the tick."), "care")
        return redirect(url_for(".confirm_no_change", party=party, item=item_id))
    if outcome is Outcome.ASKED:
        done = _("“No change” on %(code)s waits for validation by another person of your party.", code=code)
    db.session.commit()
    flash(done, "done")
    return redirect(url_for(".show_work", party=party, _anchor=code))


@bp.route("/work/no-change", methods=["GET", "POST"])
def confirm_no_change() -> ResponseReturnValue:
    """Let a coordinator submit everything that has not changed, after a look at the list."""
    require(policies.view_work, None)
    parties = _parties()
    party = _chosen(parties, _query(parties))
    if not policies.answers_for(current_user(), party):
        abort(403)
    now, by = utc_now(), current_user()
    round_ = round_now(party.id, at=now).current
    rows = [row for row in _rows(party, round_) if row.offers_no_change] if round_ else []
    # One item whose texts have to be looked at again comes here alone.
    only = request.args.get("item", "")
    rows = [row for row in rows if str(row.item_id) == only] or rows
    personal = personal_data_repeated([row.accepted_revision_id for row in rows if row.accepted_revision_id])
    form = NoChangeForm()
    # The answer that was shown stands in the value: if another was accepted since, the box is not known any more.
    by_value = {f"{row.item_id}-{row.accepted_revision_id}": row for row in rows}
    form.items.choices = options((value, row.code) for value, row in by_value.items())
    if not form.is_submitted():
        form.items.data = list(by_value)
        form.key.data = secrets.token_hex(16)
    elif not drafting.use_key(key_of(form, party.id), by=by, at=now):
        return redirect(url_for(".show_work", party=party.code))
    elif round_ is not None and form.validate() and _looked_again(form, by_value, personal):
        items = db.session.scalars(items_by_id([by_value[value].item_id for value in form.items.data or []])).all()
        for item in items:
            require(policies.submit_update, item)
            signing_off.repeat(item, round_, by=by, at=now, looked_again=True)
        code, number, asks = party.code, len(items), party.needs_validation
        db.session.commit()
        flash(
            ngettext(
                "%(num)s answer waits for validation by another person of your party.",
                "%(num)s answers wait for validation by another person of your party.",
                number,
            )
            if asks
            else ngettext(
                "%(num)s answer is submitted without change. The Secretariat reviews it next.",
                "%(num)s answers are submitted without change. The Secretariat reviews them next.",
                number,
            ),
            "done",
        )
        return redirect(url_for(".show_work", party=code))
    return render_template(
        "progress/confirm_no_change.html",
        form=form,
        party=party,
        parties=parties,
        round=round_,
        rows=by_value,
        personal=personal,
        looked=request.form.getlist("looked_again"),
        only=only if len(rows) == 1 else None,
    )


def _looked_again(form: NoChangeForm, by_value: Mapping[str, WorkRow], personal: Mapping[int, Remark]) -> bool:
    """Tell whether each ticked answer that looks like it holds personal data was looked at again; else say which."""
    looked = request.form.getlist("looked_again")
    unread = [
        by_value[value].code
        for value in form.items.data or []
        if by_value[value].accepted_revision_id in personal and value not in looked
    ]
    if unread:
        codes = ", ".join(unread)
        form.refuse(form.items, _("Look at the texts of %(codes)s again, then set the tick there.", codes=codes))
    return not unread


def party_here() -> tuple[Party, list[Party]]:
    """Return the party whose work the address names, and all those whose work the person does."""
    require(policies.view_work, None)
    parties = _parties()
    return _chosen(parties, _query(parties)), parties


def _parties() -> list[Party]:
    """Return the parties whose work the person does; for officers, the Secretariat's own items."""
    user = current_user()
    parties = list(user.parties)
    if user.is_secretariat:
        own = db.session.scalar(secretariat_party().limit(1))
        parties += [own] if own is not None and own not in parties else []
    return parties or abort(404)


def _query(parties: list[Party]) -> WorkQuery:
    query = WorkQuery(request.args)
    query.party.choices = options((party.code, party.code) for party in parties)
    query.party.default = parties[0].code
    if "party" not in request.args:
        query.party.data = parties[0].code
    for label in query.unknown():
        flash(_("There is no such %(filter)s. All items are shown.", filter=label), "care")
    return query


def _chosen(parties: list[Party], query: WorkQuery) -> Party:
    return next((party for party in parties if party.code == query.party.data), parties[0])


def _rows(party: Party, round_: Round, overdue: Sequence[Any] = ()) -> list[WorkRow]:
    user = current_user()
    found: Any = items_in_round(party.id, round_.id)
    hands = db.session.execute(hands_of(party.id, round_.id)).all()
    if not policies.answers_for(user, party):
        mine = {hand.item_id for hand in hands if hand.person_id == user.id}
        found = found.where(Item.id.in_(mine))
    asked = db.session.execute(requests_in([round_.id], party_id=party.id)).all() if party.needs_validation else []
    return rows_of(db.session.execute(found).all(), hands, overdue, asked)


def _absent(party: Party, day: date) -> Any:
    """Return the absent coordinator in whose name the person acts for the party, or None."""
    user = current_user()
    if not user.coordinates(party.id):
        return None
    found = db.session.execute(absent_led_by(user, day)).all()
    return next((row for row in reversed(found) if row.party_id == party.id), None)


def _kept(query: WorkQuery, parties: list[Party], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an address of the list: the present ones, changed; those that go without saying left out."""
    state, group = values.get("state", query.state.data), values.get("group", query.group.data)
    return {
        "party": query.party.data if len(parties) > 1 else None,
        "state": None if state == Wanted.ALL else str(state),
        "group": None if group == Grouping.INSTRUMENT else str(group),
    }
