"""Forms with which the Secretariat corrects the reference data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.forms import TrackerForm, clean, clean_line, options
from tracker.core.zones import zone_names
from tracker.instruments.models import Adoption, AdoptionState, CommitmentState, Indicator, Strength, Theme, TitleStatus
from tracker.instruments.services import CommitmentTexts, InstrumentTexts
from tracker.parties.models import Footnote, Party
from tracker.parties.services import PartyTexts
from tracker.progress.forms.fields import AtMost, choice_field, choices_of, day_field, member_of
from tracker.progress.services.corrections import AdoptionAnswer

_LINE: Final = 300
_TITLE: Final = 1000
_TEXT: Final = 10_000
_NOT_OFFERED: Final = _l("Choose one of the entries of the list.")
_MOST_ADOPTERS: Final = 200
_number: Final[Any] = IntegerField  # the stubs do not know invalid_value_message yet


def _line(label: Any, *validators: Any, description: Any = "") -> StringField:
    return StringField(label, description=description, filters=[clean_line], validators=[*validators, AtMost(_LINE)])


def _text(label: Any, *validators: Any, description: Any = "", limit: int = _TEXT) -> TextAreaField:
    return TextAreaField(label, description=description, filters=[clean], validators=[*validators, AtMost(limit)])


def _member(kind: Any, label: Any, members: Any, **kwargs: Any) -> Any:
    """Return a field for one member of an enum."""
    return choice_field(
        kind, label, wrong=_NOT_OFFERED, choices=choices_of(members), coerce=member_of(members), **kwargs
    )


def _upper(value: str | None) -> str | None:
    return value.upper() if value else value


class CorrectionForm(TrackerForm):
    """What these forms have in common."""

    #: The mark of what the form showed; see :func:`tracker.core.changes.mark`.
    seen = HiddenField()

    def ask_for_day(self, field: Any) -> bool:
        """Tell whether a day stands there; put an instruction beside the field where none does."""
        if field.data is None and not field.errors:
            self.refuse(field, _l("Enter the day, for example 2018-03-16."))
        return field.data is not None


class InstrumentForm(CorrectionForm):
    """What is said about an instrument."""

    short_title = _line(
        _l("Our short label"),
        DataRequired(_l("Enter a short label.")),
        description=_l("For lists and headings; it is never printed as the title."),
    )
    title = _text(
        _l("Title"),
        DataRequired(_l("Enter the title, or describe the text.")),
        limit=_TITLE,
        description=_l("As a source prints it, or our description where none does."),
    )
    title_status = _member(RadioField, _l("Where is the title from?"), TitleStatus)
    adopted_on = day_field(_l("Date"), description=_l("The day on which it was adopted or issued."))
    date_note = _line(_l("Note on the date"))
    place_city = _line(_l("City"), description=_l("Empty where no source says it."))
    place_country = StringField(
        _l("Country"),
        description=_l("Two letters, for example SI. Empty where no source says it."),
        filters=[clean_line, _upper],
        validators=[Optional(), Regexp(r"[A-Z]{2}\Z", message=_l("Enter two letters, for example SI."))],
    )
    adopters_body = _text(_l("Who adopted it"), limit=2000)
    adopters_count = _number(
        _l("How many adopted it"),
        invalid_value_message=_l("Enter a whole number, for example 9, or leave it empty."),
        description=_l("As a source counts. Empty where none does."),
        validators=[
            Optional(),
            NumberRange(1, _MOST_ADOPTERS, message=_l("Enter a whole number from 1 to 200, or leave it empty.")),
        ],
    )
    valid_from = day_field(_l("Valid from"))
    valid_to = day_field(_l("Valid until"), description=_l("Empty where no end is set."))
    full_text_seen = BooleanField(_l("The full text was seen"))
    notes = _text(_l("Notes"), description=_l("What readers should know about the text and how it is known."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and ask for the day: lists are ordered by it."""
        return bool(super().validate(extra_validators)) & self.ask_for_day(self.adopted_on)

    def validate_valid_to(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_l("Enter a day on or after the first day of validity."))

    def texts(self) -> InstrumentTexts:
        """Return the texts; call only after validation."""
        return InstrumentTexts(
            title=self.title.data or "",
            title_status=self.title_status.data,
            short_title=self.short_title.data or "",
            adopted_on=self.adopted_on.data,
            date_note=self.date_note.data or "",
            place_city=self.place_city.data or "",
            place_country=self.place_country.data or None,
            adopters_body=self.adopters_body.data or "",
            adopters_count=self.adopters_count.data,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            full_text_seen=bool(self.full_text_seen.data),
            notes=self.notes.data or "",
        )


