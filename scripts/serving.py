"""A tracker of its own for a while: demo data, a free port, everything in one folder.

For pictures, measurements and the journeys in a browser.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.request import urlopen

ROOT: Final = Path(__file__).resolve().parent.parent
PASSWORD: Final = "sample-and-never-real"  # noqa: S105 - of made-up people in a database that is thrown away
_OURS: Final = ("TRACKER_", "MAIL_", "DATABASE_", "STORAGE_", "REDIS_")
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
SECONDS_TO_START: Final = 120


class NotServedError(Exception):
    """A command failed or the server did not answer; the text is what it printed."""


@dataclass(frozen=True)
class Installation:
    """A tracker with settings of its own."""

    url: str
    env: Mapping[str, str]

    def command(self, *arguments: str) -> str:
        """Run one of the tracker's commands; return what it printed.

        Raises:
            NotServedError: its exit code was not 0.
        """
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "flask", "--app", "wsgi", "tracker", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode != 0:
            raise NotServedError(f"tracker {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def demo_served(folder: Path, *, database_url: str = "") -> Iterator[Installation]:
    """Serve the reference data and the demo with gunicorn; the settings of this shell have no part in it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    url = f"http://localhost:{port}"
    own = {
        "TRACKER_INSTANCE": str(folder),
        "TRACKER_BASE_URL": url,
        "TRACKER_DEMO_PASSWORD": PASSWORD,
        "TRACKER_SECRET_KEY": secrets.token_urlsafe(48),
        "TRACKER_REQUIRE_2FA": "",
        "DATABASE_URL": database_url,
    }
    installation = Installation(url, inherited | own)
    installation.command("init")
    installation.command("demo")
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"],
            cwd=ROOT,
            env=installation.env,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_served(url, server, log)
        yield installation
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_served(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        if answers(url):
            return
        time.sleep(0.1)
    raise NotServedError(log.read_text())


def answers(url: str) -> bool:
    """Tell whether a tracker answers there."""
    try:
        with urlopen(f"{url}/healthz", timeout=10) as response:  # noqa: S310 - our own address
            return bool(response.status == HTTPStatus.OK)
    except OSError:
        return False


def chromium_path() -> str | None:
    """Return where the system's Chromium is; nothing is downloaded."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)
