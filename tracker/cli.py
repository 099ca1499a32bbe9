"""The ``tracker`` command group; each feature brings its commands."""

from flask.cli import AppGroup

tracker = AppGroup("tracker", help="Set up and run the Commitment Tracker.")
