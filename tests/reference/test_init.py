"""The command ``tracker init``, on databases of its own: twice, two at once, and on databases it cannot work with."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from config import Config
from tests.conftest import SECRET_KEY
from tracker import create_app
from tracker.core.database import db

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Result]


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def run(url: str, make_config: Callable[..., Config]) -> Run:
    """Runs the command in this process."""

    def run_now(*args: str, database: str = url) -> Result:
        return _invoke(create_app(make_config(SQLALCHEMY_DATABASE_URI=database)), "tracker", "init", *args)

    return run_now


def _invoke(app: Flask, *args: str) -> Result:
    result = app.test_cli_runner().invoke(args=args)
    with app.app_context():
        db.engine.dispose()
    return result


def _rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.text(query))]
    engine.dispose()
    return rows


def test_a_second_run_says_that_nothing_changed(run: Run, url: str) -> None:
    first, second = run(), run()

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Reference data: 392 entries created" in first.output
    assert "Items: 313 made" in first.output
    assert second.output == (
        "Tables: up to date already.\nReference data: nothing changed; 392 entries are as shipped.\n"
    )
    assert _rows(url, "SELECT count(*) FROM item") == [(313,)]


def test_two_runs_at_once_do_each_others_work_once(url: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": url,
        "TRACKER_INSTANCE": str(tmp_path),
        "TRACKER_SECRET_KEY": SECRET_KEY,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "tracker", "init"]

    running = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=240)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0], said
    assert sorted("nothing changed" in each for each in said) == [False, True]
    assert _rows(url, "SELECT count(*) FROM commitment") == [(50,)]
    assert _rows(url, "SELECT count(*) FROM audit_event WHERE act = 'reference.loaded'") == [(2,)]


def test_a_broken_file_leaves_the_tables_empty(run: Run, url: str, tmp_path: Path) -> None:
    result = run("--data", str(tmp_path))

    assert result.exit_code == 1
    assert "The reference data was refused as a whole; nothing of it was loaded." in result.output
    assert "themes.yaml: there is no such file" in result.output
    assert _rows(url, "SELECT count(*) FROM theme") == [(0,)]


def test_a_database_of_a_newer_version_is_left_alone(run: Run, url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num varchar(32) primary key)"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('9999')"))
    engine.dispose()

    result = run()

    assert result.exit_code == 1
    assert "was made by another version of the tracker" in result.output
    assert "Traceback" not in result.output
    assert _rows(url, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_database_of_something_else_is_left_alone(run: Run, url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE invoice (id integer)"))
    engine.dispose()

    result = run()

    assert result.exit_code == 1
    assert "holds tables that are not the tracker's" in result.output


def test_an_older_database_is_brought_up_to_date(run: Run, url: str, make_config: Callable[..., Config]) -> None:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=url))
    assert _invoke(app, "db", "upgrade", "0001").exit_code == 0

    result = run()

    assert result.exit_code == 0
    assert "Tables: brought up to date." in result.output


def test_a_file_that_is_no_database_gets_a_sentence(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tracker.db"
    file.write_bytes(b"This is a letter, not a database. " * 100)

    result = run(database=f"sqlite:///{file}")

    assert result.exit_code == 1
    assert "file is not a database" in result.output
    assert file.read_bytes().startswith(b"This is a letter")


def test_a_folder_that_cannot_be_used_gets_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = run(database=f"sqlite:///{tmp_path / 'file' / 'tracker.db'}")

    assert result.exit_code == 1
    assert "unable to open database file" in result.output


def test_a_server_that_does_not_answer_gets_a_sentence(run: Run) -> None:
    result = run(database="postgresql+psycopg://nobody:secret@127.0.0.1:1/tracker")

    assert result.exit_code == 1
    assert "cannot be used" in result.output
    assert "secret" not in result.output
