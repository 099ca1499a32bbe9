"""Figures for whoever watches the installation."""

import pytest
from flask import Flask

from tests.client import TrackerClient

TOKEN = "only-for-tests-0123456789-0123456789"


@pytest.fixture
def watched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setitem(app.config, "TRACKER_METRICS_TOKEN", TOKEN)
    return app


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer ünknown"]
)
def test_without_the_token_there_is_no_such_page(watched: Flask, client: TrackerClient, header: str) -> None:
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_without_the_setting_there_is_no_such_page(client: TrackerClient) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_figures_are_shown_with_the_token(watched: Flask, client: TrackerClient) -> None:
    client.get("/login")
    client.open("/login", method="MADE-UP")

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'tracker_requests_total{method="GET",page="security.login",status="200"}' in answer.text
    assert "MADE-UP" not in answer.text
    assert 'tracker_security_events_total{event="method_refused",refused="true"}' in answer.text
    assert 'tracker_mail{state="failed"} 0.0' in answer.text
    assert "tracker_scheduler_silence_seconds -1.0" in answer.text
