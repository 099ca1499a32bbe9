"""What no row names is swept away a day later; what one names, or might still name, stays."""

import io
import os
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import PaperFactory
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.core.storage import Blob, storage
from tracker.health.checks import check_files, check_stored_files
from tracker.oversight.jobs import sweep_files
from tracker.papers.models import PaperState

TWO_DAYS = 2 * 86_400


@pytest.fixture(autouse=True)
def fresh(app: Flask) -> None:
    app.extensions.pop("storage_swept_at", None)
    for each in storage().stored():
        storage().delete(each.name)


def put(words: bytes, *, age: int = 0) -> Blob:
    blob = storage().put(io.BytesIO(words))
    assert storage().folder is not None
    moment = datetime.now(UTC).timestamp() - age
    os.utime(storage().folder / blob.name, (moment, moment))
    return blob


def test_only_old_files_that_nothing_names_go(app: Flask, coordinator: User) -> None:
    named, new, orphan = put(b"named", age=TWO_DAYS), put(b"new"), put(b"orphan", age=TWO_DAYS)
    PaperFactory.create(
        requested_by=coordinator,
        state=PaperState.READY,
        finished_at=datetime.now(UTC),
        storage_name=named.name,
        sha256=named.sha256,
    )
    assert storage().folder is not None
    others = storage().folder / "readme.txt"
    others.write_text("put here by hand")
    os.utime(others, (time.time() - 10 * TWO_DAYS,) * 2)

    assert sweep_files(datetime.now(UTC)) == 1
    db.session.commit()

    assert {each.name for each in storage().stored()} == {named.name, new.name, "readme.txt"}
    assert not storage().exists(orphan.name)
    others.unlink()
    act = db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert act == "storage.swept"


def test_the_storage_is_not_listed_at_every_tick(app: Flask) -> None:
    now = datetime.now(UTC)
    sweep_files(now)
    put(b"orphan", age=TWO_DAYS)

    assert sweep_files(now + timedelta(minutes=1)) == 0
    assert sweep_files(now + timedelta(hours=1)) == 1


def test_the_doctor_names_a_row_whose_file_is_gone(app: Flask, coordinator: User) -> None:
    blob = put(b"gone")
    PaperFactory.create(
        requested_by=coordinator,
        state=PaperState.READY,
        finished_at=datetime.now(UTC),
        storage_name=blob.name,
        sha256=blob.sha256,
    )
    assert list(check_stored_files()) == []
    storage().delete(blob.name)

    assert "1 files are named in the database and not in the storage" in next(check_stored_files())


def test_the_doctor_asks_storage_and_scanner(app: Flask) -> None:
    assert list(check_files()) == []
    app.config["TRACKER_SCANNER_URL"] = "unix:///nowhere/clamd.ctl"
    try:
        assert "The virus scanner of TRACKER_SCANNER_URL does not answer" in next(check_files())
    finally:
        app.config["TRACKER_SCANNER_URL"] = ""
