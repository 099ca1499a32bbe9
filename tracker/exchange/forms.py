"""The filters of needs and offers and of the register, and what people enter about pairs and good practice."""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from tracker.core import labels
from tracker.core.forms import (
    ChoiceField,
    QueryForm,
    RadioChoiceField,
    TrackerForm,
    clean,
    clean_line,
    options,
)
from tracker.exchange.entries import NEED, OFFER, Entry
from tracker.exchange.models import GoodPractice, PairState, PracticeText
from tracker.exchange.services.pairs import PairNote
from tracker.exchange.services.practices import Nomination
from tracker.progress.models import HelpKind, ShareKind
from tracker.search.folding import fold

#: Longest texts and lines, in characters.
LONGEST: Final = 2000
LINE: Final = 300
#: A line with so many digits holds a telephone number.
DIGITS_OF_A_NUMBER: Final = 6
#: What the Secretariat asks for among pairs: those that nobody has noted.
OPEN: Final = "open"


def _kind_words() -> Iterable[tuple[str, str]]:
    """Yield an entry's side and kind as one choice, ``need-training``, and its words."""
    for kind in HelpKind:
        yield f"{NEED}-{kind.value}", _("Help: %(kind)s", kind=labels.label(kind).lower())
    for what in ShareKind:
        yield f"{OFFER}-{what.value}", _("Offer: %(kind)s", kind=labels.label(what).lower())


class BoardForm(QueryForm):
    """Which needs and offers are shown."""

    side = SelectField(_l("Needs or offers"), choices=options([("", ""), (NEED, ""), (OFFER, "")]), default="")
    theme = SelectField(_l("Theme"), default="")
    kind = SelectField(_l("Kind"), default="")
    party = SelectField(_l("Party"), default="")
    instrument = SelectField(_l("Instrument"), default="")
    #: Of pairs, what the Secretariat noted; nobody else has the choice.
    noted = SelectField(_l("Noted as"), default="")

    def offer(
        self,
        *,
        themes: Iterable[tuple[str, str]],
        parties: Iterable[tuple[str, str]],
        instruments: Iterable[tuple[str, str]],
        with_notes: bool,
    ) -> None:
        """Fill the lists to choose from, in the order of pages."""
        notes = [(OPEN, _("Not noted yet")), *((state.value, labels.label(state)) for state in PairState)]
        self.noted.choices = options([("", _("All pairs")), *(notes if with_notes else [])])
        self.theme.choices = options([("", _("All themes")), *themes])
        self.kind.choices = options([("", _("All kinds")), *_kind_words()])
        self.party.choices = options([("", _("All parties")), *parties])
        self.instrument.choices = options([("", _("All instruments")), *instruments])

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything is left out."""
        return any(field.data for field in self)

    def lets_through(self, entry: Entry) -> bool:
        """Tell whether an entry is among those asked for."""
        return (
            self.side.data in ("", entry.side)
            and (not self.theme.data or self.theme.data in entry.themes)
            and self.kind.data in ("", f"{entry.side}-{entry.kind}")
            and self.party.data in ("", entry.row.party_code)
            and self.instrument.data in ("", entry.row.instrument_code)
        )


class PairForm(TrackerForm):
    """What becomes of a pair."""

    state = RadioChoiceField(
        _l("What becomes of this pair?"),
        choices=lambda: options((state.value, labels.label(state)) for state in PairState),
        coerce=str,
        message=_l("Choose one of the three."),
    )
    meeting = ChoiceField(_l("For which meeting?"), message=_l("Choose a meeting of the list."), default="")
    reason = TextAreaField(
        _l("Reason or note"),
        description=_l("Needed to set a pair aside. Parties do not see it."),
        filters=[clean],
        validators=[Length(max=LONGEST, message=_l("Use at most %(max)d characters."))],
    )

    def offer(self, meetings: Iterable[tuple[int, str]]) -> None:
        """Fill the list of meetings."""
        self.meeting.choices = options([("", _("None")), *((str(id_), words) for id_, words in meetings)])

    def validate_meeting(self, field: Any) -> None:
        if self.state.data == PairState.AGENDA.value and not field.data:
            raise ValidationError(_("Choose the meeting on whose agenda it is suggested."))

    def validate_reason(self, field: Any) -> None:
        if self.state.data == PairState.SET_ASIDE.value and not field.data:
            raise ValidationError(_("Say why the pair is set aside."))

    def note(self) -> PairNote:
        """Return what was noted; call only after validation."""
        return PairNote(
            state=PairState(self.state.data),
            meeting_id=int(self.meeting.data) if self.meeting.data else None,
            reason=self.reason.data or "",
        )


class PracticeFilterForm(QueryForm):
    """Which entries of the register are shown."""

    show = SelectField(_l("Which of them"), choices=options([("", ""), ("waiting", ""), ("ended", "")]), default="")
    q = StringField(_l("Words"), default="", filters=[clean_line])
    theme = SelectField(_l("Theme"), default="")
    party = SelectField(_l("Party"), default="")

    def offer(self, *, themes: Iterable[tuple[str, str]], parties: Iterable[tuple[str, str]]) -> None:
        """Fill the lists to choose from, in the order of pages."""
        self.theme.choices = options([("", _("All themes")), *themes])
        self.party.choices = options([("", _("All parties")), *parties])

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything is left out of the view."""
        return bool(self.q.data or self.theme.data or self.party.data)

    def lets_through(self, practice: GoodPractice) -> bool:
        """Tell whether an entry is among those asked for."""
        commitment = practice.item.commitment
        themes = {commitment.theme.code, *(theme.code for theme in commitment.other_themes)}
        text = fold(
            " ".join((practice.title, practice.summary, practice.contact, commitment.code, practice.item.party.name))
        )
        return (
            (not self.theme.data or self.theme.data in themes)
            and self.party.data in ("", practice.item.party.code)
            and all(word in text for word in fold(self.q.data or "").split())
        )


