"""The form that makes commitments of decisions."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, FormField, HiddenField, SelectField, StringField
from wtforms.validators import ValidationError

from tracker.core.forms import TrackerForm, clean_line, options
from tracker.core.rows import Rows
from tracker.instruments.models import Addressee, Theme
from tracker.meetings.models import Decision
from tracker.progress.forms.fields import AtMost, choice_field, choices_of, member_of
from tracker.progress.services.conclusions import NewCommitment, proposed_title

_TITLE: Final = 300
_NOT_OFFERED: Final = _l("Choose one of the entries of the list.")


class MakingForm(Form):
    """One decision, and what it is to be."""

    id = HiddenField(default="", filters=[clean_line])
    chosen = BooleanField(_l("Make a commitment of it"))
    title = StringField(
        _l("Title"),
        description=_l("A few words, for lists and headings."),
        filters=[clean_line],
        default="",
        validators=[AtMost(_TITLE)],
    )
    addressee = choice_field(
        SelectField,
        _l("Who reports on it?"),
        wrong=_NOT_OFFERED,
        choices=choices_of(Addressee),
        coerce=member_of(Addressee),
        default=Addressee.COUNTRY,
    )
    theme = choice_field(SelectField, _l("Theme"), wrong=_NOT_OFFERED, default="")

    def validate_title(self, field: Any) -> None:
        """Ask for a title of what is chosen."""
        if self.chosen.data and not field.data:
            raise ValidationError(_l("Enter a title."))

    def validate_theme(self, field: Any) -> None:
        """Ask for the theme of what is chosen."""
        if self.chosen.data and not field.data:
            raise ValidationError(_l("Choose a theme."))


class ConclusionsForm(TrackerForm):
    """Which decisions of a meeting are followed as commitments."""

    rows = Rows(FormField(MakingForm), max_entries=60)

    def show(self, decisions: Sequence[Decision]) -> None:
        """Show the decisions that could become commitments."""
        for each in decisions:
            self.rows.append_entry(
                {
                    "id": str(each.id),
                    "title": proposed_title(each.text),
                    "theme": each.theme.code if each.theme is not None else "",
                    "addressee": Addressee.COUNTRY,
                }
            )

    def offer(self, themes: Sequence[Theme]) -> None:
        """Fill the lists to choose from."""
        self._themes = {theme.code: theme for theme in themes}
        choices = options([("", _l("Choose")), *((theme.code, theme.name) for theme in themes)])
        for row in self.rows:
            row.form.theme.choices = choices

    def chosen(self, decisions: dict[str, Decision]) -> list[NewCommitment]:
        """Return what was chosen, in the order of the decisions; call only after validation."""
        return [
            NewCommitment(
                decision=decisions[row.form.id.data],
                title=row.form.title.data,
                addressee=row.form.addressee.data,
                theme=self._themes[row.form.theme.data],
            )
            for row in self.rows
            if row.form.chosen.data and row.form.id.data in decisions
        ]
