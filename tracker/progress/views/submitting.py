"""Handing an update over: the check before it goes, the submission, and taking it back."""

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.changes import mark
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.progress import policies
from tracker.progress.checks import personal_data
from tracker.progress.expiry import expiry
from tracker.progress.forms.signing_off import SendBackForm
from tracker.progress.forms.updating import SubmitForm
from tracker.progress.forms.work import ActForm
from tracker.progress.models import Item, Update
from tracker.progress.queries.answers import answer_with_round
from tracker.progress.queries.evidence import evidence_of_party
from tracker.progress.queries.items import item_in_full
from tracker.progress.queries.library import versions_visible_to
from tracker.progress.queries.signing_off import latest_validation
from tracker.progress.services import drafting, signing_off
from tracker.progress.services.advice import PersonalDataUnconfirmed, remarks_on
from tracker.progress.services.answers import answer_of, missing
from tracker.progress.services.disclosing import as_seen, blocks_of
from tracker.progress.services.evidence import attached_to
from tracker.progress.services.revisions import current_figures
from tracker.progress.services.rounds import round_now
from tracker.progress.services.signing_off import Outcome
from tracker.progress.views.acting import key_of, new_key, round_for
from tracker.progress.views.blueprint import bp
from tracker.progress.workflow import EDITABLE, UpdateAction


@bp.get("/items/<int:item_id>/update/check")
def check_update(item_id: int) -> ResponseReturnValue:
    """Show the coordinator what goes to the Secretariat."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.submit_update, item)
    round_ = round_now(item.party_id, at=utc_now()).current
    update = drafting.find_update(item, round_) if round_ is not None else None
    if update is None or update.drafted_at is None:  # the form says why, or is there to begin
        return redirect(url_for(".edit_update", item_id=item_id))
    if update.state not in EDITABLE:
        return redirect(url_for(".show_item", item_id=item_id))
    if missing(answer_of(update)):
        return redirect(url_for(".edit_update", item_id=item_id, check=1))
    return _check_page(item, update, SubmitForm(formdata=None))


@bp.post("/items/<int:item_id>/update/submit")
def submit_update(item_id: int) -> ResponseReturnValue:
    """Submit exactly what was checked; a second press of the same button does nothing more."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.submit_update, item)
    form = SubmitForm()
    if not form.validate():
        abort(400)
    now, by = utc_now(), current_user()
    code, party = item.commitment.code, item.party.code
    target = url_for(".show_work", party=party)
    if not drafting.use_key(key_of(form, item_id), by=by, at=now):
        return redirect(target)
    update = drafting.find_update(item, round_for(item, at=now))
    if update is None:
        raise DomainError(_("Nothing was written yet. Open the update, write it and save it."))
    if drafting.lock(update).state not in EDITABLE:
        raise DomainError(_("This update was submitted already. Open the item to see where it stands."))
    if form.version.data != str(update.version) or (form.figures.data or mark([])) != _mark_of(current_figures(update)):
        return _check_page(item, update, form, has_changed=True), 409
    try:
        outcome = signing_off.hand_over(update, by=by, at=now, looked_again=form.looked_again.data)
    except PersonalDataUnconfirmed:
        return _unconfirmed(item_id, form)
    db.session.commit()
    flash(
        _("%(code)s waits for validation. Another coordinator or deputy of your party sees it now.", code=code)
        if outcome is Outcome.ASKED
        else _("%(code)s is submitted. The Secretariat reviews it next; until then you can take it back.", code=code),
        "done",
    )
    return redirect(target)


def _unconfirmed(item_id: int, form: SubmitForm) -> str:
    """Show the page again, and ask for the tick; nothing was submitted."""
    db.session.rollback()
    set_reading_only(True)
    item = db.first_or_404(item_in_full(item_id))
    update = drafting.find_update(item, round_for(item, at=utc_now()))
    assert update is not None  # it was there a moment ago, and updates are never deleted
    form.refuse(form.looked_again, _("Look at the texts again, then set this tick or take the personal data out."))
    return _check_page(item, update, form)


def _check_page(item: Item, update: Update, form: SubmitForm, *, has_changed: bool = False) -> str:
    last_id = item.standing.accepted_revision_id
    form.version.data = str(update.version)
    form.key.data = new_key()
    attached = attached_to(update)
    validation = db.session.scalar(latest_validation(update.id)) if item.party.needs_validation else None
    asked = validation if validation is not None and validation.stands() else None
    remarks = remarks_on([update], today=local_day(utc_now(), item.party.timezone))[update.id]
    figures = current_figures(update)
    form.figures.data = _mark_of(figures)
    today = network_today()
    visible = versions_visible_to(current_user(), today=today)
    documents = db.session.execute(evidence_of_party(item.party_id, attached, visible=visible))
    return render_template(
        "progress/check_update.html",
        item=item,
        update=update,
        form=form,
        has_changed=has_changed,
        remarks=remarks,
        personal_data=personal_data(remarks),
        validation=validation,
        may_validate=asked is not None and signing_off.may_validate(asked, current_user()),
        is_asked=asked is not None,
        send_back_form=SendBackForm(formdata=None),
        last=db.session.execute(answer_with_round(last_id)).one_or_none() if last_id is not None else None,
        figures=blocks_of(as_seen(figures, is_inside=True)),
        evidence=[row for row in documents if row.id in attached],
        expiry_of=lambda last_day: expiry(last_day, today),
    )


def _mark_of(figures: Iterable[Any]) -> str:
    """Return a mark of the figures that were checked; others may enter them elsewhere meanwhile."""
    return mark([[row.Indicator.code, row.year, row.cell, row.number] for row in figures])


@bp.post("/items/<int:item_id>/update/recall")
def recall_update(item_id: int) -> ResponseReturnValue:
    """Take a submitted update back, while nobody reviews it."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.submit_update, item)
    form = ActForm()
    if not form.validate():
        abort(400)
    now, by = utc_now(), current_user()
    if drafting.use_key(key_of(form, item_id), by=by, at=now):
        update = drafting.find_update(item, round_for(item, at=now))
        if update is None:
            abort(404)
        drafting.lock(update)
        if not update.allows(UpdateAction.RECALL):
            raise DomainError(
                _("This update cannot be taken back: the Secretariat reads it already. Ask them to return it.")
                if update.review_started_at is not None
                else _("This update is not with the Secretariat now. Open it to go on.")
            )
        drafting.recall(update, by=by, at=now)
        code = item.commitment.code
        db.session.commit()
        flash(_("%(code)s is a draft again. Correct it, then submit it anew.", code=code), "done")
    return redirect(url_for(".edit_update", item_id=item_id))