def _contact_field() -> StringField:
    return StringField(
        _l("Whom to ask"),
        description=_l(
            "A function and its institution, for example “Head of the compensation unit, Ministry of Justice”. "
            "No name of a person, no address, no telephone number."
        ),
        filters=[clean_line],
        validators=[Length(max=LINE, message=_l("Use at most %(max)d characters.")), names_a_function],
    )


def names_a_function(_form: Any, field: Any) -> None:
    """Refuse e-mail addresses and telephone numbers: people change, functions stay."""
    text = field.data or ""
    if "@" in text or sum(letter.isdigit() for letter in text) >= DIGITS_OF_A_NUMBER:
        raise ValidationError(_("Name the function and its institution, without an address or telephone number."))


class NominationForm(TrackerForm):
    """What the Secretariat proposes to list."""

    text_used = RadioChoiceField(
        _l("Which text of the answer is shown?"), choices=[], coerce=str, message=_l("Choose one of the texts.")
    )
    title = StringField(
        _l("Title in the register"),
        description=_l("What others can learn from, in one line."),
        filters=[clean_line],
        validators=[
            DataRequired(_l("Enter a title.")),
            Length(max=LINE, message=_l("Use at most %(max)d characters.")),
        ],
    )
    contact = _contact_field()
    note = TextAreaField(
        _l("A word to the party"),
        description=_l("Why you nominate it. The party and the Secretariat read it."),
        filters=[clean],
        validators=[Length(max=LONGEST, message=_l("Use at most %(max)d characters."))],
    )

    def offer(self, texts: Iterable[PracticeText]) -> None:
        """Let the officer choose among the texts that the answer has."""
        self.text_used.choices = options((text.value, labels.label(text)) for text in texts)

    def nomination(self) -> Nomination:
        """Return what is proposed; call only after validation."""
        return Nomination(
            text_used=PracticeText(self.text_used.data),
            title=self.title.data or "",
            contact=self.contact.data or "",
            note=self.note.data or "",
        )


class ConsentForm(TrackerForm):
    """The party's consent."""

    contact = _contact_field()

    def validate_contact(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Name the function that others can ask, and its institution."))


class ReasonForm(TrackerForm):
    """Why a nomination is declined, or an entry taken out."""

    reason = TextAreaField(
        _l("Why?"),
        description=_l("The party and the Secretariat read it."),
        filters=[clean],
        validators=[
            DataRequired(_l("Say why, in one sentence.")),
            Length(max=LONGEST, message=_l("Use at most %(max)d characters.")),
        ],
    )
