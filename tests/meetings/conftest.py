"""What tests about meetings share."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from tests.client import TrackerClient, page
from tests.factories import CommitmentFactory, InstrumentFactory, MeetingFactory, RoundFactory
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.mail.models import DeliveryState, Notification
from tracker.meetings.models import Meeting, Round


@pytest.fixture(autouse=True)
def _on_that_day(now: datetime) -> Iterator[None]:
    """Let the clock run on from ``conftest.NOW``: what is ahead in these stories stays ahead."""
    with time_machine.travel(now):
        yield


@pytest.fixture
def instrument() -> Instrument:
    """An instrument with one commitment that is followed up."""
    return CommitmentFactory.create(instrument=InstrumentFactory.create(code="BRDO-2018")).instrument


@pytest.fixture
def meeting() -> Meeting:
    """A meeting on 20 and 21 January 2027, without a round."""
    return MeetingFactory.create(title="Network meeting, Brdo")


@pytest.fixture
def round_(meeting: Meeting, instrument: Instrument) -> Round:
    """The round of that meeting: 2 November, 14 December, 8 January, shared from 20 January."""
    return RoundFactory.create(meeting=meeting, instruments=[instrument])


@pytest.fixture
def typed() -> dict[str, Any]:
    """What an officer types into the form of a meeting."""
    return {
        "title": "Network meeting, Skopje",
        "kind": "network",
        "starts_on": "2027-05-12",
        "ends_on": "2027-05-13",
        "starts_at": "09:30",
        "timezone": "Europe/Skopje",
        "is_online": "no",
        "city": "Skopje",
        "country_code": "MK",
        "host": "Ministry of the Interior",
        "agenda": "09:30 Opening",
        "summary": "",
    }


@pytest.fixture
def queued() -> Callable[[str], list[str]]:
    """Answers who has mail of a kind in the outbox."""

    def names(kind: str) -> list[str]:
        query = sa.select(Notification.to_name).where(
            Notification.kind == kind, Notification.state == DeliveryState.QUEUED
        )
        return sorted(db.session.scalars(query))

    return names


def as_sent_back(response: Any) -> dict[str, Any]:
    """Return what a browser would send of the main form of a page, as it stands."""
    form = page(response).select("main form")[-1]
    data: dict[str, Any] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        if control.get("type") in ("checkbox", "radio") and not control.has_attr("checked"):
            continue
        if control.name == "select":
            chosen = control.select_one("option[selected]")
            value = chosen["value"] if chosen else ""
        else:
            value = control.text.lstrip("\n") if control.name == "textarea" else control.get("value", "")
        if control["name"] in data:
            data[control["name"]] = [*_listed(data[control["name"]]), value]
        else:
            data[control["name"]] = value
    return data


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def form_of(client: TrackerClient, address: str) -> dict[str, Any]:
    """Return what a browser would send of the form at that address, as it stands."""
    return as_sent_back(client.get(address))


def errors(response: Any) -> list[str]:
    """Return what is said beside the fields of a page."""
    return [error.get_text(" ", strip=True).removeprefix("Error: ") for error in page(response).select("p.error")]
