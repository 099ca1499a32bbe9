"""What Prometheus is shown: what the workers counted, and how mail, scheduler and sign-ins stand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from flask import current_app
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tracker.accounts.models import SignIn
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.mail.models import DeliveryState, Notification
from tracker.reminders.models import SchedulerBeat

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class _Standing(Collector):
    """What stands in the tables at the moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterable[GaugeMetricFamily]:
        mail = GaugeMetricFamily("tracker_mail", "E-mails in the outbox by state.", labels=("state",))
        counted = db.session.execute(sa.select(Notification.state, sa.func.count()).group_by(Notification.state))
        counts = {state: count for state, count in counted}
        for state in DeliveryState:
            mail.add_metric((state.value,), counts.get(state, 0))
        yield mail
        beat = db.session.scalar(sa.select(sa.func.max(SchedulerBeat.beat_at)))
        yield GaugeMetricFamily(
            "tracker_scheduler_silence_seconds",
            "Since a scheduler was last heard of; -1: never.",
            value=(self._now - beat).total_seconds() if beat is not None else -1,
        )
        open_now = db.session.scalar(sa.select(sa.func.count(SignIn.id)).where(SignIn.ended_at.is_(None)))
        yield GaugeMetricFamily("tracker_sign_ins", "Sign-ins that nobody ended.", value=open_now or 0)


def exposition() -> bytes:
    """Return everything in Prometheus' text format."""
    standing = CollectorRegistry()
    standing.register(_Standing(utc_now()))
    folder = current_app.config["PROMETHEUS_MULTIPROC_DIR"]
    counted = REGISTRY
    if folder:
        counted = CollectorRegistry()
        MultiProcessCollector(counted, path=folder)  # type: ignore[no-untyped-call]  # registers itself
    return generate_latest(counted) + generate_latest(standing)
