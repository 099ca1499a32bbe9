"""Where a person goes after signing in: to a page of this site, whatever the address says."""

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException

NEXT: Final = "next"
_LONGEST: Final = 2000


def local_path(value: str | None) -> str | None:
    """Return the path and query of a page of ours, or None for everything else.

    Browsers read backslashes as slashes and drop control characters, so whatever holds one is no page of ours.
    """
    if not value or len(value) > _LONGEST or not value.startswith("/") or value.startswith("//"):
        return None
    if any(character == "\\" or character <= " " or character == "\x7f" for character in value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not _is_page(parts.path):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method="GET")
    except HTTPException:  # no such page, or none that can be read
        return False
    return True


def _keep_local(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    kept = [(key, value) for key, value in values.items(multi=True) if key != NEXT]
    wanted = local_path(values.get(NEXT))
    return ImmutableMultiDict([*kept, (NEXT, wanted)] if wanted else kept)


def _forget_foreign_pages() -> None:
    """Take ``next`` out of a request to Flask-Security's pages unless it is a page of ours."""
    if request.blueprint == "security" and NEXT in request.values:
        request.args = _keep_local(request.args)
        request.form = _keep_local(request.form)


def init_app(app: Flask) -> None:
    """Guard the pages that send people on."""
    app.before_request(_forget_foreign_pages)
