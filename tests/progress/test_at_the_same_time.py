"""Requests that really run at the same time, on a database of their own: one acts, nobody gets an error."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from config import Config
from tests.client import TrackerClient
from tests.factories import (
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MembershipFactory,
    PartyFactory,
    RoundFactory,
    reported,
)
from tests.progress.figures import indicator_of
from tests.progress.pages import COMPLETE, address_of, fields_in, hidden_in, save, typed
from tracker import create_app
from tracker.accounts.models import AccountLink, Role, User
from tracker.audit.services import verify_chain
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.progress.models import Assignment, FigureVersion, Item, Revision, Update
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.processes

AT_ONCE = 6


@pytest.fixture
def own_app(new_database: Callable[[], str], make_config: Callable[..., Config]) -> Iterator[Flask]:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database()))
    app.test_client_class = TrackerClient
    with app.app_context():
        set_reading_only(False)
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def item(own_app: Flask) -> Item:
    """An item with an accepted answer, in a round that is open today."""
    today = utc_now().date()
    instrument, party = InstrumentFactory.create(), PartyFactory.create()
    found: Item = ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument))
    person = MembershipFactory.create(party=party).person
    for start in (today - timedelta(400), today - timedelta(10)):
        round_ = RoundFactory.create(
            instruments=[instrument],
            opens_on=start,
            due_on=start + timedelta(30),
            closes_on=start + timedelta(60),
            share_on=start + timedelta(61),
        )
        if start < today - timedelta(100):
            reported(found, round_, person, state=UpdateState.ACCEPTED)
    return found


@pytest.fixture
def clients(own_app: Flask, item: Item) -> list[TrackerClient]:
    person = MembershipFactory.create(party=item.party).person
    return [own_app.test_client().sign_in(person) for _ in range(AT_ONCE)]  # type: ignore[attr-defined]


@pytest.fixture
def all_at_once(own_app: Flask, clients: list[TrackerClient]) -> Callable[[str, list[Any]], list[Any]]:
    """Posts one form per client to an address, all at the same moment."""
    db.session.commit()
    barrier = Barrier(AT_ONCE)

    def post(client: TrackerClient, address: str, data: Any) -> Any:
        with own_app.app_context():
            barrier.wait()
            response = client.post(address, data=data)
            db.session.remove()
            return response

    def send(address: str, forms: list[Any]) -> list[Any]:
        db.session.remove()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(post, clients, [address] * AT_ONCE, forms))

    return send


def revisions() -> int:
    return db.session.scalar(sa.select(sa.func.count(Revision.id))) or 0


def test_one_form_sent_many_times_submits_once(
    clients: list[TrackerClient], item: Item, all_at_once: Callable[[str, list[Any]], list[Any]]
) -> None:
    address, yesterday = address_of(item), (utc_now() - timedelta(1)).date()
    save(clients[0], item, **(COMPLETE | {"cleared_on": yesterday.isoformat()}))
    form = hidden_in(clients[0].get(f"{address}/check"))

    answers = all_at_once(f"{address}/submit", [form] * AT_ONCE)

    assert [answer.status_code for answer in answers] == [302] * AT_ONCE
    assert revisions() == 1 + 1
    assert verify_chain().faults == ()


def test_of_many_forms_one_submits(
    clients: list[TrackerClient], item: Item, all_at_once: Callable[[str, list[Any]], list[Any]]
) -> None:
    address, yesterday = address_of(item), (utc_now() - timedelta(1)).date()
    save(clients[0], item, **(COMPLETE | {"cleared_on": yesterday.isoformat()}))
    forms = [hidden_in(client.get(f"{address}/check")) for client in clients]

    answers = all_at_once(f"{address}/submit", forms)

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: AT_ONCE - 1}
    assert revisions() == 1 + 1


def test_of_many_no_changes_one_counts(item: Item, all_at_once: Callable[[str, list[Any]], list[Any]]) -> None:
    answers = all_at_once(f"/items/{item.id}/no-change", [{"key": f"{number:032x}"} for number in range(AT_ONCE)])

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: AT_ONCE - 1}
    assert revisions() == 1 + 1


def test_many_first_entries_of_a_figure_lose_nothing(
    clients: list[TrackerClient], item: Item, all_at_once: Callable[[str, list[Any]], list[Any]]
) -> None:
    indicator = indicator_of(item, code="SAME-1")
    address = f"/parties/{item.party.code}/figures/edit"
    field = next(
        name for name in fields_in(clients[0].get(address)) if name.endswith("-value") and indicator.code in name
    )
    forms = [fields_in(client.get(address)) | {field: str(number)} for number, client in enumerate(clients)]

    answers = all_at_once(address, forms)

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: AT_ONCE - 1}
    stands = db.session.scalars(sa.select(FigureVersion.value)).one()
    for number, answer in enumerate(answers):
        if number != stands:
            assert fields_in(answer)[field] == str(number)
            assert f"entered {stands:.0f} on" in answer.text


def test_many_first_saves_lose_nobodys_text(
    clients: list[TrackerClient], item: Item, all_at_once: Callable[[str, list[Any]], list[Any]]
) -> None:
    forms = [typed(client, item, narrative=f"Text number {number}.") for number, client in enumerate(clients)]

    answers = all_at_once(address_of(item), forms)

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: AT_ONCE - 1}
    stands = db.session.scalars(sa.select(Update.narrative).order_by(Update.id.desc())).first()
    for number, answer in enumerate(answers):
        mine = f"Text number {number}."
        assert mine == stands or (fields_in(answer)["narrative"] == mine and stands in answer.text)


def test_many_assign_the_same_item_and_it_is_assigned_once(
    item: Item, clients: list[TrackerClient], all_at_once: Callable[[str, list[Any]], list[Any]]
) -> None:
    person = MembershipFactory.create(party=item.party, role=Role.CONTRIBUTOR).person
    form = {"items": [str(item.id)], "person": str(person.id), "comes_by": "link"}
    forms = [form | {"key": f"{number:032x}"} for number in range(AT_ONCE)]

    answers = all_at_once("/work/assign", forms)

    assert [answer.status_code for answer in answers] == [302] * AT_ONCE
    assert db.session.scalar(sa.select(sa.func.count(Assignment.id))) == 1
    standing = sa.select(sa.func.count(AccountLink.id)).where(AccountLink.revoked_at.is_(None))
    assert db.session.scalar(standing) == 1
    assert verify_chain().faults == ()


def test_many_invite_the_same_new_person_and_there_is_one_account(
    item: Item, all_at_once: Callable[[str, list[Any]], list[Any]]
) -> None:
    form = {"items": [str(item.id)], "person": "new", "name": "Ana", "email": "ana@gov.example", "comes_by": "password"}
    forms = [form | {"key": f"{number:032x}"} for number in range(AT_ONCE)]

    answers = all_at_once("/work/assign", forms)

    assert {answer.status_code for answer in answers} <= {200, 302}
    assert db.session.scalar(sa.select(sa.func.count(User.id)).filter_by(email="ana@gov.example")) == 1
    assert db.session.scalar(sa.select(sa.func.count(Assignment.id))) == 1
