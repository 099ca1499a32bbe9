"""Submitting all that is ready in one go, and the second pair of eyes of a party."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress import policies
from tracker.progress.checks import Remark, personal_data
from tracker.progress.forms.signing_off import ReadyForm, SendBackForm
from tracker.progress.models import Update, ValidationKind
from tracker.progress.queries.items import item_in_full
from tracker.progress.queries.signing_off import requests_in, updates_by_id
from tracker.progress.queries.work import hands_of, items_in_round
from tracker.progress.services import drafting, signing_off
from tracker.progress.services.advice import personal_data_repeated, remarks_on
from tracker.progress.services.answers import answer_of, missing
from tracker.progress.services.rounds import round_now
from tracker.progress.services.signing_off import CLEARANCE, Clearance, Outcome
from tracker.progress.views.acting import key_of, new_key, round_for
from tracker.progress.views.blueprint import bp
from tracker.progress.views.work import party_here
from tracker.progress.views.worklist import WorkRow, rows_of
from tracker.progress.workflow import UpdateState


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An item that can go."""

    row: WorkRow
    update: Update
    #: The item and the version that was shown; for "no change", the answer that is repeated.
    value: str
    remarks: Sequence[Remark]
    lacks_clearance: bool
    #: The request of somebody else that waits for this person.
    asked: Any | None

    @property
    def personal_data(self) -> Remark | None:
        return personal_data(self.remarks)

    @property
    def is_no_change(self) -> bool:
        return self.asked is not None and self.asked.kind is ValidationKind.NO_CHANGE


@dataclass(frozen=True, kw_only=True)
class Staying:
    """An item that stays, and why."""

    row: WorkRow
    why: Any
    wanted: Sequence[Any] = ()
    #: Where it is put right.
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """The page: what goes and what stays."""

    ready: list[Ready]
    to_validate: list[Ready]
    staying: list[Staying]
    done: int


@bp.route("/work/submit", methods=["GET", "POST"])
def submit_ready() -> ResponseReturnValue:
    """Let a coordinator submit all that is ready, after a look at what goes and what stays."""
    party, parties = party_here()
    if not policies.answers_for(current_user(), party):
        abort(403)
    now = utc_now()
    round_ = round_now(party.id, at=now).current
    form = ReadyForm()
    here = _sign_off(party, round_, at=now) if round_ is not None else None
    if here is not None and form.is_submitted():
        return _go(party, here, form, at=now) or _page(party, parties, round_, here, form)
    return _page(party, parties, round_, here, form)


def _page(
    party: Party, parties: list[Party], round_: Round | None, here: SignOff | None, form: ReadyForm
) -> ResponseReturnValue:
    if not form.is_submitted():
        form.key.data = new_key()
    sent = form.is_submitted()
    return render_template(
        "progress/submit_ready.html",
        party=party,
        parties=parties,
        round=round_,
        here=here,
        form=form,
        ticked=set(request.form.getlist("items")) if sent else None,
        looked=set(request.form.getlist("looked_again")),
        asks=party.needs_validation,
    )


def _go(party: Party, here: SignOff, form: ReadyForm, *, at: datetime) -> ResponseReturnValue | None:
    """Take what was ticked as far as it goes; None where something has to be put right first."""
    sent = set(request.form.getlist("items"))
    offered = {each.value: each for each in [*here.ready, *here.to_validate]}
    chosen = [offered[value] for value in sorted(sent & set(offered))]
    is_valid = form.validate()
    if not sent:
        form.refuse(form.key, _("Tick at least one item."))
        return None
    looked = set(request.form.getlist("looked_again"))
    if unread := [each.row.code for each in chosen if each.personal_data and each.value not in looked]:
        form.refuse(
            form.key, _("Look at the texts of %(codes)s again, then set the tick there.", codes=", ".join(unread))
        )
        is_valid = False
    if any(each.lacks_clearance for each in chosen):
        is_valid = form.require_clearance(today=local_day(at, party.timezone)) and is_valid
    if not is_valid:
        return None
    by, code = current_user(), party.code
    target = url_for(".show_work", party=code)
    if not drafting.use_key(key_of(form, party.id), by=by, at=at):
        return redirect(target)
    clearance = None
    if form.cleared_on.data is not None:
        clearance = Clearance(
            name=form.cleared_by_name.data or "", function=form.cleared_by_function.data or "", on=form.cleared_on.data
        )
    outcomes: Counter[Outcome] = Counter()
    codes = {str(row.item_id): row.code for row in _rows_here(here)}
    stayed = [codes[id_] for value in sorted(sent - set(offered)) if (id_ := value.partition("-")[0]) in codes]
    for each in sorted(chosen, key=lambda ready: ready.update.id):
        try:
            with db.session.begin_nested():
                outcomes[_take(each, clearance, at=at)] += 1
        except DomainError:
            stayed.append(each.row.code)
    db.session.commit()
    _tell(outcomes, stayed)
    return redirect(target)


def _take(each: Ready, clearance: Clearance | None, *, at: datetime) -> Outcome:
    """Take one item as far as it goes, all or nothing.

    Raises:
        DomainError: it changed since the page was shown, or cannot go any more.
    """
    by, update = current_user(), each.update
    if each.is_no_change:
        looked_again = each.personal_data is not None
        return signing_off.repeat(update.item, update.round, by=by, at=at, looked_again=looked_again)
    version = update.version
    if drafting.lock(update).version != version:
        raise DomainError(_("The draft changed meanwhile."))
    if each.lacks_clearance and clearance is not None:
        signing_off.clear(update, clearance, by=by, at=at)
    return signing_off.hand_over(update, by=by, at=at, looked_again=each.personal_data is not None)


