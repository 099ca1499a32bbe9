"""What a person who came by a link for one round may open: what is in their hands, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, Final

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import BuildError, Rule

from tests.client import TrackerClient, page
from tests.factories import (
    AssignmentFactory,
    CommitmentFactory,
    ItemFactory,
    MembershipFactory,
    SignInFactory,
    UpdateFactory,
    reported,
)
from tests.progress.pages import address_of, place_of, typed
from tests.test_access import ACCESS, ACTS
from tracker.accounts.models import AccountLink, Role, User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Evidence, Item, Update, UpdateEvidence
from tracker.progress.services import assigning, round_links
from tracker.progress.services.evidence import NewLink, attach

pytestmark = pytest.mark.usefixtures("at_that_time")

#: What a link opens. Everything else in the tables of access is not there for its holder.
OPEN: Final = {"dashboards.show_home", "progress.show_work", "progress.show_item", "progress.edit_update"}


def address_with(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """Return an address of an endpoint; what is not among the values is the number 1, or a letter."""
    with app.test_request_context():
        for other in (1, "x"):
            with suppress(ValueError, BuildError):
                return str(app.url_for(rule.endpoint, **{part: values.get(part, other) for part in rule.arguments}))
    raise AssertionError(rule)


def test_everything_else_is_not_there_for_the_holder(
    app: Flask, holder: TrackerClient, party: Party, instrument: Instrument, open_round: Round, contributor: User
) -> None:
    """Every endpoint of the tables of access, with rows of the holder's own party and of their own account."""
    theirs = ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument))
    update = reported(theirs, open_round, contributor)
    values = {
        "item_id": theirs.id, "round_id": open_round.id, "number": 1, "update_id": update.id,
        "person_id": contributor.id,
        "membership_id": contributor.memberships[0].id, "sign_in_id": SignInFactory.create(person=contributor).id,
        "meeting_id": open_round.meeting_id, "party_id": party.id, "assignment_id": 1, "code": instrument.code,
    }  # fmt: skip
    public = {name for name, view in app.view_functions.items() if getattr(view, "is_public", False)}
    found: dict[str, int] = {}
    for rule in app.url_map.iter_rules():
        name = rule.endpoint
        if name not in ACCESS | ACTS or name in public | {"security.login", "security.logout"}:
            continue
        address = address_with(app, rule, values)
        for method in ("GET", "POST"):
            if method in (rule.methods or ()):
                found[f"{method} {name}"] = holder.open(address, method=method).status_code
    assert len(found) > 100

    opened = {name: status for name, status in found.items() if status != 404}

    assert opened == {"GET dashboards.show_home": 302, "GET progress.show_work": 200}
    # Items in nobody's hands are not there; those in the holder's hands are.
    held = db.session.scalars(sa.select(Assignment.item_id)).one()
    assert holder.get(f"/items/{held}").status_code == 200
    assert holder.get(f"/items/{held}/update").status_code == 200
    for name in ("check", "submit", "recall"):
        assert holder.post(f"/items/{held}/update/{name}").status_code in (404, 405)
        assert holder.get(f"/items/{held}/update/{name}").status_code in (404, 405)
    assert holder.post(f"/items/{held}/no-change").status_code == 404
    assert {getattr(app.view_functions[name], "is_open_to_links", False) for name in OPEN} == {True}


def test_no_page_that_the_holder_sees_leads_to_one_that_is_not_there(
    app: Flask, holder: TrackerClient, asked_item: Item
) -> None:
    for address in ("/work", f"/items/{asked_item.id}", address_of(asked_item)):
        for anchor in page(holder.get(address)).select("a[href^='/']"):
            place = str(anchor["href"])
            assert holder.get(place).status_code != 404, f"{address} leads to {place}"


def test_check_and_submit_means_save_for_the_holder(holder: TrackerClient, asked_item: Item) -> None:
    response = holder.post(address_of(asked_item), data=typed(holder, asked_item, check="1", narrative="Mine."))

    assert response.location == address_of(asked_item)
    assert "Check and submit" not in holder.get(address_of(asked_item)).text


