"""A deputy, or a coordinator who stands in, acts for the coordinator who is away; the log and the history say so."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient
from tests.factories import MembershipFactory
from tests.progress.pages import save, submit
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.parties.models import Party
from tracker.progress.models import Item, UpdateEvent

pytestmark = pytest.mark.usefixtures("at_that_time")


def away(person: User, *, stand_in: User | None = None) -> None:
    person.paused_until = date(2026, 12, 1)
    person.stand_in_id = stand_in.id if stand_in is not None else None
    db.session.commit()


def in_whose_name(act: str) -> list[int | None]:
    return list(db.session.scalars(sa.select(AuditEvent.on_behalf_of_id).filter_by(act=act).order_by(AuditEvent.seq)))


def test_what_a_deputy_does_for_an_absent_coordinator_is_marked(
    client: TrackerClient, coordinator: User, deputy: User, asked_item: Item, secretariat: User
) -> None:
    away(coordinator)
    client.sign_in(deputy)
    assert "You act for Coordinator, who is away until 1 December 2026." in client.get("/work").text

    submit(client, asked_item)

    assert in_whose_name("update.submitted") == [coordinator.id]
    assert db.session.scalars(sa.select(UpdateEvent.on_behalf_of_id)).all() == [coordinator.id]
    assert "Submitted by Deputy, for Coordinator, on" in client.get(f"/items/{asked_item.id}").text
    assert "for Coordinator" in client.sign_in(secretariat).get("/audit").text


def test_while_the_coordinator_is_there_the_deputy_acts_alone(
    client: TrackerClient, coordinator: User, deputy: User, asked_item: Item
) -> None:
    submit(client.sign_in(deputy), asked_item)

    assert in_whose_name("update.submitted") == [None]
    assert "You act for" not in client.get("/work").text
    assert "Submitted by Deputy on" in client.get(f"/items/{asked_item.id}").text


def test_another_coordinator_acts_for_the_absent_one_only_as_their_stand_in(
    client: TrackerClient, coordinator: User, party: Party, asked_item: Item
) -> None:
    other = MembershipFactory.create(role=Role.COORDINATOR, party=party, person__name="Other").person
    away(coordinator)
    save(client.sign_in(other), asked_item, narrative="One.")
    away(coordinator, stand_in=other)
    save(client, asked_item, narrative="Two.")

    assert in_whose_name("update.saved") == [None, coordinator.id]


def test_a_contributor_and_another_partys_deputy_act_for_nobody(
    client: TrackerClient, coordinator: User, contributor: User, deputy: User, other_party: Party, asked_item: Item
) -> None:
    away(coordinator, stand_in=contributor)
    client.sign_in(contributor).post("/me/reminders", data={"until": "2026-11-30"})
    MembershipFactory.create(person=deputy, role=Role.COORDINATOR, is_deputy=True, party=other_party)

    assert in_whose_name("account.reminders_paused") == [None]
