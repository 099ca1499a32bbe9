"""Asking whether the person behind the request may do something.

A policy is a function ``(user, subject) -> bool``, decorated with :func:`policy`. Views call :func:`require`;
templates call ``can("name", subject)``. Source: DESIGN §5: what one may not see does not exist (404); what one
may see but not do is refused (403).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

import flask_login
from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from tracker.accounts.models import User
from tracker.accounts.next_page import local_path
from tracker.core.clock import utc_now
from tracker.core.errorpages import typed_page
from tracker.core.errors import DomainError
from tracker.core.logs import security_event

Subject = TypeVar("Subject")
Policy = Callable[[User, Subject], bool]
Rule = TypeVar("Rule", bound=Callable[[User, Any], bool])
View = TypeVar("View", bound=Callable[..., Any])

#: For so long after the password was given, changes to accounts do not ask for it again.
FRESH_FOR: Final = timedelta(minutes=5)
#: What is open to somebody whose role needs a second factor and who has none yet.
SET_UP_PAGES: Final = frozenset(
    {
        "accounts.show_second_factor",
        "accounts.set_up_app",
        "accounts.download_app_key",
        "accounts.add_passkey",
        "security.verify",
    }
)
#: Key of the session under which Flask-Security keeps when the password was given (seconds since 1970).
CONFIRMED_AT: Final = "fs_paa"

POLICIES: dict[str, Callable[[User, Any], bool]] = {}
#: For policies on doing: the policy on seeing the same subject.
_SEES: dict[str, Callable[[User, Any], bool]] = {}
_LINK_RULES: list[Callable[[User], bool]] = []


class LinkEnded(DomainError):
    """The link for one round by which somebody came does not hold any more."""

    http_status = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "You came by a link for one round, and that has ended. Open the link in your mail again. Where it does "
                "not work any more, its date has passed or your coordinator withdrew it: ask them for a new one."
            )
        )


def policy(*, sees: Policy[Any] | None = None) -> Callable[[Rule], Rule]:
    """Register a rule under its own name, for templates and for the access tests.

    Args:
        sees: who may see the subject; they are refused with 403, everybody else with 404. None: the rule itself
            is about seeing.
    """

    def register(rule: Rule) -> Rule:
        POLICIES[rule.__name__] = rule
        if sees is not None:
            _SEES[rule.__name__] = sees
        return rule

    return register


def public(view: View) -> View:
    """Mark a view as open to people who have not signed in."""
    view.is_public = True  # type: ignore[attr-defined]  # functions may carry attributes
    return view


def open_to_links(view: View) -> View:
    """Mark a view as open to people who came by a link for one round; whatever is not marked is 404 to them."""
    view.is_open_to_links = True  # type: ignore[attr-defined]  # functions may carry attributes
    return view


def keep_links_to(rule: Callable[[User], bool]) -> None:
    """Say what people who came by a link for one round may open, beyond the pages that are marked; asked each time.

    The rule raises :class:`LinkEnded` where the link does not hold any more.
    """
    _LINK_RULES[:] = [rule]


def current_user() -> User:
    """Return the person who is signed in; call only in views that are not public."""
    return cast(User, flask_login.current_user._get_current_object())


def signed_in() -> User | None:
    """Return the person who is signed in, or None."""
    user = flask_login.current_user
    return current_user() if user and user.is_authenticated else None


def require(rule: Policy[Subject], subject: Subject) -> None:
    """Stop the request unless the person signed in satisfies the rule: 403 if they may see the subject, else 404."""
    user = current_user()
    if rule(user, subject):
        return
    sees = _SEES.get(rule.__name__)
    security_event("access_denied", refused=True, rule=rule.__name__)
    abort(403 if sees is not None and sees(user, subject) else 404)


def require_fresh(back: str | None = None) -> None:
    """Ask for the password again unless it was given within the last five minutes; then go on to the same page.

    Args:
        back: where to go on to where the address takes nothing but a POST.
    """
    given_at = session.get(CONFIRMED_AT, 0)
    if not 0 <= utc_now().timestamp() - given_at < FRESH_FOR.total_seconds():
        here = request.full_path.rstrip("?") if request.method == "GET" else request.path
        abort(redirect(url_for("security.verify", next=local_path(here) or back)))


def can(name: str, subject: object = None) -> bool:
    """Tell a template whether to show a control. Unknown names raise KeyError."""
    user = signed_in()
    return user is not None and POLICIES[name](user, subject)


@policy()
def use_tracker(user: User, _: object) -> bool:
    """Everybody with a valid membership reads what is open to all signed-in people."""
    return user.rights.any


@policy()
def act_as_secretariat(user: User, _: object) -> bool:
    """The Secretariat's officers run rounds, reviews and reminders."""
    return user.is_secretariat


@policy()
def administer(user: User, _: object) -> bool:
    """Administrators look after accounts, settings and health."""
    return user.is_administrator


@policy()
def run_network(user: User, _: object) -> bool:
    """The Secretariat and the administrators see how the tracker is run."""
    return user.is_secretariat or user.is_administrator


def needs_second_factor(user: User) -> bool:
    """Tell whether one of a person's roles takes more than a password to sign in."""
    return not user.roles_now.isdisjoint(current_app.config["TRACKER_REQUIRE_2FA"])


def _sign_in_first() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if (
        view is None
        or getattr(view, "is_public", False)
        or request.endpoint in current_app.extensions["open_endpoints"]
    ):
        return None
    user = signed_in()
    if user is None and (typed := typed_page(401)) is not None:
        return typed
    if user is None and g.get("link_has_ended"):
        raise LinkEnded
    if user is None:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=wanted if wanted != "/" else None))
    return _let_in(user, view)


def _let_in(user: User, view: Callable[..., Any]) -> ResponseReturnValue | None:
    if user.by_link is not None:
        if not getattr(view, "is_open_to_links", False) or not all(rule(user) for rule in _LINK_RULES):
            security_event("access_denied", refused=True, rule="open_to_links")
            abort(404)
        return None  # such a sign-in may do so little that no second factor is asked for
    if not user.rights.any:
        security_event("access_denied", refused=True, rule="has_a_role")
        abort(403)
    if request.endpoint not in SET_UP_PAGES and not user.has_second_factor and needs_second_factor(user):
        return redirect(url_for("accounts.show_second_factor"))
    return None


def is_let_in(user: User) -> bool:
    """Tell whether the person may open the view of this request at all; for pages shown before that is asked."""
    try:
        return _let_in(user, current_app.view_functions[request.endpoint or ""]) is None
    except (HTTPException, DomainError):
        return False


def init_app(app: Flask) -> None:
    """Close every view that is not marked public, and give templates ``can``."""
    app.extensions["open_endpoints"] = {"static", "bootstrap.static", "security.login", "security.logout"}
    app.before_request(_sign_in_first)
    app.jinja_env.globals["can"] = can
    app.jinja_env.globals["signed_in"] = signed_in
