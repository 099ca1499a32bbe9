"""Forms of the second factor: codes, recovery codes, passkeys, and an administrator's reason for lifting it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp

from tracker.accounts.passkeys import LONGEST_ANSWER
from tracker.core.forms import TrackerForm, clean, clean_line

_LONGEST_CODE = 40
_NAME_LENGTH = 60


class CodeForm(TrackerForm):
    """A code of an authenticator app."""

    code = StringField(
        _l("Code"),
        description=_l("The six digits that your authenticator app shows now."),
        filters=[clean_line],
        validators=[
            DataRequired(_l("Enter the six digits that your app shows.")),
            Regexp(r"\A[0-9]{3} ?[0-9]{3}\Z", message=_l("Enter the six digits of your app, and nothing else.")),
        ],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 7},
    )

    def typed(self) -> str:
        """Return the code; call only after validation."""
        assert self.code.data is not None
        return str(self.code.data)


class RecoveryCodeForm(TrackerForm):
    """A recovery code from paper."""

    code = StringField(
        _l("Recovery code"),
        description=_l("One of the ten that you printed or wrote down, for example K7QF-2M9X-PARD. It works once."),
        filters=[clean_line],
        validators=[
            DataRequired(_l("Enter one of your recovery codes.")),
            Length(max=_LONGEST_CODE, message=_l("A recovery code has twelve letters and digits.")),
        ],
        render_kw={"autocomplete": "off", "maxlength": _LONGEST_CODE, "spellcheck": "false"},
    )

    def typed(self) -> str:
        """Return the code; call only after validation."""
        assert self.code.data is not None
        return str(self.code.data)


class _AnswerField(HiddenField):
    """Is never sent back: a page that is shown again asks anew."""

    def _value(self) -> str:
        return ""


class PasskeyForm(TrackerForm):
    """What a browser answers with a passkey; a script fills it in."""

    answer = _AnswerField(
        validators=[
            DataRequired(_l("Your browser gave no passkey. Press the button and follow what your device says.")),
            Length(max=LONGEST_ANSWER, message=_l("Your browser gave no passkey that can be read. Try again.")),
        ]
    )

    def given(self) -> str:
        """Return the answer; call only after validation."""
        assert self.answer.data is not None
        return str(self.answer.data)


class NewPasskeyForm(PasskeyForm):
    """A new passkey and what its person calls it."""

    fields_first = ("name",)
    name = StringField(
        _l("Name of this passkey"),
        description=_l("So that you know it again, for example: laptop at the ministry."),
        filters=[clean_line],
        validators=[
            DataRequired(_l("Give the passkey a name.")),
            Length(max=_NAME_LENGTH, message=_l("A name has at most %(max)d characters.")),
        ],
        render_kw={"maxlength": _NAME_LENGTH, "autocomplete": "off"},
    )


class LiftForm(TrackerForm):
    """Why a second factor is lifted."""

    reason = TextAreaField(
        _l("Why, and how did you make sure that it is this person who asks?"),
        description=_l("It stays in the log. For example: phone lost; called back on the number of the ministry."),
        filters=[clean],
        validators=[
            DataRequired(_l("Say why, and how you made sure who asks.")),
            Length(max=1000, message=_l("This text has at most %(max)d characters.")),
        ],
        render_kw={"maxlength": 1000},
    )

    def given(self) -> str:
        """Return the reason; call only after validation."""
        assert self.reason.data is not None
        return str(self.reason.data)
