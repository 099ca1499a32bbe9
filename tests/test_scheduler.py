"""A tick does what is due, once; the commands say clearly what they were not given."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker import scheduler
from tracker.core.database import db
from tracker.reminders.models import SchedulerBeat
from tracker.scheduler import tick


def test_a_tick_does_every_job_and_leaves_a_sign_of_life(now: datetime) -> None:
    assert set(tick(now)) == {
        "share-accepted", "index-texts", "plan-reminders", "forget-old", "forget-old-papers", "sweep-files",
        "deliver-mail", "make-papers", "close-handed-over",
    }  # fmt: skip
    tick(now)

    assert db.session.scalars(sa.select(SchedulerBeat.name)).all() == ["tick"]


def test_a_job_that_fails_stops_no_other(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_now: datetime) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(scheduler, "JOBS", (("fails", fail), ("works", lambda _now: 3)))

    assert tick(now) == {"fails": -1, "works": 3, "deliver-mail": 0, "make-papers": 0}


def test_a_tick_that_is_asked_to_stop_begins_nothing(now: datetime) -> None:
    assert tick(now, is_stopping=lambda: True) == {}


@pytest.mark.parametrize("value", ["tomorrow", "2026-12-07", "2026-12-07T08:00:00", "9999-12-31T23:59:59+00:00"])
def test_a_moment_that_cannot_be_read_is_refused(app: Flask, value: str) -> None:
    result = app.test_cli_runner().invoke(args=["tracker", "tick", "--now", value])

    assert result.exit_code == 2
    assert "Write a" in result.output


def test_the_command_reports_what_it_did(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["tracker", "tick", "--now", "2026-12-07T08:00:00+01:00"])

    assert result.exit_code == 0
    assert "deliver-mail: 0" in result.output
