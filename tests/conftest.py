"""Fixtures shared by all tests.

Tests run on SQLite, or on a real PostgreSQL with ``--database=postgresql``: an embedded server, one for all
workers, with a migrated template that each worker copies.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from config import Config
from tests import postgres
from tests.client import TrackerClient
from tests.factories import MembershipFactory, PartyFactory, UserFactory
from tracker import create_app
from tracker.accounts.models import Role, User
from tracker.core.database import db, set_reading_only
from tracker.parties.models import Party

#: A moment inside the rounds that the factories make.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET_KEY = "only-for-tests-0123456789abcdefghijklmnop"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the tests run on")


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database of this worker."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        return
    with postgres.server() as server:
        yield server.create_database(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}")


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Makes further empty databases of the same kind: for tests with processes, migrations or real commits."""
    if request.config.getoption("--database") == "sqlite":
        yield lambda: f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        return
    with postgres.server() as server:
        yield lambda: server.create_database(f"extra_{os.getpid()}_{os.urandom(4).hex()}")


@pytest.fixture(scope="session")
def make_config(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Config]:
    """Builds settings for tests; name only what differs."""

    def make(**differing: object) -> Config:
        settings: dict[str, object] = {
            "SECRET_KEY": SECRET_KEY,
            "TRACKER_INSTANCE": tmp_path_factory.mktemp("instance"),
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "TRACKER_REQUIRE_2FA": (),
        }
        return Config(**(settings | differing))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def app(database_url: str, make_config: Callable[..., Config], request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a migrated database."""
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=database_url))
    app.test_client_class = TrackerClient
    TrackerClient.reads_html = request.config.getoption("--database") == "sqlite"
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let each test begin inside the rounds that the factories make, whatever the day is; the clock runs on.

    Tests marked ``journey`` or ``processes`` talk to processes that have the real time.
    """
    if request.node.get_closest_marker("journey") or request.node.get_closest_marker("processes"):
        yield
        return
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put each test into a transaction that is rolled back, commits and all.

    Tests marked ``journey`` or ``processes`` have databases of their own.
    """
    if request.node.get_closest_marker("journey") or request.node.get_closest_marker("processes"):
        yield
        return
    app = request.getfixturevalue("app")
    with app.app_context():
        set_reading_only(False)
        engines = cast(dict[str | None, Engine | Connection], db.engines)
        engine = db.engine
        connection = engine.connect()
        transaction = connection.begin()
        engines[None] = connection
        try:
            yield
        finally:
            db.session.remove()
            transaction.rollback()
            connection.close()
            engines[None] = engine


@pytest.fixture
def client(app: Flask) -> TrackerClient:
    client = app.test_client()
    assert isinstance(client, TrackerClient)
    return client


@pytest.fixture
def party() -> Party:
    """The country that the story is about."""
    return PartyFactory.create(code="AL", short_name="Albania", name="Albania", timezone="Europe/Tirane", position=1)


@pytest.fixture
def other_party() -> Party:
    """Another country."""
    return PartyFactory.create(code="RS", short_name="Serbia", name="Serbia", timezone="Europe/Belgrade", position=10)


@pytest.fixture
def coordinator(party: Party) -> User:
    """The coordinator of the party."""
    return MembershipFactory.create(role=Role.COORDINATOR, party=party, person__name="Coordinator").person


@pytest.fixture
def deputy(party: Party) -> User:
    """The coordinator's deputy."""
    return MembershipFactory.create(role=Role.COORDINATOR, is_deputy=True, party=party, person__name="Deputy").person


@pytest.fixture
def contributor(party: Party) -> User:
    """A contributor of the party, with nothing assigned."""
    return MembershipFactory.create(role=Role.CONTRIBUTOR, party=party, person__name="Contributor").person


@pytest.fixture
def peer(other_party: Party) -> User:
    """The coordinator of another country."""
    return MembershipFactory.create(role=Role.COORDINATOR, party=other_party, person__name="Peer").person


@pytest.fixture
def secretariat() -> User:
    """An officer of the Secretariat."""
    return MembershipFactory.create(role=Role.SECRETARIAT, party=None, person__name="Secretariat").person


@pytest.fixture
def administrator() -> User:
    return MembershipFactory.create(role=Role.ADMINISTRATOR, party=None, person__name="Administrator").person


@pytest.fixture
def observer() -> User:
    return MembershipFactory.create(role=Role.OBSERVER, party=None, person__name="Observer").person


@pytest.fixture
def nobody() -> User:
    """A person whose memberships have all ended."""
    return UserFactory.create(name="Nobody")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def recording_sql() -> Callable[[], AbstractContextManager[list[str]]]:
    """Collects the SQL of a ``with`` block; savepoints are not counted."""

    @contextmanager
    def recording() -> Iterator[list[str]]:
        statements: list[str] = []

        def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO", "BEGIN")):
                statements.append(statement)

        event.listen(Engine, "before_cursor_execute", record)
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", record)

    return recording


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short path, for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="ct"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
