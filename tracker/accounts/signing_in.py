"""Flask-Security, set up for us, and the list of sign-ins that stands behind its cookie.

The signed cookie holds a random id; a row per sign-in holds its hash. A cookie whose row has ended is nobody's.
Why and how: ``docs/adr/0009``.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request, session
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from sqlalchemy.exc import OperationalError

from tracker.accounts import next_page
from tracker.accounts.forms.signing_in import ConfirmForm, SignInForm
from tracker.accounts.models import SignIn, User
from tracker.accounts.queries import absent_led_by, sign_in_with_person
from tracker.accounts.second_step import SecondStep, factor_of
from tracker.accounts.services import sign_ins
from tracker.accounts.services.sign_ins import SESSION_KEY, sid_hash
from tracker.audit.models import Means
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.forms import forget_form_token

__all__ = ["SESSION_KEY", "init_app", "sid_hash"]

#: A sign-in ends after so long without a request, and after so long in any case.
IDLE: Final = timedelta(hours=8)
IDLE_ADMINISTRATOR: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
#: How stale ``last_seen_at`` may be, so that not every page writes.
SEEN_EVERY: Final = timedelta(minutes=1)

SETTINGS: Final[dict[str, Any]] = {
    # Only its pages for signing in, out, and for the password once more; the rest is ours (ADR 8, ADR 16).
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_TRACKABLE": False,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_FLASH_MESSAGES": False,
    # Our forms check passwords themselves (accounts/passwords.py); this keeps any other way just as strong.
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19_456,
        "argon2__rounds": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    # Our form's answers are the same for known and unknown addresses; its own munging would hide "Enter your …" too.
    "SECURITY_RETURN_GENERIC_RESPONSES": False,
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/login",
    "SECURITY_FRESHNESS": timedelta(minutes=5),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    # Pages that hold a secret link send no Referer, which this would demand; core.web looks at Sec-Fetch-Site instead.
    "WTF_CSRF_SSL_STRICT": False,
}


class PeopleStore(SQLAlchemyUserDatastore):
    """Finds people for Flask-Security; the person behind the cookie has been read together with the sign-in."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:
        """Return the person that fits."""
        found: User | None = g.pop("person_of_cookie", None)
        if found is not None and kwargs == {"fs_uniquifier": found.fs_uniquifier}:
            return found
        person: User | None = super().find_user(case_insensitive=case_insensitive, **kwargs)
        return person


def _opened(_app: Flask, user: User, authn_via: Any = None, **_extra: Any) -> None:
    forget_form_token()  # nothing that was known before signing in is worth anything after it
    session[SESSION_KEY] = sign_ins.open_sign_in(
        user,
        at=utc_now(),
        address=request.remote_addr or "",
        device=request.user_agent.string or "",
        factor=factor_of(authn_via),
    )
    db.session.commit()


def _closed(_app: Flask, user: User | None = None, **_extra: Any) -> None:
    sid = session.pop(SESSION_KEY, None)
    if isinstance(sid, str):
        sign_ins.close_sign_in(sid, by=user if isinstance(user, User) else None, at=utc_now())
        db.session.commit()


def _open_sign_in(identity: str, now: datetime) -> SignIn | None:
    """Return the sign-in that the cookie names, if it still stands for this person."""
    sid = session.get(SESSION_KEY)
    if not isinstance(sid, str):
        return None
    found = db.session.scalars(sign_in_with_person(sid_hash(sid), identity)).unique().one_or_none()
    if found is None:
        return None
    link = found.link
    found.person.by_link, found.person.acting_for = link, {}
    is_withdrawn = link is not None and link.revoked_at is not None
    if found.ended_at is not None or not found.person.active or is_withdrawn or not found.is_complete:
        g.link_has_ended = link is not None
        return None
    idle = IDLE_ADMINISTRATOR if found.person.is_administrator else IDLE
    if now - found.started_at < LONGEST and now - found.last_seen_at < idle:
        return found
    g.link_has_ended = link is not None
    return None


def _note_how(sign_in: SignIn, now: datetime) -> None:
    """Note by what, and in whose name, the person acts in this request."""
    person = sign_in.person
    if sign_in.link is not None:
        g.audit_means = Means.ONE_ROUND_LINK
    elif request.method == "POST" and person.rights.coordinates:
        absent = db.session.execute(absent_led_by(person, now.date()))
        person.acting_for = {row.party_id: row.person_id for row in absent}


def _note_seen(response: Response) -> Response:
    """Refresh ``last_seen_at`` once the answer is out, in a transaction of its own: pages that read never write."""
    seen = g.pop("seen", None)
    if seen is not None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # the answer outlives the proxy
        response.call_on_close(partial(_write_seen, app, *seen))
    return response


def _write_seen(app: Flask, sign_in_id: int, at: datetime) -> None:
    with app.app_context(), suppress(OperationalError):  # the next page tries again
        set_reading_only(False)
        db.session.execute(
            sa.update(SignIn)
            .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.last_seen_at < at)
            .values(last_seen_at=at)
        )
        db.session.commit()


def _keep_nothing(response: Response) -> Response:
    if request.blueprint == "security":
        response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Bind Flask-Security, and put our list of sign-ins behind its user loader."""
    app.config.update({key: value for key, value in SETTINGS.items() if key not in app.config})
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    security = Security(login_form=SignInForm, verify_form=ConfirmForm)
    security.want_json(lambda _request: False)
    security.init_app(app, PeopleStore(db, User, None), register_blueprint=True)
    security.two_factor_plugins = SecondStep()
    login_manager = app.login_manager  # type: ignore[attr-defined]  # set by Flask-Login
    theirs = login_manager._user_callback  # also marks how the person was authenticated: wrap, do not replace

    def load(identity: str) -> User | None:
        now = utc_now()
        sign_in = _open_sign_in(identity, now)
        if sign_in is None:
            return None
        if now - sign_in.last_seen_at > SEEN_EVERY:
            g.seen = (sign_in.id, now)
        _note_how(sign_in, now)
        g.person_of_cookie = sign_in.person
        user: User | None = theirs(identity)
        return user

    login_manager.user_loader(load)
    login_manager.request_loader(lambda _request: None)  # no tokens in headers or addresses
    user_authenticated.connect(_opened, app)
    user_logged_out.connect(_closed, app)
    app.after_request(_keep_nothing)
    app.after_request(_note_seen)
    next_page.init_app(app)
