"""The update form: what a party answers about one item, and two people who write at the same time."""

from dataclasses import dataclass
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, open_to_links, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.difference import Part, words
from tracker.core.errorpages import keeps_typing
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.meetings.models import Round
from tracker.progress import policies
from tracker.progress.expiry import expiry
from tracker.progress.forms.figures import FigureSheet
from tracker.progress.forms.updating import UpdateForm, refuse_future
from tracker.progress.labels import status_meaning
from tracker.progress.models import Item, Update
from tracker.progress.queries.answers import answer_with_round
from tracker.progress.queries.evidence import evidence_of_party
from tracker.progress.queries.items import item_in_full
from tracker.progress.queries.library import versions_visible_to
from tracker.progress.queries.signing_off import last_clearance
from tracker.progress.queries.steps import open_steps
from tracker.progress.services import drafting
from tracker.progress.services.answers import ANSWER_FIELDS, answer_of, missing
from tracker.progress.services.figures import FigureClash, enter_figures, figures_of_item
from tracker.progress.services.handing_on import in_hand, mark_ready, take_word_back
from tracker.progress.services.merging import TEXTS, merge_evidence, read_seen
from tracker.progress.services.rounds import round_now
from tracker.progress.services.saving import DraftConflict, Typed, draft_of, last_accepted, save, taking
from tracker.progress.services.typing import forget_typing
from tracker.progress.statuses import Status
from tracker.progress.views.acting import new_key, round_for
from tracker.progress.views.blueprint import bp
from tracker.progress.views.typing import Waiting, person_mark, show_typed_again, waiting_on
from tracker.progress.workflow import EDITABLE

#: Whose text stands, in a field that two people changed.
SIDES: Final = frozenset({"mine", "theirs", "both"})


def _typed_again(item_id: int) -> str:
    """Show the form as it was sent, where its token or the session has ended."""
    return show_typed_again(item_id, again=_sent_too_late)


@bp.route("/items/<int:item_id>/update", methods=["GET", "POST"])
@open_to_links
@keeps_typing(_typed_again)
def edit_update(item_id: int) -> ResponseReturnValue:
    """Let the party write its answer about one item in the open round."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.write_update, item)
    if request.method == "POST":
        return _save(item)
    try:
        round_ = round_for(item, at=utc_now())
    except DomainError as error:
        return render_template("progress/update_closed.html", item=item, sentence=str(error))
    update = drafting.find_update(item, round_)
    if update is not None and update.state not in EDITABLE:
        return redirect(url_for(".show_item", item_id=item_id))
    draft = draft_of(update, last_accepted(item))
    waiting = waiting_on(update, draft, take_up="typed" in request.args)
    form = waiting.form or UpdateForm(formdata=None)
    if waiting.form is None:
        form.fill(draft.answer)
        form.seen.data = draft.seen.write()
        form.window.data = new_key()
        form.evidence.data = sorted(draft.evidence)
    page = _page(item, form, _sheet(item, round_, waiting.sent), update=update, round_=round_, waiting=waiting)
    if "check" in request.args:  # asked to be submitted, and not complete yet
        for name, instruction in missing(draft.answer):
            form.refuse(form[name], instruction)
    return page.render()


@dataclass(frozen=True)
class Clash:
    """A field that two people changed: the other's text, and the way from it to mine."""

    theirs: Any
    parts: list[Part] | None


@dataclass(frozen=True)
class _Page:
    values: dict[str, Any]

    def render(self, **more: Any) -> str:
        return render_template("progress/edit_update.html", **(self.values | more))


def _sheet(item: Item, round_: Round | None, typed: Any = None) -> FigureSheet:
    """Return the fields for the figures that the item asks for, as they were sent if the form was, or typed before."""
    asked = figures_of_item(item, round_) if round_ is not None else []
    return FigureSheet(asked, request.form if request.method == "POST" else typed)


def _page(
    item: Item,
    form: UpdateForm,
    sheet: FigureSheet,
    *,
    update: Update | None,
    round_: Round | None,
    waiting: Waiting | None = None,
) -> _Page:
    """Gather what stands around the form."""
    last_id = item.standing.accepted_revision_id
    last = db.session.execute(answer_with_round(last_id)).one_or_none() if last_id is not None else None
    today = network_today()
    visible = versions_visible_to(current_user(), today=today)
    evidence = db.session.execute(evidence_of_party(item.party_id, form.evidence.data or (), visible=visible)).all()
    form.offer({row.id: row.title for row in evidence})
    can_submit = policies.submit_update(current_user(), item)
    return _Page(
        {
            "item": item,
            "form": form,
            "sheet": sheet,
            "update": update,
            "round": round_,
            "last": last,
            "evidence": {row.id: row for row in evidence},
            "can_submit": can_submit,
            "assignment": None if can_submit or round_ is None else in_hand(item.id, round_.id, current_user()),
            "expiry_of": lambda last_day: expiry(last_day, today),
            "last_clearance": _last_clearance(item, round_) if can_submit else None,
            "clashes": {},
            "waiting": waiting,
            "person_mark": person_mark(),
            "steps": db.session.execute(open_steps(item.id)).all(),
            "today": local_day(utc_now(), item.party.timezone),
            "meanings": {status.value: status_meaning(status) for status in Status},
        }
    )


def _last_clearance(item: Item, round_: Round | None) -> Any:
    """Return who cleared another answer of the party in this round last."""
    if round_ is None:
        return None
    return db.session.execute(last_clearance(item.party_id, round_.id, besides=item.id)).one_or_none()


