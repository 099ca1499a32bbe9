"""An item's lead, target date and practical steps."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.progress import policies
from tracker.progress.forms.planning import PlanForm
from tracker.progress.forms.work import ActForm
from tracker.progress.queries.items import item_in_full
from tracker.progress.queries.steps import step_with_item
from tracker.progress.services.planning import Plan, PlanIsOlder, finish_step, keep_plan, plan_of
from tracker.progress.views.blueprint import bp


@bp.route("/items/<int:item_id>/edit", methods=["GET", "POST"])
def edit_item(item_id: int) -> ResponseReturnValue:
    """Let a coordinator name who leads, by when, and the steps."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.edit_item, item)
    form = PlanForm()
    if not form.is_submitted():
        form.show(plan_of(item))
    elif "more" in request.form:
        form.add_rows()
    elif form.validate():
        try:
            keep_plan(item, form.plan(), seen=form.seen.data or "", by=current_user(), at=utc_now())
        except PlanIsOlder as error:
            return _both(item_id, form, str(error)), 409
        db.session.commit()
        flash(_("Kept. The steps go with the next answer that is submitted."), "done")
        return redirect(url_for(".show_item", item_id=item_id))
    return _page(item_id, form)


@bp.post("/steps/<int:step_id>/done")
def finish_planned_step(step_id: int) -> ResponseReturnValue:
    """Let a coordinator say that a step is done, from the list of work or from the item."""
    step = db.first_or_404(step_with_item(step_id))
    require(policies.view_working, step.item)
    require(policies.edit_item, step.item)
    if not ActForm().validate():
        abort(400)
    item_id, code, party = step.item_id, step.item.commitment.code, step.item.party.code
    is_new = finish_step(step, by=current_user(), at=utc_now())
    db.session.commit()
    flash(
        _("The step of %(code)s is done. To take that back, change the steps of the item.", code=code)
        if is_new
        else _("The step of %(code)s was done already.", code=code),
        "done",
    )
    if "from_work" in request.form:
        return redirect(url_for(".show_work", party=party))
    return redirect(url_for(".show_item", item_id=item_id, _anchor="steps"))


def _page(item_id: int, form: PlanForm, *, theirs: Plan | None = None, sentence: str = "") -> str:
    item = db.first_or_404(item_in_full(item_id))
    return render_template("progress/edit_item.html", item=item, form=form, theirs=theirs, sentence=sentence)


def _both(item_id: int, form: PlanForm, sentence: str) -> str:
    """Show what the other one saved above the form with what was typed."""
    db.session.rollback()
    set_reading_only(True)
    theirs = plan_of(db.first_or_404(item_in_full(item_id)))
    form.seen.data = theirs.mark
    return _page(item_id, form, theirs=theirs, sentence=sentence)
