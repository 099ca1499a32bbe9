"""The ``tracker`` command group; each feature brings its commands."""

from pkgutil import resolve_name
from typing import Final

import click
from flask.cli import AppGroup

from tracker.accounts.commands import invite, lift_second_factor
from tracker.audit.commands import audit
from tracker.backup.commands import backup, restore
from tracker.demo.commands import demo
from tracker.health.commands import doctor
from tracker.reference.commands import init
from tracker.reminders.commands import diary_command

#: The job process carries the libraries that write papers: 25 MB and 0.3 s that no web worker needs. So its commands
#: are known by name, and loaded when somebody calls them. A test holds us to it.
OF_THE_JOB_PROCESS: Final = {
    "scheduler": "tracker.scheduler:scheduler_command",
    "tick": "tracker.scheduler:tick_command",
}


class Commands(AppGroup):
    """The group; it loads the commands of the job process when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *OF_THE_JOB_PROCESS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in OF_THE_JOB_PROCESS:
            command: click.Command = resolve_name(OF_THE_JOB_PROCESS[cmd_name])
            return command
        return super().get_command(ctx, cmd_name)


tracker = Commands("tracker", help="Set up and run the Commitment Tracker.")
tracker.add_command(doctor)
tracker.add_command(audit)
tracker.add_command(init)
tracker.add_command(demo)
tracker.add_command(invite)
tracker.add_command(lift_second_factor)
tracker.add_command(diary_command)
tracker.add_command(backup)
tracker.add_command(restore)
