"""An instance with something in every corner, and empty ones to restore into."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade

from config import Config
from tests.factories import (
    CommitmentFactory,
    ItemFactory,
    MembershipFactory,
    PartyFactory,
    RoundFactory,
    ThemeFactory,
    reported,
)
from tracker import create_app
from tracker.accounts.models import Role, SignIn
from tracker.audit.services import record
from tracker.backup import tables
from tracker.core.database import db, set_reading_only
from tracker.instruments.models import Basis, Indicator, IndicatorType, Period
from tracker.progress.models import Evidence, EvidenceKind, EvidenceVersion, Figure, FigureVersion

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Instance:
    """A tracker with a database and a storage of its own."""

    app: Flask
    storage: Path

    def run(self, *args: str) -> Result:
        return self.app.test_cli_runner().invoke(args=["tracker", *args])

    def content(self) -> dict[str, list[bytes]]:
        """Every row of every table, as an archive writes it."""
        with self.app.app_context():
            with db.engine.connect() as connection:
                found = {shape.name: list(tables.dump(connection, shape)) for shape in tables.shapes(connection)}
            db.engine.dispose()
        return found


FILE = b"%PDF-1.7 \x00\xff" * 50_000


@pytest.fixture(scope="session")
def make_instance(
    make_config: Callable[..., Config], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Instance]]:
    """Builds instances on a database that has no tables yet."""
    made: list[Instance] = []

    def make(url: str) -> Instance:
        storage = tmp_path_factory.mktemp("storage") / "files"
        app = create_app(make_config(SQLALCHEMY_DATABASE_URI=url, STORAGE_URL=f"file://{storage}"))
        made.append(Instance(app, storage))
        return made[-1]

    yield make
    for instance in made:
        with instance.app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def source(make_instance: Callable[[str], Instance], new_database: Callable[[], str]) -> Instance:
    """An instance in use, on the database that the tests run on. One for all tests: they only add."""
    instance = make_instance(new_database())
    fill(instance)
    return instance


@pytest.fixture(scope="session")
def whole(source: Instance, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an archive of the source."""
    path = tmp_path_factory.mktemp("archive") / "one.backup"
    result = source.run("backup", str(path))
    assert result.exit_code == 0, result.output
    return path.read_bytes()


@pytest.fixture
def archive(whole: bytes, tmp_path: Path) -> Path:
    """A copy of the archive, to be damaged."""
    path = tmp_path / "one.backup"
    path.write_bytes(whole)
    return path


@pytest.fixture(scope="session")
def idle(make_instance: Callable[[str], Instance], new_database: Callable[[], str]) -> Instance:
    """An empty instance that stays empty: for archives that are refused before anything is written."""
    return make_instance(new_database())


@pytest.fixture
def target(make_instance: Callable[[str], Instance], new_database: Callable[[], str]) -> Instance:
    """An empty instance on a database of the same kind."""
    return make_instance(new_database())


def fill(instance: Instance) -> None:
    """Put rows with every kind of value into an instance, and two files into its storage."""
    instance.storage.mkdir()
    for name, data in (("a1b2", FILE), ("c3d4", b"")):
        (instance.storage / name).write_bytes(data)
    with instance.app.app_context():
        set_reading_only(False)
        upgrade()
        party = PartyFactory.create(code="RS", name="Србија", short_name="Србија")
        person = MembershipFactory.create(
            role=Role.COORDINATOR, party=party, person__name="Ђорђе “Quoted”\nLine"
        ).person
        other = MembershipFactory.create(role=Role.SECRETARIAT, party=None).person
        person.stand_in_id = other.id  # points forwards: the rows come in the order of their keys
        item = ItemFactory.create(commitment=CommitmentFactory.create(sources=["ž", 'b"', "a"]), party=party)
        update = reported(item, RoundFactory.create(), person)
        evidence = Evidence(party_id=party.id, kind=EvidenceKind.FILE, title="Law")
        evidence.versions = [
            EvidenceVersion(
                number=1,
                storage_name="a1b2",
                sha256=hashlib.sha256(FILE).hexdigest(),
                added_by_id=person.id,
                added_at=NOON,
            )
        ]
        db.session.add(evidence)
        indicator = Indicator(
            code="CO-01",
            theme=ThemeFactory.create(),
            position=1,
            title="Awards",
            type=IndicatorType.AMOUNT,
            period=Period.YEAR,
            basis=Basis.DERIVED,
        )
        figure = Figure(indicator=indicator, party_id=party.id, year=2025)
        figure.versions = [FigureVersion(number=1, value=Decimal("1234.5"), entered_by_id=person.id, entered_at=NOON)]
        db.session.add(figure)
        db.session.add(SignIn(person_id=person.id, sid_hash="1" * 64, started_at=NOON, last_seen_at=NOON))
        for number in range(30):
            record("update.saved", update, at=NOON, by=person, party_id=party.id, changes={"number": number, "ž": None})
        db.session.commit()
        db.session.remove()
