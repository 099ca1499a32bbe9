"""A running application with demo data, and a browser that looks at it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config import Config
from scripts.serving import Installation, chromium_path, demo_served
from tests.e2e.visitor import Visitor
from tracker import create_app
from tracker.core.database import db, set_reading_only


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Installation]:
    """The running application, with the reference data and the demo in its database."""
    with demo_served(tmp_path_factory.mktemp("journeys"), database_url=new_database()) as installation:
        yield installation


@pytest.fixture(scope="session")
def sample_app(installation: Installation, make_config: Callable[..., Config]) -> Iterator[Flask]:
    """The application on the same database, to ask about the sample data and add to it."""
    env = installation.env
    app = create_app(
        make_config(
            SQLALCHEMY_DATABASE_URI=env["DATABASE_URL"],
            SECRET_KEY=env["TRACKER_SECRET_KEY"],
            TRACKER_INSTANCE=Path(env["TRACKER_INSTANCE"]),
        )
    )
    with app.app_context():
        set_reading_only(False)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def live_url(installation: Installation) -> str:
    """The address of the running application."""
    return installation.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded."""
    path = chromium_path()
    if path is None:
        pytest.fail("The browser journeys need Chromium. Install it (on Debian, as root: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _pages(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Opens pages, each with cookies of its own; name what differs: ``viewport=``, ``color_scheme=``.

    At the end, the test fails if a page's script failed, the content policy stopped something, or an answer was 5xx.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(**differing: Any) -> Page:
        context = browser.new_context(**{"base_url": url, "locale": "en-GB", **differing})
        context.set_default_timeout(30_000)
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
def new_page(browser: Browser, live_url: str) -> Iterator[Callable[..., Page]]:
    """Opens pages for one test."""
    yield from _pages(browser, live_url)


@pytest.fixture(scope="module")
def module_page(browser: Browser, live_url: str) -> Iterator[Callable[..., Page]]:
    """Opens pages for all tests of a module."""
    yield from _pages(browser, live_url)


@pytest.fixture
def visitor(new_page: Callable[..., Page]) -> Callable[..., Visitor]:
    """Signs somebody in in a browser of their own: ``visitor("secretariat")``, ``visitor("coordinator.al")``."""

    def sign_in(who: str, **differing: Any) -> Visitor:
        person = Visitor(new_page(**differing))
        person.sign_in(who)
        return person

    return sign_in
