"""What the running server tells somebody outside, and what it writes down, whatever it is sent."""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scripts.serving import PASSWORD, Installation

pytestmark = pytest.mark.journey
END = b"\r\nConnection: close\r\n\r\n"
HOST = b" HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded"
SENT = (
    b"GET /login HTTP/1.1\r\nHost: evil.example" + END,
    b"GET http://evil.example/me HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example" + END,
    b"GET //evil.example/login HTTP/1.1\r\nHost: localhost" + END,
    b"GET /static/%2e%2e/%2e%2e/config.py HTTP/1.1\r\nHost: localhost" + END,
    b"GET /reset/%ff%fe%00 HTTP/1.1\r\nHost: localhost" + END,
    b"GET /items/99999999999999999999 HTTP/1.1\r\nHost: localhost" + END,
    b"TRACE / HTTP/1.1\r\nHost: localhost" + END,
    b"GET /login HTTP/1.1\r\nHost: localhost\r\nCookie: tracker=\xff\xfe; theme=\x80" + END,
    b"GET /login HTTP/1.1\r\nHost: localhost\r\nAccept-Language: ../../etc;q=\x80" + END,
    b"GET /" + b"x" * 7000 + b"\n{} HTTP/1.1\r\nHost: localhost" + END,
    b"GET /static/tracker.css HTTP/1.1\r\nHost: localhost\r\nRange: bytes=-1,0-0,5-\r\nIf-None-Match: \xff" + END,
    b"POST /login" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + FORM + END + b"0\r\n\r\nX",
    b"POST /login" + HOST + b"Content-Length: -1\r\n" + FORM + END,
    b"POST /login" + HOST + b"Content-Type: multipart/form-data; boundary=\r\nContent-Length: 3" + END + b"abc",
    b"POST /login" + HOST + b"Content-Length: 9\r\n" + FORM + b"; charset=utf-7" + END + b"%zz=%ff&a",
)


def answer_to(url: str, sent: bytes) -> bytes:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), 20) as connection:
        connection.sendall(sent)
        got = b""
        while piece := connection.recv(65_536):
            got += piece
    return got


def test_no_request_breaks_the_server_leads_away_or_writes_a_line_of_its_own(installation: Installation) -> None:
    for sent in SENT:
        head = answer_to(installation.url, sent).split(b"\r\n\r\n", 1)[0]

        assert b" 400 " <= head[8:13] < b" 500 " or head[8:13] in (b" 200 ", b" 302 "), (sent, head)
        assert b"evil.example" not in head
        assert b"gunicorn" not in head.lower()
        assert b"werkzeug" not in head.lower()

    log = (Path(installation.env["TRACKER_INSTANCE"]) / "server.log").read_text()
    events = [json.loads(line) for line in log.splitlines()]
    assert {"started", "method_refused"} <= {event["event"] for event in events}
    assert PASSWORD not in log
    assert installation.env["TRACKER_SECRET_KEY"] not in log
