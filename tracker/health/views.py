"""Addresses for machines: is the process alive, can it do its work, and how does it do."""

import hmac

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from tracker.accounts.access import public
from tracker.core.clock import utc_now
from tracker.core.schema import schema_state
from tracker.health.checks import check_scheduler
from tracker.health.metrics import CONTENT_TYPE, exposition

bp = Blueprint("health", __name__)
_PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/healthz")
@public
def show_alive() -> ResponseReturnValue:
    """Say that the process answers; nothing else is looked at."""
    return "alive\n", 200, _PLAIN


@bp.get("/readyz")
@public
def show_ready() -> ResponseReturnValue:
    """Say whether pages and reminders work. What exactly is wrong, `tracker doctor` says to those who may know."""
    if not schema_state().is_current:
        return "database\n", 503, _PLAIN
    if list(check_scheduler(utc_now())):
        return "scheduler\n", 503, _PLAIN
    return "ready\n", 200, _PLAIN


@bp.get("/metrics")
@public
def show_metrics() -> ResponseReturnValue:
    """Show figures to whoever has the token of ``TRACKER_METRICS_TOKEN``; for others there is no such page."""
    expected = current_app.config["TRACKER_METRICS_TOKEN"]
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not expected or scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), expected.encode()):
        abort(404)
    return exposition(), 200, {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
