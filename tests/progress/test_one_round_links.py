"""A link for one round: a contributor fills in what is in their hands without a password, and can do nothing else."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.routing import BuildError, Rule

from tests.client import TrackerClient, page
from tests.factories import (
    AssignmentFactory,
    CommitmentFactory,
    ExtensionFactory,
    ItemFactory,
    MembershipFactory,
    RoundFactory,
    SignInFactory,
    UpdateFactory,
    reported,
)
from tests.progress.pages import address_of, fields_in, save, typed
from tests.test_access import ACCESS, ACTS
from tracker.accounts.jobs import forget_old_sign_ins
from tracker.accounts.links import hash_of
from tracker.accounts.models import AccountLink, Role, SignIn, User
from tracker.accounts.services.links import token_of
from tracker.accounts.services.people import disable
from tracker.audit.models import AuditEvent, Means
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.mail import rendering
from tracker.mail.models import Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Evidence, Item, Update, UpdateEvidence
from tracker.progress.services import assigning, round_links
from tracker.progress.services.evidence import NewLink, attach

pytestmark = pytest.mark.usefixtures("at_that_time")

#: What a link opens. Everything else in the tables of access is not there for its holder.
OPEN: Final = {"dashboards.show_home", "progress.show_work", "progress.show_item", "progress.edit_update"}
WRITTEN: Final = "Written by Contributor, by a link for one round."


@pytest.fixture
def held(asked_item: Item, open_round: Round, contributor: User) -> Assignment:
    """The item is in the contributor's hands."""
    return AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)


@pytest.fixture
def link(held: Assignment, open_round: Round, party: Party, coordinator: User) -> AccountLink:
    made = round_links.send_link(held.person, open_round, party, by=coordinator, at=utc_now())
    db.session.commit()
    return made


@pytest.fixture
def holder(client: TrackerClient, link: AccountLink) -> TrackerClient:
    """A browser that came by the link."""
    assert client.post(place_of(link)).location == "/work"
    return client


def place_of(link: AccountLink) -> str:
    return f"/work/by-link/{token_of(link)}"


