"""A running application with demo data, and a browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "sample-journeys-only"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> dict[str, str]:
    """The environment of the running application: everything of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "MAIL_", "DATABASE_"))
    }
    return kept | {
        "TRACKER_INSTANCE": str(tmp_path_factory.mktemp("journeys")),
        "TRACKER_BASE_URL": f"http://localhost:{port}",
        "TRACKER_DEMO_PASSWORD": PASSWORD,
        "TRACKER_REQUIRE_2FA": "",
        "DATABASE_URL": new_database(),
    }


@pytest.fixture(scope="session")
def tracker_command(settings: dict[str, str]) -> Callable[..., str]:
    """Runs one of the tracker's commands beside the running application; returns what it printed."""

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "tracker", *arguments],
            cwd=ROOT,
            env=settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def live_url(settings: dict[str, str], tracker_command: Callable[..., str]) -> Iterator[str]:
    """The address of the running application, with the reference data and the demo in its database."""
    tracker_command("init")
    tracker_command("demo")
    url = settings["TRACKER_BASE_URL"]
    log = Path(settings["TRACKER_INSTANCE"]) / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", url.replace("http://localhost", "127.0.0.1"), "wsgi:app"],
            cwd=ROOT,
            env=settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_served(url, server, log)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_served(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(f"{url}/login", timeout=10):
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail(f"The application was not served:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("The browser journeys need Chromium. Install it (on Debian, as root: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, live_url: str) -> Iterator[Callable[..., Page]]:
    """Opens pages, each with cookies of its own; name what differs: ``viewport=``, ``color_scheme=``.

    At the end, the test fails if a page's script failed, the content policy stopped something, or an answer was 5xx.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(**differing: object) -> Page:
        context = browser.new_context(**({"base_url": live_url, "locale": "en-GB"} | differing))  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda line: wrong.append(f"{page.url}: {line.text}") if _is_refusal(line.text) else None)
        page.on("response", lambda got: wrong.append(f"{got.url}: {got.status}") if got.status >= 500 else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


def _is_refusal(text: str) -> bool:
    return "Content Security Policy" in text


@pytest.fixture
def browser_page(new_page: Callable[..., Page]) -> Page:
    """A page as most people see it."""
    return new_page()


@pytest.fixture
def visitor(new_page: Callable[..., Page]) -> Callable[..., Visitor]:
    """Signs somebody in in a browser of their own: ``visitor("secretariat")``, ``visitor("coordinator.al")``."""

    def sign_in(who: str, **differing: object) -> Visitor:
        person = Visitor(new_page(**differing))
        person.sign_in(f"{who}@demo.example", PASSWORD)
        return person

    return sign_in
