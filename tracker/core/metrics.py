"""What is counted while pages are served; ``health`` shows it to whoever watches the installation.

Where several workers serve, each writes into files of a folder (``PROMETHEUS_MULTIPROC_DIR``, which gunicorn.conf.py
sets before anything is imported), and whoever asks one of them is told of all.
"""

import time
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS: Final = Counter("tracker_requests", "Answers by page, method and status.", ("page", "method", "status"))
SECONDS: Final = Histogram("tracker_request_seconds", "Time to the answer by page.", ("page",), buckets=_BUCKETS)
EVENTS: Final = Counter("tracker_security_events", "Lines of the log that guards watch.", ("event", "refused"))
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    # Names that somebody made up must not become series of their own.
    page = request.endpoint or "none"
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(page, method, str(response.status_code)).inc()
    if "began" in g:
        SECONDS.labels(page).observe(time.perf_counter() - g.began)
    return response


def init_app(app: Flask) -> None:
    """Count every answer."""
    app.before_request(_begin)
    app.after_request(_count)
