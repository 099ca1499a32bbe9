"""The form of a meeting's decisions."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, FormField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from tracker.core.forms import ChoiceField, DayField, TrackerForm, clean, clean_line, options
from tracker.core.rows import Rows
from tracker.instruments.models import Theme
from tracker.meetings.forms.meetings import LINE, at_most
from tracker.meetings.models import Decision
from tracker.meetings.services.decisions import MinutedDecision

#: The longest decision, in characters, and the most of one meeting.
SENTENCE: Final = 2000
MOST: Final = 60
EMPTY_ROWS: Final = 3


class DecisionForm(Form):
    """One decision. Without words it is none."""

    id = HiddenField(default="", filters=[clean_line])
    text = TextAreaField(_l("What was decided"), filters=[clean], default="", validators=[at_most(SENTENCE)])
    addressee = StringField(
        _l("Who is to do it"),
        description=_l("For example: all participants, the chair, the Secretariat."),
        filters=[clean_line],
        default="",
        validators=[at_most(LINE)],
    )
    due_on = DayField(_l("By when"), validators=[Optional()])
    theme = ChoiceField(_l("Theme"), message=_l("Choose one of the entries of the list."), default="")
    settled_on = DayField(_l("Settled on"), validators=[Optional()])
    settled_note = StringField(_l("How it was settled"), filters=[clean_line], default="", validators=[at_most(LINE)])

    def validate_text(self, field: Any) -> None:
        """Ask for the words of a decision that has anything else."""
        others = (self.addressee, self.due_on, self.theme, self.settled_on, self.settled_note)
        if not field.data and any(each.data for each in others):
            raise ValidationError(_l("Say what was decided, or empty the whole row."))

    def validate_settled_note(self, field: Any) -> None:
        """Ask when it was settled."""
        if field.data and not self.settled_on.data and not self.settled_on.errors:
            raise ValidationError(_l("Enter the day on which it was settled, too."))


class DecisionsForm(TrackerForm):
    """What a meeting decided, in its order."""

    #: The mark of the decisions that the form showed.
    seen = HiddenField(filters=[clean_line])
    rows = Rows(FormField(DecisionForm), max_entries=MOST)

    def offer(self, themes: Sequence[Theme]) -> None:
        """Fill the lists to choose from; call again after rows were added."""
        self._themes = {theme.code: theme for theme in themes}
        choices = options([("", _l("None")), *((theme.code, theme.name) for theme in themes)])
        for row in self.rows:
            row.form.theme.choices = choices

    def show(self, decisions: Sequence[Decision], *, mark: str) -> None:
        """Show what stands, and some empty rows after it."""
        self.seen.data = mark
        for each in decisions:
            self.rows.append_entry(
                {
                    "id": str(each.id),
                    "text": each.text,
                    "addressee": each.addressee,
                    "due_on": each.due_on,
                    "theme": each.theme.code if each.theme is not None else "",
                    "settled_on": each.settled_on,
                    "settled_note": each.settled_note,
                }
            )
        self.add_rows()

    def add_rows(self) -> None:
        """Add empty rows, as far as there is room."""
        for _ in range(min(EMPTY_ROWS, MOST - len(self.rows))):
            self.rows.append_entry()

    def decisions(self) -> list[MinutedDecision]:
        """Return what was typed; call only after validation."""
        return [self._decision(row.form) for row in self.rows if row.form.text.data]

    def _decision(self, row: DecisionForm) -> MinutedDecision:
        sent = row.id.data or ""
        return MinutedDecision(
            id=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None,  # noqa: PLR2004 - ids have fewer digits
            text=row.text.data or "",
            addressee=row.addressee.data or "",
            due_on=row.due_on.data,
            theme=self._themes.get(row.theme.data or ""),
            settled_on=row.settled_on.data,
            settled_note=row.settled_note.data or "",
        )
