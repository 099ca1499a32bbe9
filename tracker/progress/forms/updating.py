"""The update form: what a party answers about one item in one round."""

from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.forms import TrackerForm, WebAddress, clean, clean_line, options
from tracker.core.rows import Rows
from tracker.progress.forms.fields import AtMost, MaybeRadioField, choice_field, choices_of, day_field, member_of
from tracker.progress.models import HelpKind, ShareKind
from tracker.progress.services.answers import ANSWER_FIELDS, DraftAnswer
from tracker.progress.services.evidence import NewLink
from tracker.progress.statuses import Status

#: The longest texts, in characters.
LIMITS: Final = {
    "narrative": 6000,
    "obstacles": 3000,
    "next_steps": 3000,
    "reason": 3000,
    "help_text": 2000,
    "share_text": 2000,
    "cleared_by_name": 200,
    "cleared_by_function": 200,
}
_URL_LIMIT: Final = 2000
_TITLE_LIMIT: Final = 300
NEW_LINKS: Final = 2


def _text(name: str, label: Any, description: Any = "") -> Any:
    return TextAreaField(label, description=description, filters=[clean], validators=[AtMost(LIMITS[name])])


def _line(name: str, label: Any) -> Any:
    return StringField(label, filters=[clean_line], validators=[AtMost(LIMITS[name])])


class LinkForm(Form):
    """One link that serves as evidence."""

    title = StringField(
        _l("Title of the document"), filters=[clean_line], default="", validators=[AtMost(_TITLE_LIMIT)]
    )
    url = StringField(
        _l("Its web address"), filters=[clean_line], default="", validators=[AtMost(_URL_LIMIT), WebAddress()]
    )

    def validate_title(self, field: Any) -> None:
        if self.url.data and not field.data:
            raise ValidationError(_l("Give the document a title."))

    def validate_url(self, field: Any) -> None:
        if self.title.data and not field.data:
            raise ValidationError(_l("Enter the web address of the document."))


class UpdateForm(TrackerForm):
    """What has been done about a commitment; everything may be left open until it is submitted."""

    #: What the form was made from; see ``services.merging``.
    seen = HiddenField(filters=[clean_line])
    #: Which window it is typed in; see ``services.typing``.
    window = HiddenField(filters=[clean_line])
    status = choice_field(
        MaybeRadioField,
        _l("How far has implementation come?"),
        description=_l("Choose the last line that is fully true today."),
        choices=choices_of(Status),
        coerce=member_of(Status),
        wrong=_l("Choose one of the lines."),
    )
    reason = _text("reason", _l("Why does the commitment not apply?"), _l("Needed only with “Not applicable”."))
    narrative = _text(
        "narrative",
        _l("What has been done since the last round?"),
        _l(
            "Two or three sentences are enough: what, who, when. "
            "Never name a victim or describe a case that could be recognised."
        ),
    )
    obstacles = _text("obstacles", _l("What stands in the way?"))
    next_steps = _text("next_steps", _l("What comes next, and by when?"))
    evidence = choice_field(
        SelectMultipleField,
        _l("Documents of your party"),
        coerce=int,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        wrong=_l("A document that was chosen is no longer there. Look at the list and save again."),
    )
    links = Rows(FormField(LinkForm), min_entries=NEW_LINKS, max_entries=10)
    needs_help = BooleanField(_l("We need help with this"))
    help_kind = choice_field(
        SelectField,
        _l("What kind of help?"),
        choices=lambda: [*options([("", _l("Choose"))]), *choices_of(HelpKind)()],
        coerce=member_of(HelpKind),
        wrong=_l("Choose one of the kinds."),
    )
    help_text = _text(
        "help_text",
        _l("What help do you need?"),
        _l("One or two sentences: for what, for whom, by when. No cases, no names of persons."),
    )
    can_share = BooleanField(_l("We have something to share"))
    share_kind = choice_field(
        SelectField,
        _l("What kind of thing?"),
        choices=lambda: [*options([("", _l("Choose"))]), *choices_of(ShareKind)()],
        coerce=member_of(ShareKind),
        wrong=_l("Choose one of the kinds."),
    )
    share_text = _text(
        "share_text",
        _l("What can you share?"),
        _l(
            "What it is, in which language, how others get it. Name a contact point by its function and institution, "
            "not by a person’s name, telephone number or address."
        ),
    )
    is_restricted = BooleanField(_l("Show to the Secretariat only"))
    cleared_by_name = _line("cleared_by_name", _l("Name"))
    cleared_by_function = _line("cleared_by_function", _l("Function"))
    cleared_on = day_field(_l("Date"))

    def answer(self) -> DraftAnswer:
        """Return what was typed; call only after validation."""
        return DraftAnswer(**{name: _stored(self[name].data, name) for name in ANSWER_FIELDS})

    def fill(self, answer: DraftAnswer) -> None:
        """Show an answer."""
        for name in ANSWER_FIELDS:
            self[name].data = getattr(answer, name)

    def offer(self, known: dict[int, str]) -> None:
        """Let the person choose among these documents, by id."""
        self.evidence.choices = options((str(id_), title) for id_, title in known.items())

    def new_links(self) -> list[NewLink]:
        """Return the links that were typed; call only after validation."""
        return [NewLink(title=row.form.title.data, url=row.form.url.data) for row in self.links if row.form.url.data]


def _stored(value: Any, name: str) -> Any:
    return "" if value is None and name in LIMITS else value


def refuse_future(form: UpdateForm, *, today: date) -> bool:
    """Put an error beside a day of clearance that has not come yet; return whether there was one."""
    if form.cleared_on.data is not None and form.cleared_on.data > today:
        form.refuse(form.cleared_on, _l("Enter the day on which it was cleared; it cannot lie ahead."))
        return True
    return False


class SubmitForm(TrackerForm):
    """Hands over what was checked: the version that was shown, and a key so that a double click acts once."""

    version = HiddenField(filters=[clean_line])
    #: The mark of the figures that were shown.
    figures = HiddenField(filters=[clean_line])
    key = HiddenField(filters=[clean_line])
    #: Asked only where something looks like personal data.
    looked_again = BooleanField(_l("I have looked again: no text names a victim or lets somebody recognise a person."))
