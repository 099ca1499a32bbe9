"""Set up and serve the tracker on this computer, for trying out: what ``make run`` does.

Two children, gunicorn and the scheduler, each in a session of its own, so that Ctrl-C reaches only this
process, which then asks both to stop. If one ends by itself the other is stopped too and the exit code is 1.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from types import FrameType
from typing import Final, TextIO

from scripts.serving import ROOT, SECONDS_TO_START, answers

HOST: Final = "127.0.0.1"
FLASK: Final = (sys.executable, "-m", "flask", "--app", "wsgi")
#: Longer than gunicorn and the scheduler take to finish what they are doing.
SECONDS_TO_STOP: Final = 15


class CannotRunError(Exception):
    """Why the tracker cannot be served, and what to do, in one sentence."""


def main() -> int:
    """Prepare, start both processes, watch them until one ends or somebody stops us; return the exit code."""
    for asked in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs begin with Ctrl-C ignored
        signal.signal(asked, _interrupt)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        port = chosen_port(os.environ.get("PORT") or "8000")
        env = settings(port)
        command("init", env)
        say("Preparing the demo data ...")
        welcome = command("demo", env, quiet=True)
        children["web server"] = start([sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "wsgi:app"], env)
        children["scheduler"] = start([*FLASK, "tracker", "scheduler"], env)
        wait_until_served(port, children)
        say(f"\n{welcome}\n" if welcome else "")
        say(f"The tracker is at {env['TRACKER_BASE_URL']} and its mail at {env['TRACKER_BASE_URL']}/dev/mailbox")
        say("Ctrl-C stops it.")
        return watch(children)
    except CannotRunError as reason:
        say(str(reason), to=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\nStopping ...")
        return 0
    finally:
        stop(children)


def chosen_port(typed: str) -> int:
    """Return the port to serve on.

    Raises:
        CannotRunError: it is not a port, or something else answers there.
    """
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed) < 65536):  # noqa: PLR2004 - the number of ports
        raise CannotRunError(f"PORT is {typed!r}. Give a number from 1 to 65535, for example: make run PORT=8001")
    port = int(typed)
    try:
        _bind(port)
    except PermissionError:
        raise CannotRunError(f"This account may not serve on port {port}. Try: make run PORT=8000") from None
    except OSError:
        free = _free_after(port)
        raise CannotRunError(f"Port {port} is in use. Stop what uses it, or try: make run PORT={free}") from None
    return port


def _bind(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return int(probe.getsockname()[1])


def _free_after(port: int) -> int:
    for candidate in range(port + 1, min(port + 100, 65536)):
        try:
            return _bind(candidate)
        except OSError:
            continue
    return _bind(0)  # the system chooses


def settings(port: int) -> dict[str, str]:
    """Return the environment for the children: as it is here, with the address filled in.

    Raises:
        CannotRunError: this is a production installation.
    """
    env = dict(os.environ)
    if env.get("TRACKER_ENV", "development") == "production":
        raise CannotRunError("make run is for trying out, and TRACKER_ENV is production. See docs/operations.md.")
    if "PORT" in env or not env.get("TRACKER_BASE_URL"):
        env["TRACKER_BASE_URL"] = f"http://localhost:{port}"
    # People who try the demo have no authenticator at hand.
    env.setdefault("TRACKER_REQUIRE_2FA", "")
    env["PYTHONUNBUFFERED"] = "1"
    return env


def command(name: str, env: Mapping[str, str], *, quiet: bool = False) -> str:
    """Run one of the tracker's commands to its end; return what it printed if ``quiet``, else show it.

    Raises:
        CannotRunError: it failed; it has said why.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        [*FLASK, "tracker", name],
        cwd=ROOT,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        text=True,
    )
    if done.returncode != 0:
        say(done.stdout or "", to=sys.stderr)
        raise CannotRunError(f"The tracker was not started, because `tracker {name}` did not succeed.")
    return (done.stdout or "").strip()


def start(arguments: list[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own."""
    return subprocess.Popen(arguments, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - ours


def wait_until_served(port: int, children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Return when the web server answers.

    Raises:
        CannotRunError: a child ended, or nothing answered in time.
    """
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        for name, child in children.items():
            if child.poll() is not None:
                raise CannotRunError(
                    f"The {name} did not start (exit code {child.returncode}). The lines above say why."
                )
        if answers(f"http://{HOST}:{port}"):
            return
        time.sleep(0.1)
    raise CannotRunError(f"The web server did not answer in {SECONDS_TO_START} seconds. The lines above may say why.")


def watch(children: Mapping[str, subprocess.Popen[bytes]]) -> int:
    """Wait until a child ends by itself, say so, and return 1."""
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                say(f"The {name} ended (exit code {child.returncode}), so the tracker stops.", to=sys.stderr)
                return 1
        time.sleep(0.2)


def stop(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Ask every child to stop, and end what has not stopped in time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children.values():
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def say(line: str, *, to: TextIO | None = None) -> None:
    """Print a line at once."""
    (to or sys.stdout).write(line + "\n")
    (to or sys.stdout).flush()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
