"""What the frame of every page asks for: who is here, which zone, which files, which pages exist."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import flask_login
from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from tracker.core.clock import utc_now

#: The colours that a person may have chosen; anything else means: as the device says.
THEMES: Final = ("light", "dark")
#: In the order in which they name a person who has several.
ROLES: Final = ("coordinator", "contributor", "secretariat", "administrator", "observer")
_ROLE_WORDS: Final = {
    "coordinator": _l("Coordinator"),
    "contributor": _l("Contributor"),
    "secretariat": _l("Secretariat"),
    "administrator": _l("Administrator"),
    "observer": _l("Observer"),
}
_SIGN_OUT: Final = ("accounts.sign_out", "security.logout")


@dataclass(frozen=True)
class PersonHere:
    """The person behind the request, as the frame shows them."""

    name: str
    #: Names of the roles that hold today, in the order of :data:`ROLES`.
    roles: tuple[str, ...]
    #: The parties they speak for today, in the one fixed order.
    parties: tuple[Any, ...]
    zone_name: str

    @property
    def role_words(self) -> str:
        """The first of their roles in words; empty where none holds today."""
        return str(_ROLE_WORDS[self.roles[0]]) if self.roles else ""


def person_here() -> PersonHere | None:
    """Return who is signed in, or None; asked for once per request."""
    if not has_request_context() or not hasattr(current_app, "login_manager"):
        return None
    user = flask_login.current_user
    if not user.is_authenticated:
        return None
    if "person_here" not in g:
        g.person_here = _describe(user)
    return g.person_here  # type: ignore[no-any-return]  # flask.g is untyped


def _describe(user: Any) -> PersonHere:
    today = utc_now().date()
    held = {str(each.role) for each in user.memberships if each.is_valid_on(today)}
    if user.by_link is not None:
        held &= {"contributor"}
    return PersonHere(
        name=user.name,
        roles=tuple(role for role in ROLES if role in held),
        parties=tuple(user.parties),
        zone_name=user.zone_name or current_app.config["TRACKER_TIMEZONE"],
    )


def shown_zone() -> str:
    """Return the IANA zone that times are shown in: the person's, else the party's, else the network's."""
    person = person_here()
    return person.zone_name if person else str(current_app.config["TRACKER_TIMEZONE"])


def endpoint_exists(name: str) -> bool:
    """Tell whether a page of that name is part of this installation, for the person who is here.

    Whoever came by a link for one round is led to no page that the link does not open.
    """
    view = current_app.view_functions.get(name)
    if view is None or name in _SIGN_OUT or not came_by_link():
        return view is not None
    return getattr(view, "is_public", False) or getattr(view, "is_open_to_links", False)


def came_by_link() -> bool:
    """Tell whether the person is here by a link for one round."""
    if not has_request_context() or not hasattr(current_app, "login_manager"):
        return False
    return getattr(flask_login.current_user, "by_link", None) is not None


def theme_cookie() -> str:
    """Return the name of the cookie that keeps the colours chosen on this device."""
    return "__Host-theme" if current_app.config["SESSION_COOKIE_SECURE"] else "theme"


def chosen_theme() -> str | None:
    """Return the colours the person chose, or None for those of the device."""
    chosen = request.cookies.get(theme_cookie())
    return chosen if chosen in THEMES else None


def page_language() -> str:
    """Return the page's language as BCP 47 says it."""
    return str(get_locale() or "en").replace("_", "-")


def sign_out_url() -> str:
    """Return where the sign-out button posts to."""
    known = next((name for name in _SIGN_OUT if endpoint_exists(name)), None)
    return url_for(known) if known else "/logout"


def asset_url(name: str) -> str:
    """Return the address of a static file, with a version that changes with its content."""
    path = Path(current_app.static_folder or "") / name
    return url_for("static", filename=name, v=_digest(path, path.stat().st_mtime_ns))


@cache
def _digest(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Give templates what the frame asks for."""
    app.jinja_env.globals.update(
        asset_url=asset_url,
        came_by_link=came_by_link,
        chosen_theme=chosen_theme,
        endpoint_exists=endpoint_exists,
        page_language=page_language,
        person_here=person_here,
        shown_zone=shown_zone,
        sign_out_url=sign_out_url,
    )
