"""Forms for evidence: a file with what is said about it, a new version, the filters of the list."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, ValidationError

from tracker.core.forms import QueryForm, TrackerForm, WebAddress, clean_line, options
from tracker.parties.labels import language_name
from tracker.progress.forms.fields import AtMost, choice_field, choices_of, day_field, member_of
from tracker.progress.models import Evidence, EvidenceKind
from tracker.progress.queries.library import IN_USE, RETIRED, RUNNING_OUT, UNUSED
from tracker.progress.services.keeping import Facts

#: The languages of the region and of the network, by code; "und" is what the standard calls "not said".
LANGUAGES: Final = ("en", "sq", "bs", "bg", "cnr", "hr", "mk", "ro", "sr", "sl", "de", "fr", "tr")
_TITLE_LIMIT: Final = 300
_URL_LIMIT: Final = 2000
_CHOOSE: Final = _l("Choose a file.")


def _language_choices() -> list[Any]:
    named = sorted(((code, language_name(code)) for code in LANGUAGES), key=lambda pair: pair[1])
    return options([("", _l("Not said")), *named])


class FactsForm(TrackerForm):
    """What is said about a piece of evidence."""

    title = StringField(
        _l("Title of the document"),
        filters=[clean_line],
        validators=[DataRequired(_l("Give the document a title.")), AtMost(_TITLE_LIMIT)],
    )
    language = choice_field(
        SelectField,
        _l("In which language?"),
        default="",
        choices=_language_choices,
        wrong=_l("Choose one of the languages."),
    )
    dated_on = day_field(_l("Date of the document"), description=_l("The day that is printed on it."))
    expires_on = day_field(_l("Valid until"), description=_l("Only where it ends. The tracker warns 60 days before."))
    is_restricted = BooleanField(
        _l("Show to the Secretariat only"),
        description=_l("Otherwise everybody who signs in reads it once an answer that names it is shared."),
    )

    def validate_expires_on(self, field: Any) -> None:
        if field.data and self.dated_on.data and field.data < self.dated_on.data:
            raise ValidationError(_l("Enter a day that is not before the date of the document."))

    def facts(self) -> Facts:
        """Return what was said; call only after validation."""
        return Facts(
            title=self.title.data or "",
            language=self.language.data or "",
            dated_on=self.dated_on.data,
            expires_on=self.expires_on.data,
            is_restricted=self.is_restricted.data,
        )

    def fill(self, evidence: Evidence) -> None:
        """Show what is said now."""
        for name in ("title", "language", "dated_on", "expires_on", "is_restricted"):
            self[name].data = getattr(evidence, name)


class AddFileForm(FactsForm):
    """A file, and what is said about it."""

    fields_first = ("file",)
    file = FileField(_l("The file"), validators=[DataRequired(_CHOOSE)])


class ReplaceForm(TrackerForm):
    """What takes the place of the present version: a file or a web address."""

    file = FileField(_l("The new file"))
    url = StringField(_l("Or its web address"), filters=[clean_line], validators=[AtMost(_URL_LIMIT), WebAddress()])

    def validate_url(self, field: Any) -> None:
        if bool(field.data) == bool(self.file.data):
            raise ValidationError(_l("Choose a file, or enter a web address; one of the two."))


class AskForm(TrackerForm):
    """A button and nothing to fill in."""


class EvidenceFilterForm(QueryForm):
    """What of a party's evidence is shown."""

    kind = choice_field(
        SelectField,
        _l("Kind"),
        choices=lambda: [*options([("", _l("Links and files"))]), *choices_of(EvidenceKind)()],
        coerce=member_of(EvidenceKind),
        wrong="",
    )
    standing = choice_field(
        SelectField,
        _l("Which"),
        default="",
        choices=lambda: options(
            [
                ("", _l("All that is in use or may be")),
                (IN_USE, _l("Named by an item")),
                (UNUSED, _l("Not named by any item")),
                (RUNNING_OUT, _l("Runs out soon, or has")),
                (RETIRED, _l("Taken out of use")),
            ]
        ),
        wrong="",
    )
    words = StringField(_l("Words of the title"), filters=[clean_line])
