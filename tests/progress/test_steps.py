"""Practical steps: what is overdue, done by one click, carried from round to round."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory, CommitmentFactory, ItemFactory
from tests.progress.pages import address_of, submit
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, ItemState, Revision, Step

pytestmark = pytest.mark.usefixtures("at_that_time")


def plan(item: Item, what: str, due_on: date | None, done_on: date | None = None) -> Step:
    step = Step(item=item, position=1, what=what, responsible="Ministry", due_on=due_on, done_on=done_on)
    db.session.add(step)
    db.session.commit()
    return step


@pytest.fixture
def late(asked_item: Item) -> Step:
    return plan(asked_item, "Adopt the by-law", date(2026, 11, 22))


def test_the_list_of_work_names_what_is_overdue(
    client: TrackerClient, coordinator: User, asked_item: Item, late: Step
) -> None:
    plan(asked_item, "Due today", date(2026, 11, 23))
    plan(asked_item, "Done late", date(2026, 1, 1), date(2026, 2, 1))
    plan(asked_item, "Without a day", None)

    shown = page(client.sign_in(coordinator).get("/work"))

    section = shown.select_one("section.overdue-steps")
    assert section is not None
    assert [link.text for link in section.select("li a")] == ["Adopt the by-law"]
    assert "Overdue since 22 November 2026" in section.text
    assert "1 step overdue" in shown.select_one("li.item .late").text  # type: ignore[union-attr]
    assert [row["id"] for row in page(client.get("/work?state=overdue")).select("li.item")] == ["BRDO-2018-05"]


def test_nothing_is_overdue_on_items_that_take_no_reports(
    client: TrackerClient, coordinator: User, asked_item: Item, late: Step
) -> None:
    asked_item.state, asked_item.retired_at = ItemState.RETIRED, late.created_at
    db.session.commit()

    assert "Overdue steps" not in client.sign_in(coordinator).get("/work").text


@pytest.mark.parametrize("values", [{"from_work": "1"}, {}])
def test_a_step_is_done_by_one_click_and_once(
    client: TrackerClient, coordinator: User, asked_item: Item, late: Step, values: dict[str, str]
) -> None:
    client.sign_in(coordinator)

    responses = [client.post(f"/steps/{late.id}/done", data=values) for _ in range(2)]

    target = "/work?party=AL" if values else f"/items/{asked_item.id}#steps"
    assert [response.location for response in responses] == [target, target]
    db.session.refresh(late)
    assert late.done_on == date(2026, 11, 23)
    acts = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.act == "item.step_done")).all()
    assert len(acts) == 1
    assert "Overdue steps" not in client.get("/work").text


def test_only_coordinators_say_that_a_step_is_done(
    client: TrackerClient, contributor: User, peer: User, late: Step, asked_item: Item, open_round: Round
) -> None:
    address = f"/steps/{late.id}/done"
    assert client.sign_in(peer).post(address).status_code == 404
    assert client.sign_in(contributor).post(address).status_code == 404
    assert "Adopt the by-law" not in client.get("/work").text
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)
    assert client.post(address).status_code == 403
    assert "Adopt the by-law" in client.get("/work").text
    assert client.post("/steps/999/done").status_code == 404


def test_open_steps_stand_beside_the_form_and_go_with_the_answer(
    client: TrackerClient, coordinator: User, peer: User, asked_item: Item, late: Step
) -> None:
    plan(asked_item, "Done before", date(2026, 1, 1), date(2026, 2, 1))
    client.sign_in(coordinator)

    beside = page(client.get(address_of(asked_item))).find(id="open-steps")
    assert beside is not None
    assert [str(item.contents[0]).strip() for item in beside.select("li")] == ["Adopt the by-law"]
    submit(client, asked_item)

    revision = db.session.scalars(sa.select(Revision)).one()
    assert sorted(step["what"] for step in revision.steps) == ["Adopt the by-law", "Done before"]
    assert "Adopt the by-law" not in client.sign_in(peer).get(f"/items/{asked_item.id}").text, "not shared yet"


def test_steps_cost_the_list_no_more_for_many(
    client: TrackerClient,
    coordinator: User,
    party: Party,
    instrument: Instrument,
    open_round: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def count() -> int:
        with recording_sql() as statements:
            client.get("/work")
        return len(statements)

    for _ in range(2):
        plan(
            ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument)),
            "Late",
            date(2026, 1, 1),
        )
    client.sign_in(coordinator)
    few = count()
    for _ in range(12):
        plan(
            ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument)),
            "Late",
            date(2026, 1, 1),
        )
    assert count() == few
