"""An installation says what is wrong with it, and what to do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import stamp, upgrade

from config import Config
from tests.client import TrackerClient
from tests.smtp import free_port, smtp_server
from tracker import create_app
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.schema import SchemaState, schema_state
from tracker.health.checks import check_mail, check_scheduler
from tracker.mail.models import DeliveryState, Notification
from tracker.reminders.models import SchedulerBeat


def beat(at: datetime) -> None:
    db.session.add(SchedulerBeat(name="host/1", started_at=at, beat_at=at))
    db.session.flush()


def state_of(app: Flask) -> SchemaState:
    with app.app_context():
        state = schema_state()
        db.session.remove()
        db.engine.dispose()
    return state


def test_a_scheduler_that_works_is_in_order(now: datetime) -> None:
    beat(now - timedelta(minutes=2))

    assert not list(check_scheduler(now))


def test_a_silent_scheduler_is_found(now: datetime) -> None:
    beat(now - timedelta(minutes=6))

    assert list(check_scheduler(now)) == [
        "No scheduler has run since 23 November 2026 08:54 UTC. Start one: flask --app wsgi tracker scheduler"
    ]


def test_ready_is_said_while_a_scheduler_works(client: TrackerClient) -> None:
    assert client.get("/readyz").text == "scheduler\n"

    beat(utc_now())
    db.session.commit()

    assert client.get("/readyz").text == "ready\n"


def test_failed_mail_is_found(now: datetime) -> None:
    db.session.add(
        Notification(
            unique_key="digest/1/2026-11-23",
            kind="digest",
            to_address="someone@example.org",
            to_name="Someone",
            state=DeliveryState.FAILED,
            next_attempt_at=now,
            message_id="<1@tracker.example>",
        )
    )
    db.session.flush()

    assert [words.split(".")[0] for words in check_mail(now)] == ["1 e-mails could not be delivered"]


def test_a_mail_server_that_greets_is_in_order(app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    with smtp_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)

        assert not list(check_mail(now))


def test_a_mail_server_that_is_away_is_found(app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{free_port()}?tls=none")

    (words,) = check_mail(now)

    assert words.startswith("The mail server of MAIL_URL cannot be used: ConnectionRefusedError")


def test_the_tables_of_this_version_are_current() -> None:
    assert schema_state() == SchemaState(is_current=True)


def test_an_empty_database_can_be_set_up(new_database: Callable[[], str], make_config: Callable[..., Config]) -> None:
    state = state_of(create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database())))

    assert state.can_upgrade
    assert "is empty" in state.problem


def test_an_older_database_can_be_upgraded(new_database: Callable[[], str], make_config: Callable[..., Config]) -> None:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database()))
    with app.app_context():
        upgrade(revision="0001")

    state = state_of(app)

    assert state.can_upgrade
    assert "older version" in state.problem


def test_a_database_of_an_unknown_version_is_left_alone(
    new_database: Callable[[], str], make_config: Callable[..., Config]
) -> None:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database()))
    with app.app_context():
        stamp(revision="head")
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    state = state_of(app)

    assert not state.can_upgrade
    assert "another version of the tracker" in state.problem


def test_somebody_elses_database_is_left_alone(
    new_database: Callable[[], str], make_config: Callable[..., Config]
) -> None:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database()))
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE invoice (id INTEGER)")

    state = state_of(app)

    assert not state.can_upgrade
    assert "not the tracker's" in state.problem


@pytest.mark.parametrize("content", [b"not a database, but long enough to look like one", None])
def test_a_file_that_is_no_database_is_said_in_words(
    tmp_path: Path, make_config: Callable[..., Config], content: bytes | None
) -> None:
    path = tmp_path / "tracker.db"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content * 40)

    state = state_of(create_app(make_config(SQLALCHEMY_DATABASE_URI=f"sqlite:///{path}")))

    assert not state.can_upgrade
    assert state.problem.startswith(f"The database sqlite:///{path} cannot be used:")


def test_the_doctor_says_what_to_do(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["tracker", "doctor"])

    assert result.exit_code == 1
    assert "Scheduler: needs a hand\n  No scheduler has ever run. Start one:" in result.output
