"""What every request and answer gets: guards on the way in, headers on the way out."""

import secrets
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from flask import Flask, Request, Response, abort, current_app, g, request, session
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from tracker.core.database import set_reading_only
from tracker.core.errors import DomainError
from tracker.core.extensions import talisman

if TYPE_CHECKING:
    from config import Config

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_FIRST_ERROR: Final = 400
#: What ``Sec-Fetch-Site`` says of a page of ours, or of an address that a person typed.
_OWN_PAGES: Final = frozenset({"same-origin", "none"})
_CONTENT_SECURITY_POLICY: Final = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'none'",
}
#: The largest body of a page that takes files; all others take ``MAX_CONTENT_LENGTH``. Source: promise P22.
LARGEST_UPLOAD: Final = 25_000_000
_MOST_FILES: Final = 10
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Mark a view as one that people send files to: larger bodies reach it, from people who have signed in."""
    view.takes_files = True  # type: ignore[attr-defined]  # functions may carry attributes
    return view


class BodyUnreadable(DomainError):
    """What was sent is no form: names that are not UTF-8, or parts without their borders."""

    http_status = 400


class TrackerRequest(Request):
    """A request with room for a few files, which go to the disk as they come."""

    def make_form_data_parser(self) -> FormDataParser:
        """Return a parser that says what it cannot read, instead of finding an empty form without its token."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except ValueError as error:
            self.form, self.files = ImmutableMultiDict(), ImmutableMultiDict()  # what follows reads nothing again
            raise BodyUnreadable(
                _l(
                    "What was sent could not be read, so nothing was stored. If you sent a file, give it a name "
                    "without special letters, load the page again and send it once more."
                )
            ) from error

    _files_so_far = 0

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        self._files_so_far += 1
        if self._files_so_far > _MOST_FILES:
            raise RequestEntityTooLarge
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)


class CodeConverter(BaseConverter):
    """A code in an address, ``/instruments/<code:code>``: whatever cannot be one is no page."""

    regex = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


class RowIdConverter(IntegerConverter):
    """The id of a row in an address, ``/items/<int:item_id>``: a number that no table can hold is no page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    # SQLite: writers begin IMMEDIATE, readers do not queue behind them.
    set_reading_only(request.method in _SAFE_METHODS)
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False) and "_user_id" in session:
        request.max_content_length = LARGEST_UPLOAD


def _only_forms() -> None:
    """Refuse bodies that a form does not send; JSON on a form view would slip past its fields."""
    if request.method in _SAFE_METHODS or request.path.startswith("/api/"):
        return
    if request.content_length and request.mimetype not in _FORM_TYPES:
        abort(415)


def _only_from_here() -> None:
    """Refuse what a page of another site sends; browsers say so, other programs need the form's token anyway."""
    if request.method not in _SAFE_METHODS and request.headers.get("Sec-Fetch-Site", "none") not in _OWN_PAGES:
        abort(400)


def _finish(response: Response) -> Response:
    if response.status_code >= _FIRST_ERROR:
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if not request.path.startswith("/static/"):
        response.vary.add("Cookie")
    if "referrer_policy" in g:  # a page whose address is a secret
        response.headers["Referrer-Policy"] = g.referrer_policy
    if "content_policy" in g:  # a file, which may do even less than a page
        response.headers["Content-Security-Policy"] = g.content_policy
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def init_app(app: Flask, config: "Config") -> None:
    """Put guards and headers around every view."""
    https = config.TRACKER_BASE_URL.startswith("https://")
    if config.TRACKER_PROXIES:
        count = config.TRACKER_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    app.request_class = TrackerRequest
    app.url_map.converters["code"] = CodeConverter
    app.url_map.converters["int"] = RowIdConverter
    app.before_request(_begin)
    app.before_request(_only_forms)
    app.before_request(_only_from_here)
    app.after_request(_finish)
    talisman.init_app(
        app,
        force_https=False,  # the proxy in front does it
        strict_transport_security=https,
        strict_transport_security_max_age=31_536_000,
        session_cookie_secure=https,
        session_cookie_http_only=True,
        session_cookie_samesite="Lax",
        frame_options="DENY",
        referrer_policy="same-origin",
        content_security_policy=_CONTENT_SECURITY_POLICY,
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()"},
        x_xss_protection=False,
    )
