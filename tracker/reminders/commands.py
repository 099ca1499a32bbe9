"""``tracker diary``: what will leave, for a terminal."""

from itertools import groupby

import click
from flask import current_app
from flask.cli import with_appcontext

from tracker.core import filters
from tracker.core.clock import utc_now
from tracker.core.database import db, reading_only
from tracker.core.schema import schema_state
from tracker.mail.rendering import speaking
from tracker.reminders import queries
from tracker.reminders.diary import DAYS_AHEAD, diary
from tracker.reminders.situation import Situation


@click.command("diary")
@click.option("--days", type=click.IntRange(1, 730), default=DAYS_AHEAD, show_default=True, help="How far to look.")
@with_appcontext
def diary_command(days: int) -> None:
    """Print who gets which reminder in the next days, if nothing changes until then."""
    now = utc_now()
    with reading_only(), speaking(None):
        problem = schema_state().problem
        if problem:
            raise click.ClickException(problem)
        situation = Situation.of_running_rounds(now, current_app.config["TRACKER_TIMEZONE"])
        taken = db.session.execute(queries.steps_taken(situation.rounds)) if situation.rounds else ()
        rows = diary(situation, now, [tuple(row) for row in taken], days=days)
        if not rows:
            click.echo(f"Nothing is planned in the next {days} days.")
        for day, group in groupby(rows, key=lambda row: row.day):
            click.echo(filters.weekday_day(day))
            for row in group:
                party = f", {row.party.short_name}" if row.party else ""
                away = f" (for {', '.join(row.away)}, who is away)" if row.away else ""
                held = " (held back)" if row.is_paused else ""
                click.echo(
                    f"  {filters.clock(row.at, row.zone_name)} {row.city}  {', '.join(row.steps)}  "
                    f"{row.recipient.name}{party}: {'; '.join(row.about)}{away}{held}"
                )
        db.session.rollback()
