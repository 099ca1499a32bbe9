"""How fast the pages come with the demo data and gunicorn's usual two workers: what ``make bench`` prints."""

import http.client
import re
import statistics
import sys
import tempfile
import threading
import time
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from scripts.serving import PASSWORD, demo_served

SECONDS: Final = 8
CONCURRENCIES: Final = (1, 8)
#: Who asks for which page.
PAGES: Final = (
    ("secretariat", "/dashboard"),
    ("coordinator.al", "/dashboard"),
    ("coordinator.al", "/work"),
    ("secretariat", "/review"),
    ("observer", "/instruments"),
)
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Reader:
    """A signed-in person's browser, as far as measuring needs one."""

    def __init__(self, address: str, who: str) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection(address, timeout=60)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/login"))
        if token is None:
            raise ValueError("the sign-in page has no token")
        body = {"email": f"{who}@demo.example", "password": PASSWORD, "csrf_token": token.group(1)}
        self._ask("POST", "/login", urlencode(body), 302)

    def get(self, path: str) -> str:
        """Return a page that must be there."""
        return self._ask("GET", path, None, 200)

    def again(self) -> "Reader":
        """Return a second connection of the same person."""
        other = object.__new__(Reader)
        other.address, other.cookies = self.address, dict(self.cookies)
        other.connection = http.client.HTTPConnection(self.address, timeout=60)
        return other

    def _ask(self, method: str, path: str, body: str | None, expected: int) -> str:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie} | (_FORM if body else {})
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status != expected:
            raise ValueError(f"{method} {path} answered {response.status}")
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return text


def measure(reader: Reader, path: str, concurrency: int) -> list[float]:
    """Ask for a page over and over; return how long each answer took, in seconds."""
    took: list[float] = []
    until = time.perf_counter() + SECONDS

    def ask(own: Reader) -> None:
        while (began := time.perf_counter()) < until:
            own.get(path)
            took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=ask, args=(reader.again(),)) for _ in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def main() -> int:
    """Print a line per page and number of readers; return the exit code."""
    sys.stdout.write(f"{'page':<14}{'as':<16}{'kB':>6}{'readers':>9}{'p50 ms':>8}{'p95 ms':>8}{'pages/s':>9}\n")
    with tempfile.TemporaryDirectory() as folder, demo_served(Path(folder)) as demo:
        address = urlsplit(demo.url).netloc
        for who, path in PAGES:
            reader = Reader(address, who)
            size = len(reader.get(path).encode()) / 1000
            for concurrency in CONCURRENCIES:
                took = measure(reader, path, concurrency)
                p50, p95 = statistics.median(took) * 1000, statistics.quantiles(took, n=20)[-1] * 1000
                rate = len(took) / SECONDS
                line = f"{path:<14}{who:<16}{size:>6.0f}{concurrency:>9}{p50:>8.0f}{p95:>8.0f}{rate:>9.1f}\n"
                sys.stdout.write(line)
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
