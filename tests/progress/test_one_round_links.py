"""A link for one round: a contributor fills in what is in their hands without a password, and can do nothing else."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from tests.client import TrackerClient, page
from tests.factories import (
    ExtensionFactory,
    RoundFactory,
)
from tests.progress.pages import address_of, fields_in, place_of, save, typed
from tracker.accounts.jobs import forget_old_sign_ins
from tracker.accounts.links import hash_of
from tracker.accounts.models import AccountLink, SignIn, User
from tracker.accounts.services.links import token_of
from tracker.accounts.services.people import disable
from tracker.audit.models import AuditEvent, Means
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.mail import rendering
from tracker.mail.models import Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Item, Update
from tracker.progress.services import assigning

pytestmark = pytest.mark.usefixtures("at_that_time")

WRITTEN: Final = "Written by Contributor, by a link for one round."


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
