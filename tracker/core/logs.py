"""The log of the processes: one line of JSON per event, in UTC, for whoever watches the installation.

What people did stands in the audit log; this one says it again for machines that raise alarms, and tells what is
no act: refusals, starts, mistakes of ours. It holds ids and names of events, never what somebody typed.
"""

import logging
import sys
from functools import partial
from typing import Any, Final, TextIO

import sqlalchemy as sa
import structlog
from flask import Flask, g, has_request_context, request
from structlog.typing import EventDict, WrappedLogger

from tracker.core.metrics import EVENTS

#: Words in a field's name whose value is never written.
_SECRET: Final = ("password", "token", "cookie", "secret", "authorization", "answer", "csrf", "code")
_LONGEST: Final = 500

_security = structlog.stdlib.get_logger("tracker.security")


def security_event(name: str, /, *, refused: bool = False, **fields: Any) -> None:
    """Tell of something that whoever guards the installation wants to know.

    Args:
        name: what happened: ``access_denied``.
        refused: whether something was kept from happening; such lines are warnings.
        fields: ids and names; never what somebody typed, never a secret.
    """
    EVENTS.labels(name, str(refused).lower()).inc()
    (_security.warning if refused else _security.info)(name, **fields)


def _without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key != "event" and any(word in key.lower() for word in _SECRET):
            event[key] = "(not written)"
        elif isinstance(value, str) and len(value) > _LONGEST and key != "exception":
            event[key] = value[:_LONGEST] + "…"
    return event


def _where(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the request, without its address: paths of links are secrets."""
    if has_request_context():
        event.setdefault("request_id", g.get("request_id", ""))
        event.setdefault("address", request.remote_addr or "")
        event.setdefault("method", request.method)
        event.setdefault("page", request.endpoint or "")
        person = g.get("_login_user")  # Flask-Login's; asking it for the person could read the database
        state = sa.inspect(person, raiseerr=False) if person is not None else None
        if state is not None and state.identity:
            event.setdefault("person_id", state.identity[0])
    return event


_BEFORE: Final[tuple[Any, ...]] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    _where,
    structlog.processors.format_exc_info,
    _without_secrets,
)


class _ToStderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # a property on purpose
        return sys.stderr


def formatter() -> logging.Formatter:
    """Return what makes a line of JSON of a record, ours and those of packages alike."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=list(_BEFORE),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    )


def set_up() -> None:
    """Let everything that is logged come out as JSON on stderr. Safe to repeat."""
    structlog.configure(
        processors=[*_BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _ToStderr) for handler in root.handlers):
        handler = _ToStderr()
        handler.setFormatter(formatter())
        root.addHandler(handler)
    logging.getLogger("tracker").setLevel(logging.INFO)


def tell_start(app: Flask, process: str) -> None:
    """Say which process started with which settings; nothing of them is a secret."""
    config = app.config
    security_event(
        "started",
        process=process,
        env=config["TRACKER_ENV"],
        base_url=config["TRACKER_BASE_URL"],
        database=str(config["SQLALCHEMY_DATABASE_URI"]).split(":", 1)[0],
        mail=str(config["MAIL_URL"]).split(":", 1)[0],
        storage=str(config["STORAGE_URL"]).split(":", 1)[0],
        proxies=config["TRACKER_PROXIES"],
        second_factor_for=list(config["TRACKER_REQUIRE_2FA"]),
        old_keys=len(config["TRACKER_OLD_SECRET_KEYS"]),
    )


def init_app(app: Flask) -> None:
    """Use this log for the application; ``tell_start`` is for the file that gunicorn reads."""
    set_up()
    app.extensions["tell_start"] = partial(tell_start, app)
