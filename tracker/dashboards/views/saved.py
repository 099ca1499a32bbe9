"""A person's saved views: filters of a page under a name."""

from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require, use_tracker
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.dashboards import services
from tracker.dashboards.forms import SaveViewForm
from tracker.dashboards.models import SavedView, ViewPage
from tracker.dashboards.queries.saved import views_of
from tracker.dashboards.views.blueprint import bp
from tracker.mail.rendering import site_url


@bp.get("/views")
def list_views() -> ResponseReturnValue:
    """Show a person the views that they saved, each with the address that opens it for others."""
    require(use_tracker, None)
    views = db.session.scalars(views_of(current_user().id)).all()
    return render_template(
        "dashboards/list_views.html", views=[(each, _address(each), link_to(each)) for each in views]
    )


@bp.route("/views/new", methods=["GET", "POST"])
def save_view() -> ResponseReturnValue:
    """Let a person give the filters that they chose a name."""
    require(use_tracker, None)
    page = next((each for each in ViewPage if each.value == request.values.get("page")), ViewPage.MATRIX)
    query = urlencode(page.kept(request.values.get("query", "")))
    form = SaveViewForm(page=page.value, query=query)
    if form.validate_on_submit():
        try:
            view = services.save_view(page, form.name.data or "", query, by=current_user(), at=utc_now())
        except services.NameTaken as taken:
            form.refuse(form.name, str(taken))
        else:
            address = link_to(view)
            db.session.commit()
            flash(_("The view is saved. Its address opens the same for a colleague who may see it."), "done")
            return redirect(address)
    back = url_for(page.endpoint) + (f"?{query}" if query else "")
    return render_template("dashboards/save_view.html", form=form, page=page, values=page.kept(query), back=back)


@bp.post("/views/<int:view_id>/delete")
def delete_view(view_id: int) -> ResponseReturnValue:
    """Let a person forget one of their views."""
    view = db.session.get(SavedView, view_id)
    if view is None or view.person_id != current_user().id:
        abort(404)
    services.delete_view(view, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The view is deleted. The address goes on working."), "done")
    return redirect(url_for(".list_views"))


def link_to(view: SavedView) -> str:
    """Return the address of a view on this site."""
    return url_for(view.page.endpoint, **view.values)  # type: ignore[arg-type]  # names of filters


def _address(view: SavedView) -> str:
    return site_url(link_to(view))


def saved_views(page: ViewPage) -> tuple[list[tuple[str, str, bool]], str]:
    """Return a person's views of a page (name, address, whether it is the present one), and where to save this one."""
    here = request.query_string.decode(errors="replace")
    present = page.kept(here)
    views = [
        (each.name, link_to(each), each.values == present)
        for each in db.session.scalars(views_of(current_user().id))
        if each.page is page
    ]
    return views, url_for("dashboards.save_view", page=page.value, query=urlencode(present) or None)
