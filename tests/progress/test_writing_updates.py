"""A coordinator writes, checks, submits and takes back an update; by the pages."""

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.progress.models import Item, Revision, Update
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")

COMPLETE = {
    "status": "in_place",
    "narrative": "The fund was set up.",
    "cleared_by_name": "State secretary",
    "cleared_by_function": "Ministry of Justice",
    "cleared_on": "2026-11-20",
}


def fields_of(client: TrackerClient, address: str) -> dict[str, str]:
    """Return what a browser would send for the form on a page, nothing changed."""
    form = page(client.get(address)).select_one("main form")
    assert form is not None
    sent: dict[str, str] = {}
    for field in form.select("input, textarea, select"):
        name, kind = str(field.get("name", "")), field.get("type")
        if not name or (kind in ("radio", "checkbox") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            sent[name] = str(chosen["value"]) if chosen else ""
        elif field.name == "textarea":
            sent[name] = field.text.lstrip("\r\n")
        else:
            sent[name] = str(field.get("value", ""))
    return sent


def only_update() -> Update:
    return db.session.scalars(sa.select(Update)).one()


def submit(client: TrackerClient, item: Item) -> None:
    address = f"/items/{item.id}/update"
    response = client.post(address, data=fields_of(client, address) | COMPLETE | {"check": "1"})
    assert response.location == f"{address}/check"
    response = client.post(f"{address}/submit", data=fields_of(client, f"{address}/check"))
    assert response.status_code == 302


def test_opening_the_form_begins_nothing(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    response = client.sign_in(coordinator).get(f"/items/{asked_item.id}/update")

    assert response.status_code == 200
    assert db.session.scalar(sa.select(sa.func.count(Update.id))) == 0


def test_a_coordinator_reports(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/update"

    saved = client.post(address, data=fields_of(client, address) | {"narrative": "The fund", "status": "in_place"})
    assert saved.location == address
    assert (only_update().state, only_update().narrative) == (UpdateState.DRAFT, "The fund")

    submit(client, asked_item)
    update = only_update()
    assert update.state is UpdateState.SUBMITTED
    assert update.latest_revision is not None
    assert update.latest_revision.narrative == "The fund was set up."
    assert "is submitted" in client.get("/work").text


def test_what_is_missing_is_said_beside_the_fields(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/update"

    response = client.post(address, data=fields_of(client, address) | {"status": "not_applicable", "check": "1"})

    assert response.location == f"{address}?check=1"
    shown = page(client.get(response.location))
    assert [link["href"] for link in shown.select(".error-summary a")] == [
        "#reason",
        "#cleared_by_name",
        "#cleared_by_function",
        "#cleared_on",
    ]
    assert client.get(f"{address}/check").location == f"{address}?check=1"


def test_the_same_form_sent_twice_submits_once(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/update"
    client.post(address, data=fields_of(client, address) | COMPLETE)
    sent = fields_of(client, f"{address}/check")

    answers = [client.post(f"{address}/submit", data=sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert db.session.scalar(sa.select(sa.func.count(Revision.id))) == 1


def test_another_form_cannot_submit_what_is_submitted(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/update"
    client.post(address, data=fields_of(client, address) | COMPLETE)
    first, second = fields_of(client, f"{address}/check"), fields_of(client, f"{address}/check")

    answers = [client.post(f"{address}/submit", data=sent) for sent in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 409]


def test_what_was_not_checked_is_not_submitted(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/update"
    client.post(address, data=fields_of(client, address) | COMPLETE)
    checked = fields_of(client, f"{address}/check")
    client.post(address, data=fields_of(client, address) | {"narrative": "Something else."})

    response = client.post(f"{address}/submit", data=checked)

    assert response.status_code == 409
    assert "Something else." in response.text
    assert only_update().state is UpdateState.DRAFT
