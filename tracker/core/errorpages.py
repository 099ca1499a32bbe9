"""What people see when something cannot be done: a clear sentence, a way back, and nothing of the inside."""

import contextlib
import logging
import secrets
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.core.logs import security_event

logger = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
TypedPage = Callable[..., str]

#: Title and sentence for each status; whatever else happens is told as 400.
_TEXTS: Final = {
    400: (
        _l("This could not be understood"),
        _l("Something in the request was missing or not as expected. Go back, load the page again and repeat it."),
    ),
    401: (_l("Please sign in"), _l("This page is for people who have signed in.")),
    403: (
        _l("You may not do this"),
        _l("Your role does not allow it. If you think that it should, write to the Secretariat."),
    ),
    404: (
        _l("There is no such page"),
        _l("The address may be mistyped, or the page is not open to you. Check it, or start from the first page."),
    ),
    405: (_l("This address works in another way"), _l("Go back and use the button on the page.")),
    409: (
        _l("This has changed in the meantime"),
        _l("Somebody was quicker. Go back, load the page again and look before you repeat it."),
    ),
    410: (_l("This link is used up"), _l("Each link works once, and only for some time. Ask for a new one.")),
    413: (
        _l("This is too large"),
        _l(
            "At once, up to 25 MB and ten files can be sent where files are added, and up to 1 MB elsewhere. Nothing "
            "was stored. Go back and send less at once: one file at a time, a smaller file, or a link instead."
        ),
    ),
    415: (_l("This kind of content cannot be read"), _l("Go back and use the form on the page.")),
    429: (_l("Too many attempts"), _l("Wait a little, then try again. Nothing is lost.")),
    503: (_l("Not available at the moment"), _l("Try again in a few minutes. What you saved is kept.")),
}
#: What the log of the processes calls refusals; missing pages are too many, and broken rules are no attack.
_REFUSALS: Final = {
    400: "request_refused",
    405: "method_refused",
    410: "link_refused",
    413: "too_large",
    415: "content_refused",
    429: "too_many_attempts",
}
_CSRF: Final = (
    _l("This form was open for too long"),
    _l("For your safety it is no longer accepted. Go back, load the page again and send it once more."),
)


def way_back() -> str:
    """Return a page of our own to go back to: the one the form stands on, the one before, or the first."""
    candidates = [request.path, _path_before()]
    # A page that was read and failed is no way back to itself.
    return next((url for path in candidates if path and (url := _page_at(path)) and not _failed_at(url)), "/")


def _path_before() -> str:
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:  # not an address at all
        return ""
    return before.path if before.netloc == request.host else ""


def _failed_at(url: str) -> bool:
    return request.method in ("GET", "HEAD") and unquote(url) == request.path


def _page_at(path: str) -> str | None:
    """Return the address of the page at that path, built from our own routes, or None."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        endpoint, values = adapter.match(path, method="GET")
    except HTTPException:  # no such page, or none that can be read
        return None
    return None if endpoint.rpartition(".")[2] == "static" else url_for(endpoint, **values)


def _tell(status: int, refusal: str | None) -> None:
    if refusal is not None:
        security_event(refusal, refused=True, status=status)


def _for_programs() -> bool:
    return request.path.startswith("/api/")


def _as_json(status: int, title: str, sentence: str) -> Response:
    body = {"code": status, "status": HTTP_STATUS_CODES.get(status, title), "message": sentence}
    return make_response(jsonify(body), status)


def _as_page(status: int, title: str, sentence: str) -> Response:
    page = render_template("errors/error.html", status=status, heading=title, sentence=sentence, way_back=way_back())
    return make_response(page, status)


def _answer(status: int, title: str, sentence: str) -> Response:
    _forget_half_done_work()
    response = _as_json(status, title, sentence) if _for_programs() else _as_page(status, title, sentence)
    response.headers["Cache-Control"] = "no-store"
    return response


def _forget_half_done_work() -> None:
    with contextlib.suppress(SQLAlchemyError):
        db.session.rollback()
    set_reading_only(True)  # the page that follows only reads


def keeps_typing(page: TypedPage) -> Callable[[View], View]:
    """Let a view show what was typed into its form again where the form's token or the session has ended.

    Args:
        page: takes the view's arguments and returns the page. It is asked without any check before it: it looks at
            the person's rights itself, and may abort.
    """

    def mark(view: View) -> View:
        view.typed_page = page  # type: ignore[attr-defined]  # functions may carry attributes
        return view

    return mark


def typed_page(status: int) -> Response | None:
    """Return the page that holds what was typed, if the form that was sent has one and the person may see it."""
    page: TypedPage | None = getattr(current_app.view_functions.get(request.endpoint or ""), "typed_page", None)
    if page is None or request.method != "POST":
        return None
    try:
        response = make_response(page(**(request.view_args or {})), status)
    except HTTPException:  # the person may not, or what was sent cannot be read
        return None
    response.headers["Cache-Control"] = "no-store"
    return response


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer for whatever Flask, Werkzeug or a view refused."""
    if error.response is not None:  # a complete answer, given by abort()
        return error.response
    status = error.code or 400
    _tell(status, "form_token_refused" if isinstance(error, CSRFError) else _REFUSALS.get(status))
    if isinstance(error, CSRFError) and (typed := typed_page(status)) is not None:
        return typed
    title, sentence = _CSRF if isinstance(error, CSRFError) else _TEXTS.get(status, _TEXTS[400])
    response = _answer(status, str(title), str(sentence))
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def show_domain_error(error: DomainError) -> ResponseReturnValue:
    """Answer for a broken rule; its text is for the person."""
    status = error.http_status
    _tell(status, _REFUSALS.get(status))
    title = str(_TEXTS[status][0]) if status in (400, 410, 413, 429, 503) else _("This is not possible now")
    response = _answer(status, title, str(error))
    response.headers.update(error.headers)
    return response


def show_unexpected_error(error: InternalServerError) -> ResponseReturnValue:
    """Answer for a mistake of ours: no detail, but an id that stands in the log as well."""
    _forget_half_done_work()
    error_id = secrets.token_hex(4)
    cause = error.original_exception
    logger.error("unexpected error %s at %s: %s", error_id, request.endpoint, type(cause).__name__)
    if _for_programs():
        response = _as_json(500, "", _("Something went wrong on our side. Error id: %(id)s", id=error_id))
    else:
        response = make_response(render_template("errors/500.html", error_id=error_id), 500)
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Answer every error with a page, or with JSON where a program asked."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(DomainError, show_domain_error)
    app.register_error_handler(InternalServerError, show_unexpected_error)
