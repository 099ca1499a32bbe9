"""The form of an item's plan: lead, target date, practical steps."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, FormField, HiddenField, StringField
from wtforms.validators import ValidationError

from tracker.core.forms import TrackerForm, clean_line
from tracker.core.rows import Rows
from tracker.progress.forms.fields import AtMost, day_field
from tracker.progress.services.planning import Plan, PlannedStep

_LINE: Final = 300
_WHAT: Final = 500
MOST_STEPS: Final = 40
EMPTY_ROWS: Final = 3


class StepForm(Form):
    """One practical step. Without words it is none."""

    id = HiddenField(default="", filters=[clean_line])
    what = StringField(_l("What is done"), filters=[clean_line], default="", validators=[AtMost(_WHAT)])
    responsible = StringField(
        _l("Responsible institution"), filters=[clean_line], default="", validators=[AtMost(_LINE)]
    )
    due_on = day_field(_l("Due on"))
    done_on = day_field(_l("Done on"))

    def validate_what(self, field: Any) -> None:
        """Ask for the words of a step that has anything else."""
        if not field.data and (self.responsible.data or self.due_on.data or self.done_on.data):
            raise ValidationError(_l("Say what is done, or empty the whole row."))

    def step(self) -> PlannedStep:
        """Return the step; call only after validation."""
        sent = self.id.data or ""
        return PlannedStep(
            id=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None,  # noqa: PLR2004 - ids have fewer digits
            what=self.what.data or "",
            responsible=self.responsible.data or "",
            due_on=self.due_on.data,
            done_on=self.done_on.data,
        )


class PlanForm(TrackerForm):
    """Who leads, by when, and the steps in their order."""

    #: The mark of the plan that the form showed.
    seen = HiddenField(filters=[clean_line])
    lead_institution = StringField(
        _l("Lead institution"),
        description=_l("The body that answers for this item."),
        filters=[clean_line],
        validators=[AtMost(_LINE)],
    )
    target_on = day_field(_l("Target date"), description=_l("When it is to be in place."))
    steps = Rows(FormField(StepForm), max_entries=MOST_STEPS)

    def show(self, plan: Plan) -> None:
        """Show a plan, with empty rows after its steps."""
        self.seen.data = plan.mark
        self.lead_institution.data, self.target_on.data = plan.lead_institution, plan.target_on
        for step in plan.steps:
            self.steps.append_entry(
                {
                    "id": str(step.id),
                    "what": step.what,
                    "responsible": step.responsible,
                    "due_on": step.due_on,
                    "done_on": step.done_on,
                }
            )
        self.add_rows()

    def add_rows(self) -> None:
        """Add empty rows, as far as there is room."""
        for _ in range(min(EMPTY_ROWS, MOST_STEPS - len(self.steps))):
            self.steps.append_entry()

    def plan(self) -> Plan:
        """Return what was typed; call only after validation."""
        typed = [row.form.step() for row in self.steps]
        return Plan(
            lead_institution=self.lead_institution.data or "",
            target_on=self.target_on.data,
            steps=[step for step in typed if step.what],
        )
