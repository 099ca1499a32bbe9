"""Choosing passwords, and asking for a link to choose one."""

from collections.abc import Iterable

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from tracker.accounts import passwords
from tracker.accounts.authentication import authenticate
from tracker.accounts.forms.signing_in import email_field, known_password_field
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.forms import TrackerForm


def words_about(person: User) -> tuple[str, ...]:
    """Return what a person's password must not be made of."""
    return (person.name, person.email, person.function)


class NewPasswordForm(TrackerForm):
    """A password, typed twice."""

    password = PasswordField(
        _l("New password"),
        description=_l(
            "At least 12 characters, of any kind. Four words that have nothing to do with each other do well."
        ),
        validators=[
            DataRequired(_l("Choose a password.")),
            Length(
                min=passwords.LEAST,
                max=passwords.MOST,
                message=_l("Choose a password of %(min)d to %(max)d characters."),
            ),
        ],
        render_kw={"autocomplete": "new-password", "maxlength": passwords.MOST},
    )
    again = PasswordField(
        _l("The same password again"),
        validators=[
            DataRequired(_l("Type the password a second time.")),
            EqualTo("password", _l("The two passwords differ. Type the same one twice.")),
        ],
        render_kw={"autocomplete": "new-password", "maxlength": passwords.MOST},
    )

    def __init__(self, *, about: Iterable[str]) -> None:
        super().__init__()
        self._about = tuple(about)

    def validate_password(self, field: Field) -> None:
        """Refuse what is guessed first."""
        if passwords.is_easy_to_guess(field.data, about=self._about):
            raise ValidationError(
                _(
                    "This is easy to guess: it is common, or made of your name or of words of this tracker. "
                    "Choose another one, for example four words that have nothing to do with each other."
                )
            )

    def password_hash(self) -> str:
        """Return the hash of the new password; takes some 25 ms. Call only after validation."""
        assert self.password.data is not None
        return passwords.hash_password(self.password.data)


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one, typed twice."""

    fields_first = ("current",)
    current = known_password_field(_l("Present password"))

    def __init__(self, *, person: User) -> None:
        super().__init__(about=words_about(person))
        self._email = person.email

    def validate(self, extra_validators: object = None) -> bool:
        """Check the shape first, then the present password, which takes time and is counted."""
        if not super().validate(extra_validators):
            return False
        assert self.current.data is not None
        known = authenticate(self._email, self.current.data, address=request.remote_addr or "", at=utc_now())
        if known is None:
            self.refuse(self.current, _("This is not your present password. Try again."))
        return known is not None


class ResetForm(TrackerForm):
    """The address that a link for a new password is sent to."""

    email = email_field(_l("E-mail address"), description=_l("The one you sign in with."))

    def address(self) -> str:
        """Return the address; call only after validation."""
        assert self.email.data is not None
        return str(self.email.data)
