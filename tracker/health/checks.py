"""What may be wrong with an installation, each with what to do about it."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.models import User
from tracker.accounts.sealing import is_sealed_with
from tracker.core.database import db
from tracker.core.schema import schema_state
from tracker.core.storage import StorageFailed, StorageFull, storage
from tracker.core.zones import zone
from tracker.mail.models import DeliveryState, Notification
from tracker.mail.transport import Unreachable, transport_for
from tracker.oversight.jobs import names_in_tables
from tracker.reminders.models import SchedulerBeat
from tracker.uploads.scanner import greet

#: A scheduler that has not been heard of for so long is taken to be gone. Source: docs/adr/0004.
SILENCE_OF_THE_SCHEDULER: Final = timedelta(minutes=5)
#: Mail that should have gone out so long ago says that nobody delivers.
WAIT_OF_MAIL: Final = timedelta(hours=1)


def examine(now: datetime) -> Iterator[tuple[str, list[str]]]:
    """Yield each thing that was looked at and what is wrong with it; what stands in tables only if there are tables."""
    yield "Settings", list(check_settings())
    yield "Files", list(check_files())
    tables = schema_state()
    yield "Database", [tables.problem] if tables.problem else list(check_database())
    if tables.is_current:
        yield "Second factors", list(check_sealed_keys())
        yield "Stored files", list(check_stored_files())
        yield "Mail", list(check_mail(now))
        yield "Scheduler", list(check_scheduler(now))


def check_settings() -> Iterator[str]:
    """Find settings that let the application start but not work."""
    try:
        zone(current_app.config["TRACKER_TIMEZONE"])
    except ValueError:
        yield "TRACKER_TIMEZONE is not a time zone. Set it to one such as Europe/Vienna."


def check_database() -> Iterator[str]:
    """Find damage, and sample people where real ones work."""
    if db.engine.dialect.name == "sqlite":
        words = db.session.scalar(sa.text("PRAGMA quick_check(1)"))
        if words != "ok":
            yield f"The database file is damaged ({words}). Restore the last backup."
        if db.session.execute(sa.text("PRAGMA foreign_key_check")).first() is not None:
            yield "The database has rows that point to nothing. Restore the last backup."
    if current_app.config["TRACKER_ENV"] == "production" and db.session.scalar(
        sa.select(sa.exists().where(User.is_sample))
    ):
        yield "There are sample accounts in this production database. Start over with an empty database."


def check_sealed_keys() -> Iterator[str]:
    """Find keys of authenticator apps that an earlier secret key sealed, or one that is not known any more."""
    old, current = current_app.config["TRACKER_OLD_SECRET_KEYS"], current_app.config["SECRET_KEY"]
    sealed = db.session.scalars(sa.select(User.tf_totp_secret).where(User.tf_totp_secret.is_not(None))).all()
    with_old = sum(any(is_sealed_with(each, key) for key in old) for each in sealed if each)
    lost = sum(not any(is_sealed_with(each, key) for key in (current, *old)) for each in sealed if each)
    if old and not with_old:
        yield "Nothing is sealed with the keys in TRACKER_OLD_SECRET_KEYS any more. Take them out."
    if lost:
        yield (
            f"{lost} authenticator apps were set up under a secret key that is not known any more. Put it into "
            "TRACKER_OLD_SECRET_KEYS, or have these people use a recovery code and set up their app again."
        )


def check_mail(now: datetime) -> Iterator[str]:
    """Find mail that does not go out."""
    try:
        with closing(transport_for(current_app.config)) as transport:
            transport.greet()
    except ValueError as error:
        yield str(error)
    except (Unreachable, OSError) as error:
        yield f"The mail server of MAIL_URL cannot be used: {error}. Check its host, port, user, password and tls."
    failed = db.session.scalar(sa.select(sa.func.count()).where(Notification.state == DeliveryState.FAILED))
    if failed:
        yield f"{failed} e-mails could not be delivered. Reminders in the tracker says why, and sends them again."
    waiting = db.session.scalar(
        sa.select(sa.func.count()).where(
            Notification.state == DeliveryState.QUEUED, Notification.next_attempt_at < now - WAIT_OF_MAIL
        )
    )
    if waiting:
        yield f"{waiting} e-mails have been due for more than an hour. Check that the scheduler runs."


def check_files() -> Iterator[str]:
    """Find folders and stores that cannot be written, and a scanner that does not answer."""
    folder = Path(current_app.config["TRACKER_INSTANCE"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"written to see whether it can be")
    except OSError as error:
        yield _not_writable(folder, error, "TRACKER_INSTANCE")
    where = storage().folder or current_app.config["STORAGE_URL"]
    try:
        storage().try_out()
    except StorageFull:
        yield f"There is no room left in {where}. Make room: until then people cannot add files, and no paper is made."
    except StorageFailed as error:
        cause = error.__cause__
        if storage().folder is not None and isinstance(cause, OSError):
            yield _not_writable(where, cause, "STORAGE_URL")
        else:
            yield (
                f"The store {where} cannot be written ({cause}). "
                "Check STORAGE_URL, and the AWS_ variables with the address, the key and the secret."
            )
    if address := current_app.config["TRACKER_SCANNER_URL"]:
        try:
            greet(address)
        except (OSError, ValueError) as error:
            yield (
                f"The virus scanner of TRACKER_SCANNER_URL does not answer ({error}), so no file can be added. "
                "Start clamd, or correct its address."
            )


def check_stored_files() -> Iterator[str]:
    """Find rows whose file is gone."""
    try:
        missing = sorted(names_in_tables() - {each.name for each in storage().stored()})
    except StorageFailed:
        return  # said already
    if missing:
        yield (
            f"{len(missing)} files are named in the database and not in the storage, {missing[0]} among them. "
            "Put them back from a backup."
        )


def _not_writable(folder: object, error: OSError, setting: str) -> str:
    return f"The folder {folder} cannot be written ({error.strerror}). Set {setting} to a folder you may write."


def check_scheduler(now: datetime) -> Iterator[str]:
    """Find that no scheduler runs."""
    latest = db.session.scalar(sa.select(sa.func.max(SchedulerBeat.beat_at)))
    allowed = max(SILENCE_OF_THE_SCHEDULER, timedelta(seconds=3 * current_app.config["TRACKER_TICK_SECONDS"]))
    if latest is None:
        yield "No scheduler has ever run. Start one: flask --app wsgi tracker scheduler"
    elif latest < now - allowed:
        yield f"No scheduler has run since {latest:%d %B %Y %H:%M} UTC. Start one: flask --app wsgi tracker scheduler"