class CommitmentForm(CorrectionForm):
    """What is said about a commitment."""

    title = _line(
        _l("Title"), DataRequired(_l("Enter a title.")), description=_l("A few words of ours, for lists and headings.")
    )
    summary = _text(
        _l("Summary"),
        DataRequired(_l("Say in a sentence or two what is to be done.")),
        description=_l("One or two sentences of ours on what is to be done."),
    )
    strength = _member(SelectField, _l("How does the text bind?"), Strength)
    paragraph = _line(_l("Paragraph"), description=_l("As the text numbers it. Empty where it is not known."))
    theme = choice_field(SelectField, _l("Theme"), wrong=_NOT_OFFERED)
    other_themes = choice_field(
        SelectMultipleField,
        _l("Further themes"),
        wrong=_l("Choose from the list."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    other_indicators = choice_field(
        SelectMultipleField,
        _l("Further indicators"),
        description=_l("Parties are asked for the indicators of its themes anyway."),
        wrong=_l("Choose from the list."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    evidence_hint = _text(
        _l("What counts as evidence"), description=_l("Shown to coordinators beside the evidence that they add.")
    )
    is_tracked = BooleanField(
        _l("Parties report on it"),
        description=_l(
            "Without a tick it is shown for context. Items retire with their reports and come back with them."
        ),
    )
    state = _member(RadioField, _l("Does it still stand?"), CommitmentState)
    state_changed_on = day_field(_l("Since"), description=_l("The day on which it was superseded or withdrawn."))
    state_reason = _text(_l("Why"), limit=2000, description=_l("What superseded it, or who withdrew it."))
    reason = _text(
        _l("Reason for the change"),
        limit=1000,
        description=_l("Needed when title, summary, paragraph or binding change; it stands beside the version."),
    )

    def offer(self, themes: Sequence[Theme], indicators: Sequence[Indicator]) -> None:
        """Offer the themes and indicators there are."""
        self.other_indicators.choices = options((each.code, f"{each.code}, {each.title}") for each in indicators)
        self._indicators = {each.code: each for each in indicators}
        choices = options((theme.code, theme.name) for theme in themes)
        self.theme.choices = self.other_themes.choices = choices
        self._themes = {theme.code: theme for theme in themes}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and ask since when it no longer stands."""
        fine = bool(super().validate(extra_validators))
        ended = self.state.data in (CommitmentState.SUPERSEDED, CommitmentState.WITHDRAWN)
        return fine & (not ended or self.ask_for_day(self.state_changed_on))

    def validate_state_reason(self, field: Any) -> None:
        """Ask why it no longer stands."""
        if self.state.data in (CommitmentState.SUPERSEDED, CommitmentState.WITHDRAWN) and not field.data:
            raise ValidationError(_l("Say what superseded it, or who withdrew it."))

    def texts(self) -> CommitmentTexts:
        """Return the texts; call only after validation."""
        stands = self.state.data is CommitmentState.ACTIVE
        return CommitmentTexts(
            title=self.title.data or "",
            summary=self.summary.data or "",
            strength=self.strength.data,
            paragraph=self.paragraph.data or "",
            evidence_hint=self.evidence_hint.data or "",
            theme=self._themes[self.theme.data],
            other_themes=tuple(self._themes[code] for code in self.other_themes.data or ()),
            other_indicators=tuple(self._indicators[code] for code in self.other_indicators.data or ()),
            is_tracked=bool(self.is_tracked.data),
            state=self.state.data,
            state_changed_on=None if stands else self.state_changed_on.data,
            state_reason="" if stands else self.state_reason.data or "",
        )


class PartyForm(CorrectionForm):
    """What is said about a party."""

    short_name = _line(
        _l("Name as printed"),
        DataRequired(_l("Enter the name.")),
        description=_l("In lists, headings and mail. It ends in an asterisk exactly where a footnote goes with it."),
    )
    name = _line(_l("Full name"), DataRequired(_l("Enter the name.")))
    timezone = choice_field(SelectField, _l("Time zone"), wrong=_NOT_OFFERED)
    coordinator_institution = _text(
        _l("Coordinator"), limit=2000, description=_l("The institution. No names of persons.")
    )
    coordinator_note = _text(_l("Note on the coordinator"), limit=2000)
    footnote = choice_field(RadioField, _l("Which footnote is printed with the name?"), wrong=_NOT_OFFERED)
    needs_validation = BooleanField(
        _l("Nothing is submitted without a second pair of eyes"),
        description=_l(
            "Whoever prepared an update asks for validation; another coordinator or deputy of the party validates it, "
            "which submits it. Set this at the party’s request, and see that two people can sign in for it."
        ),
    )

    def offer(self, footnotes: Sequence[Footnote]) -> None:
        """Offer the time zones, and the forms of the footnote; without any, the question goes."""
        self.timezone.choices = options((name, name.replace("_", " ")) for name in zone_names())
        self._footnotes = {each.form: each for each in footnotes}
        if footnotes:
            self.footnote.choices = options((each.form, each.text) for each in footnotes)
        else:
            del self.footnote

    def validate_short_name(self, field: Any) -> None:
        """Keep asterisk and footnote together."""
        if bool(self._footnotes) != field.data.endswith("*"):
            raise ValidationError(
                _l("End the name in an asterisk: a footnote goes with it.")
                if self._footnotes
                else _l("Leave the asterisk out: no footnote goes with this name.")
            )

    def texts(self) -> PartyTexts:
        """Return the texts; call only after validation."""
        return PartyTexts(
            name=self.name.data or "",
            short_name=self.short_name.data or "",
            timezone=self.timezone.data,
            coordinator_institution=self.coordinator_institution.data or "",
            coordinator_note=self.coordinator_note.data or "",
            needs_validation=bool(self.needs_validation.data),
            footnote=self._footnotes[self.footnote.data] if self._footnotes else None,
        )


class AdoptionForm(CorrectionForm):
    """Who adopted an instrument; made for its parties by :func:`adoption_form`."""

    parties: tuple[Party, ...] = ()

    def rows(self) -> Iterable[tuple[Party, Field, Field, Field]]:
        """Return for each party its fields: whether, when, says who."""
        for party in self.parties:
            code = party.code
            yield party, self[f"state_{code}"], self[f"day_{code}"], self[f"source_{code}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and that a day stands only where the text was adopted."""
        fine = bool(super().validate(extra_validators))
        for _party, state, day, _source in self.rows():
            if day.data and not day.errors and state.data in (AdoptionState.UNKNOWN, AdoptionState.NOT_ADOPTED):
                self.refuse(day, _l("Leave the day empty, or choose that the text was adopted."))
                fine = False
        return fine

    def answers(self) -> dict[Party, AdoptionAnswer]:
        """Return what was said about each party; call only after validation."""
        return {
            party: AdoptionAnswer(state=state.data, adopted_on=day.data, source=source.data or "")
            for party, state, day, source in self.rows()
        }


def adoption_form(parties: Sequence[Party], stored: Mapping[int, Adoption], **kwargs: Any) -> AdoptionForm:
    """Return the form for these parties, showing what is stored."""
    fields: dict[str, Any] = {"parties": tuple(parties)}
    data: dict[str, Any] = {}
    for party in parties:
        code, row = party.code, stored.get(party.id)
        fields[f"state_{code}"] = _member(
            SelectField,
            _l("Adoption (%(party)s)", party=party.short_name),
            AdoptionState,
            validators=[InputRequired(_NOT_OFFERED)],
        )
        fields[f"day_{code}"] = day_field(_l("On (%(party)s)", party=party.short_name))
        fields[f"source_{code}"] = _line(_l("Source (%(party)s)", party=party.short_name))
        data[f"state_{code}"] = row.state if row else AdoptionState.UNKNOWN
        data[f"day_{code}"] = row.adopted_on if row else None
        data[f"source_{code}"] = row.source if row else ""
    made: AdoptionForm = type("AdoptionForm", (AdoptionForm,), fields)(data=data, **kwargs)
    return made
