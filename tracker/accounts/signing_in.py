"""Flask-Security, set up for us, and the list of sign-ins that stands behind its cookie.

The signed cookie holds a random id; a row per sign-in holds its hash. A cookie whose row has ended is nobody's.
Source: tried in ``docs/adr/0009``.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask, request, session
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated

from tracker.accounts.models import SignIn, User
from tracker.core.clock import utc_now
from tracker.core.database import db

SESSION_KEY: Final = "sid"
#: A sign-in ends after so long without a request, and after so long in any case.
IDLE: Final = timedelta(hours=8)
IDLE_ADMINISTRATOR: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
#: How stale ``last_seen_at`` may be, so that not every page writes.
SEEN_EVERY: Final = timedelta(minutes=1)

SETTINGS: Final[dict[str, Any]] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_TRACKABLE": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/login",
    "SECURITY_FRESHNESS": timedelta(minutes=5),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
}

security = Security()


def sid_hash(sid: str) -> str:
    """Return the hash under which a sign-in is kept."""
    return hashlib.sha256(sid.encode()).hexdigest()


def _opened(_app: Flask, user: User, **_extra: Any) -> None:
    now = utc_now()
    sid = secrets.token_urlsafe(32)
    session[SESSION_KEY] = sid
    user.last_signed_in_at = now
    db.session.add(
        SignIn(
            person_id=user.id,
            sid_hash=sid_hash(sid),
            started_at=now,
            last_seen_at=now,
            address=request.remote_addr or "",
            device=(request.user_agent.string or "")[:300],
        )
    )
    db.session.commit()


def _closed(_app: Flask, **_extra: Any) -> None:
    sid = session.pop(SESSION_KEY, None)
    if isinstance(sid, str):
        db.session.execute(sa.update(SignIn).where(SignIn.sid_hash == sid_hash(sid)).values(ended_at=utc_now()))
        db.session.commit()


def _still_open(user: User) -> bool:
    """Tell whether the sign-in that the cookie names still stands for this person."""
    sid = session.get(SESSION_KEY)
    if not isinstance(sid, str):
        return False
    row = db.session.execute(
        sa.select(SignIn.started_at, SignIn.last_seen_at, SignIn.ended_at).where(
            SignIn.sid_hash == sid_hash(sid), SignIn.person_id == user.id
        )
    ).one_or_none()
    if row is None or row.ended_at is not None:
        return False
    now = utc_now()
    idle = IDLE_ADMINISTRATOR if user.is_administrator else IDLE
    return bool(now - row.started_at < LONGEST and now - row.last_seen_at < idle)


def init_app(app: Flask) -> None:
    """Bind Flask-Security, and put our list of sign-ins behind its user loader."""
    for key, value in SETTINGS.items():
        app.config.setdefault(key, value)
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    security.init_app(app, SQLAlchemyUserDatastore(db, User, None), register_blueprint=True)
    login_manager = app.login_manager  # type: ignore[attr-defined]  # set by Flask-Login
    theirs = login_manager._user_callback  # also marks how the person was authenticated: wrap, do not replace

    def load(identity: str) -> User | None:
        user: User | None = theirs(identity)
        return user if user is not None and user.active and _still_open(user) else None

    login_manager.user_loader(load)
    user_authenticated.connect(_opened, app)
    user_logged_out.connect(_closed, app)
