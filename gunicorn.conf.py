"""How gunicorn serves the tracker: ``gunicorn wsgi:app`` reads this file; the command line wins over it."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi

# What serves the pages is nobody's business.
gunicorn.http.wsgi.SERVER = "tracker"

# The workers count into files of one folder (see tracker/core/metrics.py); before anything is imported.
_counts = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="tracker-counts-")))

wsgi_app = "wsgi:app"
# Loopback: a reverse proxy stands in front. Another address: gunicorn --bind.
bind = "127.0.0.1:8000"
workers = 2
worker_class = "gthread"
threads = 4
# One import for all workers; what must not be shared is thrown away in post_fork.
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
# The heartbeat file of a worker must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder in memory, not a shared scratch file
# The application writes its own log; a second line per request says nothing new.
accesslog = None
errorlog = "-"
loglevel = "warning"
# Its own lines go through the application's log: JSON, whatever a request holds.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "root": {"level": "WARNING", "handlers": []},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True}},
}
# Whom to believe about X-Forwarded-* is decided in one place, TRACKER_PROXIES.
secure_scheme_headers: dict[str, str] = {}
# Nothing steers a running server but signals.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Say in the log with which settings the pages are served."""
    (server.app.callable or server.app.wsgi()).extensions["tell_start"]("web server")


def post_fork(_server: Any, worker: Any) -> None:
    """Give each worker database connections of its own."""
    application = worker.app.callable or worker.app.wsgi()
    with application.app_context():
        for engine in application.extensions["sqlalchemy"].engines.values():
            engine.dispose(close=False)


def child_exit(_server: Any, worker: Any) -> None:
    """Let go of what the worker held; what it counted stays in the sum."""
    for file in _counts.glob(f"gauge_live*_{worker.pid}.db"):
        file.unlink(missing_ok=True)


def on_exit(_server: Any) -> None:
    """Leave no folder behind."""
    shutil.rmtree(_counts, ignore_errors=True)
