"""Between the password and the second factor: who is half-way in, for ten minutes.

Nothing is open to somebody half-way. The signed cookie says who it is, since when, and to which password it belongs.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import redirect, request, session, url_for
from flask_security import login_user
from flask_security.tf_plugin import TfPlugin
from werkzeug.wrappers import Response

from tracker.accounts.models import Factor, User
from tracker.accounts.next_page import local_path
from tracker.core.clock import utc_now
from tracker.core.database import db

HOLDS: Final = timedelta(minutes=10)
_KEY: Final = "half_way"


def _mark_of(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def begin(person: User, *, at: datetime) -> None:
    """Note that the person gave the right password, and has a second factor to show."""
    assert person.password is not None
    session[_KEY] = {
        "person": person.fs_uniquifier,
        "since": int(at.timestamp()),
        "password": _mark_of(person.password),
    }


def person_half_way(at: datetime) -> User | None:
    """Return who gave the right password within ten minutes and has not shown a second factor yet."""
    noted = session.get(_KEY)
    if not isinstance(noted, Mapping):
        return None
    if not 0 <= at.timestamp() - noted["since"] < HOLDS.total_seconds():
        return None
    person = db.session.scalar(sa.select(User).filter_by(fs_uniquifier=noted["person"]))
    if person is None or not person.active or not person.has_second_factor or person.password is None:
        return None
    return person if _mark_of(person.password) == noted["password"] else None


def let_in(person: User, factor: Factor) -> Response:
    """Sign a person in who has shown everything, and go on to the page they wanted."""
    session.pop(_KEY, None)
    login_user(person, remember=False, authn_via=[factor.value])
    return redirect(local_path(request.values.get("next")) or "/")


class SecondStep(TfPlugin):
    """Takes the place of Flask-Security's own second step after its sign-in page."""

    def tf_enter(
        self, user: User, remember_me: bool | None, primary_authn_via: str, next_loc: str | None
    ) -> Response | None:
        """Lead people with a second factor to it; None lets the others in."""
        if not user.has_second_factor:
            return None
        begin(user, at=utc_now())
        db.session.commit()  # the password was right: earlier failures are forgotten
        return redirect(url_for("accounts.take_second_step", next=local_path(request.values.get("next"))))


def factor_of(authn_via: Any) -> Factor | None:
    """Return which factor Flask-Security's signal tells of."""
    known = {factor.value for factor in Factor}
    return next((Factor(each) for each in authn_via or () if each in known), None)