def address_with(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """Return an address of an endpoint; what is not among the values is the number 1, or a letter."""
    with app.test_request_context():
        for other in (1, "x"):
            with suppress(ValueError, BuildError):
                return str(app.url_for(rule.endpoint, **{part: values.get(part, other) for part in rule.arguments}))
    raise AssertionError(rule)


def means_of(act: str) -> list[Means]:
    return list(db.session.scalars(sa.select(AuditEvent.means).filter_by(act=act).order_by(AuditEvent.seq)))


def test_the_mail_names_the_items_and_carries_the_link_and_no_note(
    link: AccountLink, held: Assignment, coordinator: User
) -> None:
    held.note, held.due_on = "Confidential advice.", date(2026, 12, 4)
    db.session.commit()
    [notification] = db.session.scalars(sa.select(Notification))

    [written] = rendering.render_batch([notification], utc_now()).values()

    assert isinstance(written, rendering.Rendered)
    for text in (written.text, written.html):
        assert token_of(link) in text
        assert "BRDO-2018-05" in text
        assert "4 December 2026" in text
        assert "Monday 14 December 2026" in text or "14 December 2026" in text
        assert "Confidential advice." not in text
    assert coordinator.name in written.text
    assert not written.keep_body
    assert token_of(link) not in str(notification.parameters)


def test_only_the_hash_of_the_token_is_kept(link: AccountLink) -> None:
    row = db.session.execute(sa.select(sa.text("*")).select_from(sa.text("account_link"))).one()

    assert link.token_hash == hash_of(token_of(link))
    assert token_of(link) not in [str(value) for value in row]


def test_opening_the_page_changes_nothing_and_says_who_what_and_until_when(
    client: TrackerClient, link: AccountLink
) -> None:
    response = client.get(place_of(link))

    text = page(response).select_one("main").text  # type: ignore[union-attr]
    assert "This link is for Contributor." in text
    assert "BRDO-2018-05" in text
    assert "14 December 2026" in text
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 0
    assert client.get("/work").location == "/login?next=/work"


def test_the_holder_writes_a_draft_and_says_that_it_can_go(
    holder: TrackerClient, held: Assignment, asked_item: Item
) -> None:
    assert [row["id"] for row in page(holder.get("/work")).select("li.item")] == ["BRDO-2018-05"]
    assert holder.get("/").location == "/work"

    save(holder, asked_item, narrative="The by-law was adopted.")
    holder.post(address_of(asked_item), data=typed(holder, asked_item, ready="1"))

    assert held.ready_at is not None
    assert db.session.scalars(sa.select(Update.narrative)).all() == ["The by-law was adopted."]
    assert means_of("account.link_opened") == [Means.ONE_ROUND_LINK]
    assert means_of("update.saved") == [Means.ONE_ROUND_LINK]
    assert means_of("assignment.ready") == [Means.ONE_ROUND_LINK]
    shown = page(holder.get("/work"))
    assert [entry.text for entry in shown.select(".mainnav a")] == ["Your work"]
    assert holder.post("/logout").status_code == 302
    assert holder.get("/work").location == "/login?next=/work"


def test_the_items_history_says_that_it_came_by_link(
    holder: TrackerClient, asked_item: Item, coordinator: User, contributor: User
) -> None:
    save(holder, asked_item, narrative="By link.")
    assert (
        "Written by Contributor, by a link for one round."
        in holder.sign_in(coordinator).get(f"/items/{asked_item.id}").text
    )

    save(holder, asked_item, narrative="By hand.")
    assert "Written by Contributor, by a link for one round." in holder.get(f"/items/{asked_item.id}").text


def test_the_link_works_again_and_in_another_browser(
    app: Flask, holder: TrackerClient, link: AccountLink, asked_item: Item
) -> None:
    other = app.test_client()
    assert isinstance(other, TrackerClient)
    other.post(place_of(link))

    assert other.get(address_of(asked_item)).status_code == 200
    assert holder.get(address_of(asked_item)).status_code == 200


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


@pytest.mark.parametrize("how", ["revoked", "new link", "all taken back", "role ended", "disabled"])
def test_the_holder_is_out_at_the_next_request_once_the_link_is_gone(
    app: Flask,
    holder: TrackerClient,
    link: AccountLink,
    coordinator: User,
    administrator: User,
    contributor: User,
    asked_item: Item,
    open_round: Round,
    party: Party,
    how: str,
) -> None:
    other = app.test_client()
    assert isinstance(other, TrackerClient)
    other.sign_in(coordinator)
    if how == "revoked":
        other.post(f"/work/people/{contributor.id}/link/revoke")
    elif how == "new link":
        other.post(f"/work/people/{contributor.id}/link")
    elif how == "all taken back":
        other.post(f"/work/people/{contributor.id}/take-back")
    elif how == "role ended":
        contributor.memberships[0].ends_on = utc_now().date() - timedelta(days=1)
        db.session.commit()
    else:
        disable(contributor, by=administrator, at=utc_now())
        db.session.commit()

    assert holder.get(address_of(asked_item)).status_code in (302, 410)
    assert holder.get("/work").status_code in (302, 410)
    assert holder.get(place_of(link)).status_code == 410
    assert holder.post(place_of(link)).status_code == 410


def test_an_item_that_is_taken_back_is_gone_at_the_next_request(
    holder: TrackerClient, held: Assignment, asked_item: Item, coordinator: User
) -> None:
    form = typed(holder, asked_item, narrative="Too late.")
    assigning.take_back(held, by=coordinator, at=utc_now())
    db.session.commit()

    assert holder.post(address_of(asked_item), data=form).status_code == 404
    assert holder.get(f"/items/{asked_item.id}").status_code == 404
    assert "Nothing is in your hands yet" in holder.get("/work").text
    assert db.session.scalars(sa.select(Update)).all() == []


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 12, 14, 22, 59, tzinfo=UTC), 200),
        (datetime(2026, 12, 14, 23, 0, tzinfo=UTC), 410),
        (datetime(2026, 12, 16, 12, 0, tzinfo=UTC), 410),
    ],
)
def test_the_link_ends_with_the_partys_due_date(
    client: TrackerClient, link: AccountLink, moment: datetime, status: int
) -> None:
    with time_machine.travel(moment, tick=False):
        assert client.get(place_of(link)).status_code == status
        assert client.post(place_of(link)).status_code == (302 if status == 200 else 410)


