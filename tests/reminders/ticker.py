"""Processes that tick at given moments: run by the tests that need several at once.

The application is loaded once, then a process is forked for each argument ``file=moment,moment``; it waits until
the file is there. Their ids are printed first, one a line.
"""

import os
import sys
import time
from datetime import datetime
from pathlib import Path

from flask import Flask

from config import Config
from tracker import create_app
from tracker.scheduler import tick


def work(app: Flask, go: Path, moments: list[datetime]) -> None:
    """Wait for the signal, then tick twice at each moment."""
    while not go.exists():
        time.sleep(0.005)
    for moment in moments:
        for _ in range(2):
            with app.app_context():
                tick(moment, name=f"ticker {os.getpid()}")


def main(arguments: list[str]) -> None:
    app = create_app(Config.from_environment())
    children: list[int] = []
    for argument in arguments:
        go, _equals, moments = argument.partition("=")
        child = os.fork()
        if child == 0:
            work(app, Path(go), [datetime.fromisoformat(value) for value in moments.split(",")])
            os._exit(0)
        children.append(child)
    sys.stdout.write("".join(f"{child}\n" for child in children))
    sys.stdout.flush()
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