def _clear_as_before(item: Item, form: UpdateForm) -> None:
    """Fill in who cleared the party's last answer, where that button was pressed."""
    if "clear_as" not in request.form or not policies.submit_update(current_user(), item):
        return
    found = _last_clearance(item, round_now(item.party_id, at=utc_now()).current)
    if found is not None:
        form.cleared_by_name.data, form.cleared_by_function.data = found.cleared_by_name, found.cleared_by_function
        form.cleared_on.clear_to(found.cleared_on)


def _save(item: Item) -> ResponseReturnValue:
    """Keep what was typed and go where the button says. Whatever stands against it, the typed text stays."""
    now, by, item_id = utc_now(), current_user(), item.id
    form = UpdateForm()
    form.offer(_documents(item, form))
    _clear_as_before(item, form)
    sheet = _sheet(item, round_now(item.party_id, at=now).current)
    is_valid = form.validate() & sheet.validate()
    if refuse_future(form, today=local_day(now, item.party.timezone)) or not is_valid:
        return _again(item_id, form)
    typed = Typed(
        base=read_seen(form.seen.data),
        answer=form.answer(),
        evidence=frozenset(form.evidence.data or ()),
        links=form.new_links(),
    )
    try:
        round_ = round_for(item, at=now)
        if sides := _sides():
            typed = taking(typed, draft_of(drafting.find_update(item, round_), last_accepted(item)), sides)
        update, merged = save(item, round_, typed, by=by, at=now)
        enter_figures(item.party, sheet.entries(), by=by, at=now)
        forget_typing(update, by=by, window=form.window.data)
    except DraftConflict as conflict:
        return _both_texts(item_id, form, typed, conflict)
    except FigureClash as clash:
        return _again(item_id, form, clash=clash), 409
    except DomainError as error:
        return _again(item_id, form, sentence=str(error)), 409
    target = _next_page(item, update, is_complete=not missing(answer_of(update)))
    db.session.commit()
    if merged.taken:
        flash(_("Somebody else saved this draft meanwhile. Your changes and theirs are both in it now."), "info")
    return redirect(target)


def _next_page(item: Item, update: Update, *, is_complete: bool) -> str:
    """Do what the pressed button says beyond saving; return where it leads."""
    code, here = item.commitment.code, url_for(".edit_update", item_id=item.id)
    if "check" in request.form and policies.submit_update(current_user(), item):
        return url_for(".check_update", item_id=item.id) if is_complete else f"{here}?check=1"
    if "add-file" in request.form:
        return url_for("evidence.add_to_item", item_id=item.id)
    if "ready" in request.form and mark_ready(update, by=current_user(), at=utc_now()):
        flash(_("%(code)s is ready. Your coordinator sees it in the list of work and submits it.", code=code), "done")
        return url_for(".show_work", party=item.party.code)
    take_word_back(update, by=current_user(), at=utc_now())
    flash(_("Draft of %(code)s saved. It counts when it is submitted.", code=code), "done")
    return here


def _documents(item: Item, form: UpdateForm) -> dict[int, str]:
    """Return the documents that the form may name: those it offered, as far as they are the party's."""
    visible = versions_visible_to(current_user(), today=network_today())
    found = db.session.execute(evidence_of_party(item.party_id, _numbers("evidence"), visible=visible))
    return {row.id: row.title for row in found}


def _numbers(name: str) -> list[int]:
    sent = request.form.getlist(name)
    return [int(value) for value in sent[:200] if value.isascii() and value.isdigit() and len(value) < 10]  # noqa: PLR2004 - ids have fewer digits


def _sides() -> dict[str, str]:
    """Return whose text stands, field by field, where the person was asked."""
    sent = {name: request.form.get(f"take-{name}", "") for name in ANSWER_FIELDS}
    return {name: side for name, side in sent.items() if side in SIDES}


def _read_again(item_id: int) -> tuple[Item, Round | None, Update | None]:
    """Forget what the request began, and read what stands; the page that follows only reads."""
    db.session.rollback()
    set_reading_only(True)
    item = db.first_or_404(item_in_full(item_id))
    round_ = round_now(item.party_id, at=utc_now()).current
    return item, round_, drafting.find_update(item, round_) if round_ is not None else None


def _sent_too_late(item_id: int, form: UpdateForm) -> str:
    return _again(
        item_id, form, sentence=_("You signed in anew, or the form was open for very long. Save it once more.")
    )


def _again(item_id: int, form: UpdateForm, *, sentence: str = "", clash: FigureClash | None = None) -> str:
    item, round_, update = _read_again(item_id)
    sheet = _sheet(item, round_)
    sheet.validate()
    if clash is not None:
        sheet.show_clashes(clash.clashes)
    return _page(item, form, sheet, update=update, round_=round_).render(sentence=sentence)


def _both_texts(item_id: int, form: UpdateForm, typed: Typed, conflict: DraftConflict) -> ResponseReturnValue:
    """Show what both wrote, field by field; the form goes on from the other's version."""
    item, round_, update = _read_again(item_id)
    theirs = conflict.theirs
    form.fill(conflict.merged.answer)
    form.seen.data = theirs.seen.write()
    form.evidence.data = sorted(merge_evidence(typed.base.evidence, mine=typed.evidence, theirs=theirs.evidence))
    clashes = {}
    for name in conflict.merged.conflicts:
        their, my = getattr(theirs.answer, name), getattr(conflict.merged.answer, name)
        clashes[name] = Clash(their, words(their, my) if name in TEXTS else None)
    page = _page(item, form, _sheet(item, round_), update=update, round_=round_)
    return page.render(clashes=clashes, conflict=conflict, taken=conflict.merged.taken), 409