def test_a_sign_in_by_link_does_not_outlive_the_due_date(client: TrackerClient, link: AccountLink) -> None:
    with time_machine.travel(datetime(2026, 12, 14, 22, 50, tzinfo=UTC), tick=False):
        client.post(place_of(link))
        assert client.get("/work").status_code == 200
    with time_machine.travel(datetime(2026, 12, 14, 23, 1, tzinfo=UTC), tick=False):
        response = client.get("/work")
        assert response.status_code == 410
        assert "ask them for a new one" in response.text


def test_an_extension_carries_the_link_along(
    client: TrackerClient, link: AccountLink, open_round: Round, party: Party, coordinator: User
) -> None:
    ExtensionFactory.create(round=open_round, party=party, due_on=date(2026, 12, 18), granted_by_id=coordinator.id)
    with time_machine.travel(datetime(2026, 12, 16, 12, 0, tzinfo=UTC), tick=False):
        client.post(place_of(link))
        assert client.get("/work").status_code == 200
        assert "18 December 2026" in client.get(place_of(link)).text


def test_a_round_that_is_closed_or_another_one_ends_the_link(
    client: TrackerClient, link: AccountLink, open_round: Round
) -> None:
    open_round.closed_at = utc_now()
    RoundFactory.create(instruments=list(open_round.instruments))
    db.session.commit()

    assert client.get(place_of(link)).status_code == 410


def test_made_up_tokens_are_told_what_dead_ones_are(client: TrackerClient, link: AccountLink) -> None:
    for token in ("x", "0" * 43, token_of(link)[:-1], token_of(link) + "x"):
        response = client.get(f"/work/by-link/{token}")
        assert response.status_code == 410
        assert "that has ended" in response.text


def test_openings_are_counted_and_slowed_down(client: TrackerClient, link: AccountLink) -> None:
    answers = [client.post(place_of(link)).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]
    assert client.get(place_of(link)).status_code == 200


def test_whoever_was_signed_in_is_signed_out_first(client: TrackerClient, link: AccountLink, coordinator: User) -> None:
    client.sign_in(coordinator)
    assert "You are signed in as Coordinator." in client.get(place_of(link)).text

    client.post(place_of(link))

    assert client.get("/me").status_code == 404
    ended = db.session.scalars(sa.select(SignIn).filter_by(person_id=coordinator.id)).one()
    assert ended.ended_at is not None
    assert client.sign_in(coordinator).get("/me").status_code == 200


def test_one_link_stands_at_a_time(
    client: TrackerClient, coordinator: User, contributor: User, link: AccountLink
) -> None:
    client.sign_in(coordinator)
    shown = page(client.get("/work/assignments"))
    form = shown.select_one(f"form[action*='/work/people/{contributor.id}/link?']")
    assert form is not None
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input")}

    for _ in range(2):
        client.post(f"/work/people/{contributor.id}/link", data=sent)

    standing = db.session.scalars(sa.select(AccountLink).where(AccountLink.revoked_at.is_(None))).all()
    assert len(standing) == 1
    assert db.session.scalar(sa.select(sa.func.count(AccountLink.id))) == 2
    assert means_of("account.link_sent") == [Means.SESSION, Means.SESSION]


def test_no_link_is_sent_once_the_date_has_passed(client: TrackerClient, coordinator: User, held: Assignment) -> None:
    with time_machine.travel(datetime(2026, 12, 15, 12, 0, tzinfo=UTC), tick=False):
        response = client.sign_in(coordinator).post(f"/work/people/{held.person_id}/link")
    assert response.status_code == 409
    assert "Ask the Secretariat for an extension first." in response.text


def test_somebody_new_can_come_by_link_alone(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    form = fields_in(client.get("/work/assign")) | {"items": [str(asked_item.id)], "person": "new"}
    client.post("/work/assign", data=form | {"name": "Ana", "email": "ana@gov.example", "comes_by": "link"})

    assert db.session.scalars(sa.select(Notification.kind)).all() == ["one_round_link"]
    made = db.session.scalars(sa.select(AccountLink)).one()
    client.post(place_of(made))
    assert client.get(address_of(asked_item)).status_code == 200


def test_what_is_forgotten_takes_its_sign_ins_along(holder: TrackerClient, link: AccountLink) -> None:
    later = datetime(2027, 1, 20, tzinfo=UTC)

    assert forget_old_sign_ins(later) >= 2

    assert db.session.scalars(sa.select(AccountLink)).all() == []
    assert db.session.scalars(sa.select(SignIn)).all() == []


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
