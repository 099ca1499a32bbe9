"""The scheduler: a process that wakes, asks what is due, does it, and sleeps. Source: ``docs/adr/0004``.

Nothing is remembered here; any number of these may run, on any number of hosts.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final

import click
import sqlalchemy as sa
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from tracker.accounts.jobs import close_handed_over
from tracker.core import logs
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.schema import schema_state
from tracker.mail.jobs import deliver_mail
from tracker.mail.transport import Transport, transport_for
from tracker.making import MAKERS
from tracker.oversight.jobs import forget_old, sweep_files
from tracker.papers.jobs import forget_old_papers, make_papers
from tracker.progress.jobs import share_accepted
from tracker.reminders.jobs import plan_reminders
from tracker.reminders.models import SchedulerBeat
from tracker.search.jobs import index_texts

logger = logging.getLogger(__name__)

#: How long a step may go on talking to a mail server after it was asked to stop.
SECONDS_TO_FINISH: Final = 4.0
#: Signs of life of processes that ended long ago.
_FORGET_BEATS: Final = timedelta(days=7)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

#: How often the scheduler looks for papers that people wait for on a page.
SECONDS_BETWEEN_PAPERS: Final = 2

#: What a tick does, in this order; then mail, so that what was just queued leaves at once.
JOBS: Final[tuple[tuple[str, Callable[[datetime], int]], ...]] = (
    ("share-accepted", share_accepted),
    ("close-handed-over", close_handed_over),
    ("plan-reminders", plan_reminders),
    ("index-texts", index_texts),
    ("forget-old", forget_old),
    ("forget-old-papers", forget_old_papers),
    ("sweep-files", sweep_files),
)


def tick(
    now: datetime,
    *,
    name: str = "tick",
    is_stopping: Callable[[], bool] = lambda: False,
    transport: Transport | None = None,
    with_papers: bool = True,
) -> dict[str, int]:
    """Do what is due at a moment, once; return how much each job did. A job that fails stops no other.

    Safe to run again, and by many at once. ``with_papers``: make the papers that wait, too; the scheduler does that
    beside its ticks, so that nobody waits for a mail server.
    """
    report: dict[str, int] = {}

    def deliver(at: datetime) -> int:
        return deliver_mail(at, is_stopping=is_stopping, transport=transport)

    def make(at: datetime) -> int:
        return make_papers(at, MAKERS, is_stopping=is_stopping)

    _beat(name, "")
    jobs = (*JOBS, ("deliver-mail", deliver), *([("make-papers", make)] if with_papers else []))
    for job, run in jobs:
        if is_stopping():
            break
        try:
            report[job] = run(now)
            db.session.commit()
        except Exception:
            db.session.rollback()
            logger.exception("job %s failed", job)
            report[job] = -1
        else:
            if report[job]:
                logger.info("job %s did %d", job, report[job])
    _beat(name, ", ".join(f"{job} {count}" for job, count in report.items() if count))
    return report


def _beat(name: str, report: str) -> None:
    """Leave a sign of life, in real time whatever the tick was asked to take for now."""
    now = utc_now()
    try:
        done = db.session.execute(
            sa.update(SchedulerBeat)
            .where(SchedulerBeat.name == name)
            .values(beat_at=now, last_report=report)
            .execution_options(synchronize_session=False)
        )
        if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE has one
            db.session.execute(sa.delete(SchedulerBeat).where(SchedulerBeat.beat_at < now - _FORGET_BEATS))
            db.session.add(SchedulerBeat(name=name, started_at=now, beat_at=now, last_report=report))
        db.session.commit()
    except IntegrityError:  # another process of that name was quicker
        db.session.rollback()
    except Exception:
        db.session.rollback()
        logger.exception("the sign of life could not be written")


def run(app: Flask) -> None:
    """Wake every ``TRACKER_TICK_SECONDS`` until asked to stop; then finish what is being sent, and return."""
    stopping = threading.Event()
    with app.app_context():
        transport = transport_for(app.config)
    name = f"{socket.gethostname()[:40]}:{os.getpid()}"
    scheduler = BlockingScheduler(timezone=UTC)

    def wake() -> None:
        with app.app_context():
            tick(utc_now(), name=name, is_stopping=stopping.is_set, transport=transport, with_papers=False)

    def make() -> None:
        with app.app_context():
            try:
                make_papers(utc_now(), MAKERS, is_stopping=stopping.is_set)
            except Exception:
                logger.exception("job make-papers failed")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            return
        stopping.set()
        # Not here: a handler that waited for the step would wait for itself.
        threading.Thread(target=scheduler.shutdown, name="shutdown").start()
        hurry = threading.Timer(SECONDS_TO_FINISH, transport.abort)
        hurry.daemon = True
        hurry.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.add_job(
        wake,
        "interval",
        seconds=app.config["TRACKER_TICK_SECONDS"],
        next_run_time=utc_now(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.add_job(
        make, "interval", seconds=SECONDS_BETWEEN_PAPERS, max_instances=1, coalesce=True, misfire_grace_time=None
    )
    logger.info("scheduler %s wakes every %d seconds", name, app.config["TRACKER_TICK_SECONDS"])
    scheduler.start()
    logger.info("scheduler %s stopped", name)


def moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    """Read a moment from the command line.

    Raises:
        click.BadParameter: it is not a moment with its zone, or too far away.
    """
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise click.BadParameter("Write a day, an hour and the zone, for example 2026-12-07T08:00:00+01:00.")
    if not _EARLIEST <= at <= _LATEST:
        raise click.BadParameter("Write a moment between the years 2000 and 2100.")
    return at.astimezone(UTC)


def _check() -> None:
    """Stop with a sentence where ticks could not succeed.

    Raises:
        click.ClickException: the tables are not there, or the mail server's address makes no sense.
    """
    problem = schema_state().problem
    db.session.rollback()
    if problem:
        raise click.ClickException(problem)
    try:
        transport_for(current_app.config).close()
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _quiet() -> None:
    # That a paper takes longer than the two seconds until the next look is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


@click.command("scheduler")
@with_appcontext
def scheduler_command() -> None:
    """Run the scheduler in the foreground, until SIGTERM or Ctrl-C."""
    _quiet()
    _check()
    logs.tell_start(current_app._get_current_object(), "scheduler")  # type: ignore[attr-defined]  # a LocalProxy
    run(current_app._get_current_object())  # type: ignore[attr-defined]  # a LocalProxy


@click.command("tick")
@click.option("--now", callback=moment, metavar="ISO", help="Take this moment for now: 2026-12-07T08:00:00+01:00.")
@with_appcontext
def tick_command(now: datetime | None) -> None:
    """Do once what is due now: share, plan reminders, deliver mail, make papers. For cron, every minute or two."""
    _quiet()
    _check()
    report = tick(now or utc_now(), name=f"{socket.gethostname()[:40]}:tick")
    for job, count in report.items():
        click.echo(f"{job}: {'failed, see the log' if count < 0 else count}")
    if any(count < 0 for count in report.values()):
        raise SystemExit(1)
