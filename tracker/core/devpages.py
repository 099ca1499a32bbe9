"""Every component on one page, to look at while templates are written. Development only."""

from types import SimpleNamespace
from typing import Any, Final

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)

from tracker.core.forms import options
from tracker.core.paging import Page

bp = Blueprint("devpages", __name__, url_prefix="/dev")

_STATUSES: Final = ("not_started", "in_preparation", "partly_in_place", "in_place", "in_use", "not_applicable")


class SampleForm(Form):
    """One field of each kind."""

    institution = StringField("Lead institution", description="The body that answers for this item.")
    reason = TextAreaField("Reason")
    theme = SelectField("Theme", choices=options([("compensation", "Compensation"), ("referral", "Referral")]))
    due_on = DateField("Due on", description="For example 14 December 2026.")
    paper = FileField("Add a file")
    help_needed = BooleanField("We need help with this")
    restricted = BooleanField(
        "Show to the Secretariat only",
        description="Otherwise all signed-in users read it from the first day of the meeting.",
    )
    status = RadioField(
        "How far has implementation come?",
        description="Choose the last line that is fully true today.",
        choices=options((key, key.replace("_", " ").capitalize()) for key in _STATUSES),
    )
    parties = SelectMultipleField(
        "Which parties?",
        choices=options([("AL", "Albania"), ("BA", "Bosnia and Herzegovina"), ("XK", "Kosovo*")]),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


def _sample_form() -> SampleForm:
    form = SampleForm(data={"help_needed": True, "status": "in_place", "parties": ["BA"]})
    form.reason.errors = ["Say why the commitment does not apply."]
    form.due_on.errors = ["Enter a real date, for example 14 December 2026."]
    form.status.errors = ["Choose how far implementation has come."]
    form.restricted.errors = ["Only a coordinator may choose this."]
    return form


_KOSOVO: Final = SimpleNamespace(
    short_name="Kosovo*",
    footnote_text="* This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 "
    "and the ICJ Opinion on the Kosovo declaration of independence.",
)


@bp.get("/components")
def show_components() -> ResponseReturnValue:
    """Show every component."""
    page: Page[Any] = Page(items=range(25), number=2, size=25, total=308)
    counts = {"in_place": 1, "partly_in_place": 5, "in_preparation": 1, "not_applicable": 1, "not_reported": 3}
    return render_template(
        "dev/components.html",
        sample=_sample_form(),
        page=page,
        filters=SampleForm(prefix="filter-"),
        counts=counts,
        statuses=_STATUSES,
        kosovo=_KOSOVO,
    )


show_components.is_public = True  # type: ignore[attr-defined]  # read by accounts.access, which core does not know


def init_app(app: Flask) -> None:
    """Offer the page in development."""
    if app.config.get("TRACKER_ENV") == "development":
        app.register_blueprint(bp)
