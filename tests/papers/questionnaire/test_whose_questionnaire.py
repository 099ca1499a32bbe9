"""Whose questionnaire it is: who gets which, who hands in what, who sees it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory, MembershipFactory
from tests.papers.questionnaire.conftest import Get, HandIn
from tests.papers.questionnaire.samples import with_cells
from tests.progress.pages import fields_in
from tracker.accounts.models import Role, User
from tracker.core.database import db
from tracker.making import MAKERS
from tracker.meetings.models import Round
from tracker.papers.jobs import make_papers
from tracker.papers.models import Paper
from tracker.parties.models import Party
from tracker.progress.models import Item, Update

pytestmark = pytest.mark.usefixtures("at_that_time", "asked_item")


def update_of(item: Item) -> Update | None:
    return db.session.scalars(sa.select(Update).filter_by(item_id=item.id)).one_or_none()


def address_in(response: TestResponse) -> str:
    return response.request.path


def test_a_contributor_gets_and_gives_only_what_is_in_their_hands(
    client: TrackerClient,
    app: Flask,
    coordinator: User,
    contributor: User,
    asked_item: Item,
    second_item: Item,
    open_round: Round,
    getting: Get,
    handing_in: HandIn,
) -> None:
    AssignmentFactory.create(
        item=second_item, round_id=open_round.id, person=contributor, assigned_by_id=coordinator.id
    )
    everything = with_cells(
        (client.sign_in(coordinator), getting())[1],
        {("BRDO-2018-05", "narrative"): "Not theirs.", ("BRDO-2018-06", "narrative"): "Theirs."},
    )
    theirs = getting(person=str(contributor.id))
    client.sign_in(contributor)
    own = getting(person=str(contributor.id))

    with pytest.raises(KeyError):
        with_cells(own, {("BRDO-2018-05", "narrative"): "x"})
    with pytest.raises(KeyError):
        with_cells(theirs, {("BRDO-2018-05", "narrative"): "x"})
    shown = handing_in(everything)
    assert "not in your hands or not asked about any more: BRDO-2018-05." in " ".join(page(shown).text.split())
    client.post(address_in(shown), data=fields_in(shown))
    assert update_of(asked_item) is None
    update = update_of(second_item)
    assert update is not None
    assert (update.narrative, update.author_id) == ("Theirs.", contributor.id)


def test_a_contributor_cannot_ask_for_the_items_of_others(
    client: TrackerClient, contributor: User, coordinator: User
) -> None:
    client.sign_in(contributor)

    for person in ("", str(coordinator.id), "x"):
        response = client.post("/parties/AL/questionnaire", data={"person": person, "holds": "drafts"})
        assert "Choose one of the list." in response.text
    assert db.session.scalars(sa.select(Paper)).all() == []


def test_a_file_that_was_handed_in_is_for_those_of_the_party(
    app: Flask,
    client: TrackerClient,
    coordinator: User,
    deputy: User,
    contributor: User,
    peer: User,
    secretariat: User,
    getting: Get,
    handing_in: HandIn,
) -> None:
    client.sign_in(coordinator)
    address = address_in(handing_in(with_cells(getting(), {("BRDO-2018-05", "narrative"): "Secret."})))

    for person, status in ((deputy, 200), (contributor, 404), (peer, 404), (secretariat, 404)):
        assert client.sign_in(person).get(address).status_code == status
        assert client.post(address).status_code == status


def test_the_questionnaire_of_another_party_or_round_is_refused(
    client: TrackerClient, coordinator: User, other_party: Party, open_round: Round, getting: Get, handing_in: HandIn
) -> None:
    MembershipFactory.create(role=Role.COORDINATOR, party=other_party, person=coordinator)
    client.sign_in(coordinator)
    content = getting()

    refused = " ".join(page(handing_in(content, code="RS")).select_one("#paper-state").text.split())  # type: ignore[union-attr]
    assert refused.startswith("The file was not taken. This is the questionnaire of another party.")
    open_round.meeting.code = "M-2030-01-1"
    db.session.commit()
    assert "This questionnaire belongs to another round." in handing_in(content).text


def test_a_person_who_left_gets_no_questionnaire(
    client: TrackerClient, coordinator: User, now: datetime, party: Party
) -> None:
    client.sign_in(coordinator)
    address = client.post("/parties/AL/questionnaire", data={"person": "", "holds": "drafts"}).location
    coordinator.memberships[0].ends_on = now.date().replace(day=1)
    MembershipFactory.create(role=Role.OBSERVER, party=None, person=coordinator)
    db.session.commit()

    make_papers(now, MAKERS)

    paper = db.session.scalars(sa.select(Paper)).one()
    assert paper.error == "You no longer work for this party."
    assert client.get(address).status_code == 404


def test_the_page_of_questionnaires_costs_the_same_for_any_number_of_them(
    client: TrackerClient,
    coordinator: User,
    contributor: User,
    asked_item: Item,
    open_round: Round,
    getting: Get,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor, assigned_by_id=coordinator.id)
    client.sign_in(contributor)
    counts = []
    for _round in range(3):
        getting(person=str(contributor.id))
        with recording_sql() as statements:
            response = client.get("/parties/AL/questionnaire")
        counts.append(len(statements))

    assert response.text.count("Questionnaire (Excel)") == 3
    assert counts[0] == counts[2] <= 14
