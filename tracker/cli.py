"""The ``tracker`` command group; each feature brings its commands."""

from flask.cli import AppGroup

from tracker.accounts.commands import invite
from tracker.audit.commands import audit
from tracker.backup.commands import backup, restore
from tracker.demo.commands import demo
from tracker.health.commands import doctor
from tracker.reference.commands import init
from tracker.reminders.commands import diary_command
from tracker.scheduler import scheduler_command, tick_command

tracker = AppGroup("tracker", help="Set up and run the Commitment Tracker.")
tracker.add_command(doctor)
tracker.add_command(audit)
tracker.add_command(init)
tracker.add_command(demo)
tracker.add_command(scheduler_command)
tracker.add_command(tick_command)
tracker.add_command(invite)
tracker.add_command(diary_command)
tracker.add_command(backup)
tracker.add_command(restore)