def test_a_person_with_greater_roles_is_no_more_than_a_contributor_by_link(
    client: TrackerClient, link: AccountLink, contributor: User, other_party: Party, asked_item: Item
) -> None:
    for role, of in ((Role.SECRETARIAT, None), (Role.COORDINATOR, other_party), (Role.COORDINATOR, asked_item.party)):
        MembershipFactory.create(person=contributor, role=role, party=of)
    client.post(place_of(link))

    shown = page(client.get("/work"))

    assert [row["id"] for row in shown.select("li.item")] == ["BRDO-2018-05"]
    assert shown.select("input[form=selection]") == []
    for address in ("/review", "/people", "/me", "/work/assign", "/work?party=RS", f"/items/{asked_item.id}/edit"):
        assert client.get(address).status_code == (200 if "?" in address else 404)
    assert "BRDO-2018-05" in client.get("/work?party=RS").text


def test_a_contributor_can_do_nothing_with_an_item_that_is_not_theirs(
    app: Flask,
    client: TrackerClient,
    contributor: User,
    coordinator: User,
    asked_item: Item,
    open_round: Round,
    held: Assignment,
    make_other: Callable[[], Item],
) -> None:
    """Every endpoint that names an item: what it shows is what everybody may read, and no act goes through."""
    theirs = make_other()
    update = reported(theirs, open_round, coordinator, narrative="A secret of the draft.")
    client.sign_in(contributor)
    before = db.session.scalar(sa.select(sa.func.count(AuditEvent.seq)))
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in ACCESS | ACTS or not {"item_id", "update_id"} & rule.arguments:
            continue
        values = {"item_id": theirs.id, "update_id": update.id, "round_id": open_round.id, "number": 1}
        address = address_with(app, rule, values)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            response = client.open(address, method=method)
            assert response.status_code in (403, 404) or (rule.endpoint, method) == ("progress.show_item", "GET")
            assert "A secret of the draft." not in response.text
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.seq))) == before


@pytest.fixture
def make_other(party: Party, instrument: Instrument) -> Callable[[], Item]:
    return lambda: ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument))


def test_the_holder_sees_and_names_no_document_of_other_items(
    holder: TrackerClient, asked_item: Item, coordinator: User, party: Party, instrument: Instrument, open_round: Round
) -> None:
    other = ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument))
    for item, title in ((other, "Secret of another item"), (asked_item, "Own document")):
        update = UpdateFactory.create(item=item, round=open_round, drafted_at=utc_now())
        attach(
            update,
            frozenset(),
            links=[NewLink(title=title, url=f"https://gov.example/{item.id}")],
            by=coordinator,
            at=utc_now(),
        )
    db.session.commit()
    theirs = db.session.scalars(sa.select(Evidence.id).filter_by(title="Secret of another item")).one()

    assert "Own document" in holder.get(address_of(asked_item)).text
    form = typed(holder, asked_item)

    response = holder.post(address_of(asked_item), data=form | {"evidence": [str(theirs)]})

    named = sa.select(UpdateEvidence.evidence_id).join(Update).where(Update.item_id == asked_item.id)
    assert theirs not in db.session.scalars(named).all()
    for text in (response.text, holder.get(address_of(asked_item)).text):
        assert "Secret of another item" not in text


def test_nobody_whose_role_needs_a_second_factor_comes_in_by_a_link(
    app: Flask,
    client: TrackerClient,
    link: AccountLink,
    contributor: User,
    coordinator: User,
    party: Party,
    open_round: Round,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "TRACKER_REQUIRE_2FA", ("secretariat",))
    assert client.post(place_of(link)).status_code == 302
    assert client.get("/work").status_code == 200

    MembershipFactory.create(person=contributor, role=Role.SECRETARIAT, party=None)

    assert client.get("/work").status_code == 410
    assert client.post(place_of(link)).status_code == 410
    with pytest.raises(assigning.NotAssignable):
        round_links.send_link(contributor, open_round, party, by=coordinator, at=utc_now())


def test_a_link_asks_for_no_second_factor_where_none_is_needed(
    client: TrackerClient, link: AccountLink, contributor: User
) -> None:
    contributor.second_factor_since = utc_now()
    db.session.commit()

    client.post(place_of(link))

    assert client.get("/work").status_code == 200
    assert client.get("/me/second-factor").status_code == 404


def test_the_pages_of_a_holder_cost_a_fixed_number_of_statements(
    holder: TrackerClient,
    contributor: User,
    party: Party,
    instrument: Instrument,
    open_round: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def cost() -> int:
        with recording_sql() as statements:
            holder.get("/work")
        return len(statements)

    before = cost()
    for _ in range(4):
        item = ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument))
        AssignmentFactory.create(item=item, round_id=open_round.id, person=contributor)

    assert cost() == before <= 8