def _tell(outcomes: Counter[Outcome], stayed: list[str]) -> None:
    went = outcomes[Outcome.SUBMITTED] + outcomes[Outcome.VALIDATED]
    if went:
        flash(
            ngettext(
                "%(num)s update is submitted. The Secretariat reviews it next; until then you can take it back.",
                "%(num)s updates are submitted. The Secretariat reviews them next; until then you can take them back.",
                went,
            ),
            "done",
        )
    if asked := outcomes[Outcome.ASKED]:
        flash(
            ngettext(
                "%(num)s update waits for validation. Another coordinator or deputy of your party sees it here.",
                "%(num)s updates wait for validation. Another coordinator or deputy of your party sees them here.",
                asked,
            ),
            "done",
        )
    if stayed:
        flash(
            _("Changed meanwhile, and not submitted: %(codes)s. Look at it again.", codes=", ".join(sorted(stayed))),
            "care",
        )


@bp.post("/items/<int:item_id>/update/send-back")
def send_back(item_id: int) -> ResponseReturnValue:
    """Decline to validate an update, with what has to change."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.submit_update, item)
    form = SendBackForm()
    update = drafting.find_update(item, round_for(item, at=utc_now()))
    if update is None:
        abort(404)
    if not form.validate():
        flash(_("Say in a sentence what has to change, then send it back."), "care")
        return redirect(url_for(".check_update", item_id=item_id))
    drafting.lock(update)
    signing_off.send_back(update, note=form.note.data or "", by=current_user(), at=utc_now())
    code, party = item.commitment.code, item.party.code
    db.session.commit()
    flash(_("%(code)s is sent back within your party, with your note.", code=code), "done")
    return redirect(url_for(".show_work", party=party))


def _rows_here(here: SignOff) -> list[WorkRow]:
    return [each.row for group in (here.ready, here.to_validate, here.staying) for each in group]


def _sign_off(party: Party, round_: Round, *, at: datetime) -> SignOff:
    """Sort the party's items into what goes, what waits for this person's validation, and what stays and why."""
    hands = db.session.execute(hands_of(party.id, round_.id)).all()
    held = {hand.item_id: hand.name for hand in hands if hand.ready_at is None}
    found = db.session.execute(items_in_round(party.id, round_.id)).all()
    rows = rows_of(found, hands)
    update_ids = {row.item_id: row.update_id for row in found}
    asked = {row.item_id: row for row in db.session.execute(requests_in([round_.id], party_id=party.id))}
    wanted_ids = [update_ids[row.item_id] for row in rows if update_ids[row.item_id] and not row.is_done]
    updates = {update.item_id: update for update in db.session.scalars(updates_by_id(wanted_ids))}
    remarks = remarks_on(list(updates.values()), today=local_day(at, party.timezone))
    repeated = personal_data_repeated(
        [
            row.accepted_revision_id
            for row in rows
            if row.accepted_revision_id is not None and _repeats(asked.get(row.item_id))
        ]
    )
    here = SignOff(ready=[], to_validate=[], staying=[], done=sum(row.is_done for row in rows))
    for row in rows:
        if row.is_done:
            continue
        update = updates.get(row.item_id)
        request_ = asked.get(row.item_id)
        stays = _why_it_stays(row, update, request_, held.get(row.item_id))
        if stays is not None or update is None:
            here.staying.append(stays or _not_begun(row))
            continue
        ready = Ready(
            row=row,
            update=update,
            value=f"{row.item_id}-{update.version}-{row.accepted_revision_id or 0}",
            remarks=_remarks_on(row, request_, remarks[update.id], repeated),
            lacks_clearance=bool(missing(answer_of(update))) and update.drafted_at is not None,
            asked=request_,
        )
        (here.to_validate if request_ is not None else here.ready).append(ready)
    return here


def _repeats(request_: Any | None) -> bool:
    return request_ is not None and request_.kind is ValidationKind.NO_CHANGE


def _remarks_on(
    row: WorkRow, request_: Any, of_draft: Sequence[Remark], repeated: Mapping[int, Remark]
) -> Sequence[Remark]:
    """Return the advice on a draft; of an answer that is repeated, only what has to be confirmed."""
    if not _repeats(request_):
        return of_draft
    found = repeated.get(row.accepted_revision_id or 0)
    return [found] if found is not None else []


def _not_begun(row: WorkRow) -> Staying:
    return Staying(row=row, why=_l("Not begun."), url=url_for(".edit_update", item_id=row.item_id))


def _why_it_stays(row: WorkRow, update: Update | None, request_: Any, holder: str | None) -> Staying | None:
    form_url = url_for(".edit_update", item_id=row.item_id)
    if request_ is not None:
        mine = request_.asked_by_id in (current_user().id, current_user().acting_for.get(request_.party_id))
        return Staying(row=row, why=_l("Waits for validation by another person of your party.")) if mine else None
    if update is None or row.state is None:
        return _not_begun(row)
    if update.state is UpdateState.RETURNED and not _corrected(update):
        return Staying(row=row, why=_l("Returned by the Secretariat, and not corrected yet."), url=form_url)
    wanted = [(name, sentence) for name, sentence in missing(answer_of(update)) if name not in CLEARANCE]
    if wanted:
        sentences = [sentence for _name, sentence in wanted]
        return Staying(row=row, why=_l("Not complete:"), wanted=sentences, url=f"{form_url}?check=1")
    if holder is not None:
        why = _l("In the hands of %(name)s, who has not said that it can go.", name=holder)
        return Staying(row=row, why=why, url=form_url)
    return None


def _corrected(update: Update) -> bool:
    """Tell whether a returned update was written in after its return."""
    return update.drafted_at is not None and (update.decided_at is None or update.drafted_at > update.decided_at)
