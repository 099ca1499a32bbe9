"""Filters of a page under a name: saved, opened, sent to a colleague, deleted."""

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.dashboards.story import words
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.dashboards.models import SavedView
from tracker.meetings.models import Round
from tracker.progress.models import Item


def names(client: TrackerClient, address: str) -> list[str]:
    return [words(link) for link in page(client.get(address)).select("nav.saved li a")][:-2]


def test_a_view_is_saved_from_the_page_and_opens_the_same_page(
    client: TrackerClient, coordinator: User, item: Item, spring: Round
) -> None:
    theme = item.commitment.theme.code
    client.sign_in(coordinator)
    shown = page(client.get(f"/dashboard?theme={theme}&status=&utm=spam&compare=M-2025-04-1"))
    new = str(shown.select("nav.saved a")[-1]["href"])
    form = page(client.get(new)).select_one("main form")
    assert form is not None
    sent = {str(field["name"]): str(field.get("value", "")) for field in form.select("input")} | {"name": " Our theme "}

    for _ in range(2):  # a double click
        answer = client.post("/views/new", data=sent)
        assert answer.location == f"/dashboard?theme={theme}&compare=M-2025-04-1"

    assert [view.name for view in db.session.scalars(sa.select(SavedView))] == ["Our theme"]
    assert names(client, "/dashboard") == ["Our theme"]
    assert names(client, "/dashboard/charts") == []
    marked = page(client.get(f"/dashboard?theme={theme}&compare=M-2025-04-1")).select("nav.saved [aria-current]")
    assert [words(link) for link in marked] == ["Our theme"]
    assert db.session.scalars(sa.select(AuditEvent.act)).all() == ["view.saved"]
    assert "Our theme" not in (db.session.scalars(sa.select(AuditEvent.content)).one() or "")


def test_a_name_is_used_once_and_needed(client: TrackerClient, coordinator: User, item: Item) -> None:
    client.sign_in(coordinator)
    client.post("/views/new", data={"page": "matrix", "query": "status=in_use", "name": "Ours"})

    taken = client.post("/views/new", data={"page": "charts", "query": "", "name": "OURS"})
    assert "You have another view of this name." in taken.text
    assert "Enter a name." in client.post("/views/new", data={"page": "matrix", "query": "", "name": " "}).text
    assert "at most 60" in client.post("/views/new", data={"page": "needs", "query": "", "name": "x" * 61}).text


@pytest.mark.parametrize(
    "sent", [{"page": "moon", "query": "x"}, {"page": "needs", "query": "%00&&==theme=" + "x" * 5000}]
)
def test_broken_addresses_are_saved_as_far_as_they_make_sense(
    client: TrackerClient, observer: User, item: Item, sent: dict[str, str]
) -> None:
    answer = client.sign_in(observer).post("/views/new", data={"name": "Odd", **sent})

    assert answer.status_code == 302
    assert client.get(str(answer.location)).status_code == 200


def test_nobody_sees_or_deletes_the_views_of_others_but_an_address_works_for_all(
    client: TrackerClient, coordinator: User, peer: User, item: Item
) -> None:
    client.sign_in(coordinator).post("/views/new", data={"page": "needs", "query": "side=offer", "name": "Offers"})
    view = db.session.scalars(sa.select(SavedView)).one()
    assert "/needs-and-offers?side=offer" in client.get("/views").text

    client.sign_in(peer)
    assert names(client, "/needs-and-offers") == []
    assert "Offers" not in words(page(client.get("/views")).select_one("main"))
    assert client.post(f"/views/{view.id}/delete").status_code == 404
    assert client.get("/needs-and-offers?side=offer").status_code == 200

    assert client.sign_in(coordinator).post(f"/views/{view.id}/delete").location == "/views"
    assert db.session.scalars(sa.select(SavedView)).all() == []
