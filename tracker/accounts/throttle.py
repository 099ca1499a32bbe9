"""How long somebody who keeps failing has to wait. Arithmetic only; :mod:`tracker.accounts.services` counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: Failures count for so long.
WINDOW: Final = timedelta(minutes=15)
#: So many failures are free: for one account from one network address, and for all accounts from one address.
FREE_PER_PAIR: Final = 5
FREE_PER_ADDRESS: Final = 20
#: From so many failures on an account, wherever from, its answers come slower. Nobody is shut out by that.
FREE_PER_ACCOUNT: Final = 10
#: So many wrong codes lock the second step of an account for the window, wherever they came from: whoever
#: types them knows the password already.
FREE_CODES: Final = 5

_FIRST_WAIT: Final = timedelta(seconds=30)
_STEPS: Final = 10
_LONGEST_PAUSE: Final = 1.0


@dataclass(frozen=True)
class Failures:
    """How often something failed within the window, and when last."""

    count: int
    last_at: datetime | None


def _wait(failures: Failures, free: int, at: datetime) -> timedelta:
    if failures.count < free or failures.last_at is None:
        return timedelta(0)
    # 30 s, 1 min, 2 min … up to the window.
    doublings: int = min(failures.count - free, _STEPS)
    wait = min(_FIRST_WAIT * (1 << doublings), WINDOW)
    return max(failures.last_at + wait - at, timedelta(0))


def wait_before_next(pair: Failures, address: Failures, at: datetime) -> timedelta:
    """Return how long the next attempt from this network address has to wait; zero where it may be made now."""
    return max(_wait(pair, FREE_PER_PAIR, at), _wait(address, FREE_PER_ADDRESS, at))


def wait_before_next_code(times: Sequence[datetime], at: datetime) -> timedelta:
    """Return how long the next code has to wait, from the times of the latest wrong ones, newest first."""
    if len(times) < FREE_CODES or times[0] - times[-1] >= WINDOW:
        return timedelta(0)
    return max(times[0] + WINDOW - at, timedelta(0))


def pause_before_answer(account_failures: int) -> float:
    """Return for how many seconds an answer about this account is held back; at most one."""
    beyond = account_failures - FREE_PER_ACCOUNT
    return 0.0 if beyond < 0 else min(0.1 * (1 << min(beyond, _STEPS)), _LONGEST_PAUSE)
