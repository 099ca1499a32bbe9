"""What is typed and not saved: kept for its writer alone, offered again, and never in the way of a save."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory
from tests.progress.pages import COMPLETE, address_of, fields_in, save, submit, typed
from tracker.accounts.models import SignIn, User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.core.forms import clean
from tracker.meetings.models import Round
from tracker.oversight.jobs import forget_old
from tracker.parties.models import Party
from tracker.progress.models import DraftBuffer, Item, Update
from tracker.progress.services.answers import answer_of
from tracker.progress.services.merging import merge, read_seen

pytestmark = pytest.mark.usefixtures("at_that_time")


def keep(client: TrackerClient, item: Item, **changes: object) -> dict[str, object]:
    """Open the form, type, and let the script keep it; return what the form holds."""
    held = typed(client, item, **changes)
    response = client.post(f"{address_of(item)}/typed", data=held)
    assert response.status_code == 200, response.text
    return held


def buffers() -> list[DraftBuffer]:
    return list(db.session.scalars(sa.select(DraftBuffer)))


def offer(client: TrackerClient, item: Item) -> str:
    found = page(client.get(address_of(item))).select_one(".typed-before")
    return found.text if found else ""


@pytest.fixture
def other(app: Flask, deputy: User) -> TrackerClient:
    client = app.test_client()
    assert isinstance(client, TrackerClient)
    return client.sign_in(deputy)


def test_typing_is_kept_without_event_version_or_draft(
    client: TrackerClient, coordinator: User, asked_item: Item, now: datetime
) -> None:
    client.sign_in(coordinator)
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))

    response = client.post(f"{address_of(asked_item)}/typed", data=typed(client, asked_item, narrative="Half a"))

    assert response.json == {"at": "10:00", "others": ""}
    update = db.session.scalars(sa.select(Update)).one()
    assert (update.drafted_at, update.author_id, update.version, update.narrative) == (None, None, 1, "")
    assert "Not begun" in client.get("/work").text
    assert buffers()[0].saved_at == now
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == entries


def test_the_form_offers_what_was_typed_and_shows_what_differs(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, narrative="The law is drafted.")
    keep(client, asked_item, narrative="The law is adopted.", cleared_on="soon")

    shown = page(client.get(address_of(asked_item)))

    waiting = shown.select_one(".typed-before")
    assert waiting is not None
    assert (waiting.select_one("p.diff del").text, waiting.select_one("p.diff ins").text) == ("drafted", "adopted")  # type: ignore[union-attr]
    assert "soon" in waiting.text
    assert shown.select_one("#narrative").text.strip() == "The law is drafted."  # type: ignore[union-attr]


def test_taken_up_it_fills_the_form_and_a_save_ends_it(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    keep(client, asked_item, narrative="The law is adopted.", status="in_place")

    taken = fields_in(client.get(f"{address_of(asked_item)}?typed=1"))

    assert (taken["narrative"], taken["status"]) == ("The law is adopted.", "in_place")
    assert client.post(address_of(asked_item), data=taken).location == address_of(asked_item)
    assert buffers() == []
    assert offer(client, asked_item) == ""


def test_it_can_be_discarded(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    keep(client, asked_item, narrative="No.")

    client.post(f"{address_of(asked_item)}/typed/discard")

    assert buffers() == []
    assert offer(client, asked_item) == ""


def test_what_says_the_same_as_the_draft_is_not_offered(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    held = keep(client, asked_item, narrative="The law is adopted.")
    client.post(address_of(asked_item), data=held)

    assert client.post(f"{address_of(asked_item)}/typed", data=held).status_code == 200  # it came late

    assert offer(client, asked_item) == ""


def test_submitting_ends_it(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    keep(client, asked_item, narrative="Old.")

    submit(client, asked_item)

    assert buffers() == []


def test_submitting_all_that_is_ready_ends_it(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **COMPLETE)
    keep(client, asked_item, narrative="Old.")

    client.post("/work/submit", data=fields_in(client.get("/work/submit")))

    assert db.session.scalars(sa.select(Update.state)).one() == "submitted"
    assert buffers() == []


def test_asking_and_validating_end_it_for_whoever_does_so(
    client: TrackerClient, coordinator: User, other: TrackerClient, party: Party, asked_item: Item
) -> None:
    party.needs_validation = True
    db.session.commit()
    save(client.sign_in(coordinator), asked_item, **COMPLETE)
    keep(client, asked_item, narrative="Old.")
    keep(other, asked_item, narrative="Older.")

    left = []
    for each in (client, other):
        each.post("/work/submit", data=fields_in(each.get("/work/submit")))
        left.append(len(buffers()))

    assert left == [1, 0]
    assert db.session.scalars(sa.select(Update.state)).one() == "submitted"


def test_others_see_who_types_and_since_when_but_nothing_of_it(
    client: TrackerClient, coordinator: User, other: TrackerClient, asked_item: Item, now: datetime
) -> None:
    client.sign_in(coordinator)
    keep(client, asked_item, narrative="A secret thought.")

    seen = other.get(address_of(asked_item)).text
    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        later = other.get(address_of(asked_item)).text

    assert "Coordinator is typing here since 10:00." in seen
    assert "A secret thought." not in seen
    assert "is typing" not in later
    answer = other.post(f"{address_of(asked_item)}/typed", data=typed(other, asked_item, obstacles="None."))
    assert answer.json == {"at": "10:00", "others": "Coordinator is typing here since 10:00."}


def test_a_second_window_writes_over_nothing(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    first = keep(client, asked_item, narrative="First window.")
    second = typed(client, asked_item, obstacles="Second window.")

    refused = client.post(f"{address_of(asked_item)}/typed", data=second)
    saved = client.post(address_of(asked_item), data=second)

    assert (refused.status_code, "another window" in refused.json["sentence"]) == (409, True)  # type: ignore[index]
    assert saved.status_code == 302
    assert "First window." in offer(client, asked_item)
    assert client.post(f"{address_of(asked_item)}/typed", data=first | {"narrative": "First, on."}).status_code == 200


def test_what_others_saved_meanwhile_is_put_together_as_always(
    client: TrackerClient, coordinator: User, other: TrackerClient, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    keep(client, asked_item, narrative="Mine.", next_steps="Publish.")
    save(other, asked_item, narrative="Theirs.", obstacles="No budget.")

    assert "No budget." not in offer(client, asked_item)
    taken = fields_in(client.get(f"{address_of(asked_item)}?typed=1"))
    response = client.post(address_of(asked_item), data=taken)

    assert response.status_code == 409
    assert [field["id"] for field in page(response).select(".clash")] == ["clash-narrative"]


def test_who_may_not_write_keeps_nothing(
    client: TrackerClient, contributor: User, asked_item: Item, open_round: Round
) -> None:
    client.sign_in(contributor)
    assert client.post(f"{address_of(asked_item)}/typed", data={"narrative": "Mine."}).status_code == 403
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)

    keep(client, asked_item, narrative="Mine.")

    assert [buffer.person_id for buffer in buffers()] == [contributor.id]


def test_a_submitted_update_and_endless_text_are_refused_in_words(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    held = typed(client, asked_item)
    endless = client.post(f"{address_of(asked_item)}/typed", data=held | {"narrative": "x" * 150_001})
    submit(client, asked_item)

    late = client.post(f"{address_of(asked_item)}/typed", data=held | {"narrative": "More."})

    assert (endless.status_code, "too long" in endless.json["sentence"]) == (413, True)  # type: ignore[index]
    assert (late.status_code, "with the Secretariat" in late.json["sentence"]) == (409, True)  # type: ignore[index]


def test_thirty_days_later_it_is_forgotten(
    client: TrackerClient, coordinator: User, asked_item: Item, now: datetime
) -> None:
    client.sign_in(coordinator)
    keep(client, asked_item, narrative="Old.")

    assert forget_old(now + timedelta(days=30)) == 0
    assert forget_old(now + timedelta(days=30, seconds=1)) == 1
    db.session.commit()


def test_a_lost_session_loses_no_text(
    app: Flask,
    client: TrackerClient,
    coordinator: User,
    asked_item: Item,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client.sign_in(coordinator)
    sent = typed(client, asked_item, **COMPLETE, csrf_token=_token(client, asked_item))
    db.session.execute(sa.update(SignIn).values(last_seen_at=now - timedelta(days=1)))
    db.session.commit()

    signed_out = client.post(address_of(asked_item), data=sent)
    client.sign_in(coordinator)  # in another window
    again = client.post(address_of(asked_item), data=fields_in_hidden(signed_out))

    assert signed_out.status_code == 401
    assert "You were signed out" in signed_out.text
    held = fields_in(again)
    assert {name: held[name] for name in COMPLETE} == COMPLETE
    assert client.post(address_of(asked_item), data=held).status_code == 302
    assert db.session.scalars(sa.select(Update)).one().narrative == COMPLETE["narrative"]


def test_a_dead_token_loses_no_text_and_opens_nothing(
    app: Flask, client: TrackerClient, coordinator: User, peer: User, asked_item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client.sign_in(coordinator)
    sent = typed(client, asked_item, narrative="Long in coming.", csrf_token="dead")

    again = client.post(address_of(asked_item), data=sent)
    strange = client.sign_in(peer).post(address_of(asked_item), data=sent)

    assert (again.status_code, strange.status_code) == (400, 400)
    assert fields_in(again)["narrative"] == "Long in coming."
    assert "Long in coming." not in strange.text


def test_offering_costs_one_statement(
    client: TrackerClient,
    coordinator: User,
    asked_item: Item,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, narrative="Draft.")
    client.get(address_of(asked_item))
    with recording_sql() as without:
        client.get(address_of(asked_item))
    keep(client, asked_item, narrative="Typed.")
    with recording_sql() as with_buffer:
        client.get(address_of(asked_item))

    assert len(with_buffer) == len(without)
    assert len(without) <= 13


def _token(client: TrackerClient, item: Item) -> str:
    return str(page(client.get(address_of(item))).select_one("main input[name=csrf_token]")["value"])  # type: ignore[index]


def fields_in_hidden(response: object) -> dict[str, str]:
    form = page(response).select_one("main form[method=post]")  # type: ignore[arg-type]
    assert form is not None
    return {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}


#: What people type: anything, and often the same.
TYPED = st.sampled_from(["", "a", "b", "a\n\nb", "ș ђ 1"]) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30
)
SAID = st.fixed_dictionaries({name: TYPED for name in ("narrative", "obstacles", "next_steps")})


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=SAID, mine=SAID, theirs=SAID)
def test_what_is_taken_up_is_the_form_as_if_it_had_stayed_open(
    client: TrackerClient,
    coordinator: User,
    other: TrackerClient,
    asked_item: Item,
    before: dict[str, str],
    mine: dict[str, str],
    theirs: dict[str, str],
) -> None:
    """What a save does follows from what the form sends: so it merges, or asks, just as without the detour.

    Where nothing is offered, saving the form that stayed open would have changed nothing.
    """
    client.sign_in(coordinator)
    save(client, asked_item, **before)
    held = typed(client, asked_item, **mine)
    assert client.post(f"{address_of(asked_item)}/typed", data=held).status_code == 200
    save(other, asked_item, **theirs)

    offered = bool(offer(client, asked_item))
    taken = fields_in(client.get(f"{address_of(asked_item)}?typed=1"))

    if offered:
        assert _plain(taken) == _plain(held)
    else:
        said = answer_of(db.session.scalars(sa.select(Update)).one())
        typed_answer = replace(said, **{name: clean(text) for name, text in mine.items()})
        merged = merge(read_seen(str(held["seen"])), mine=typed_answer, theirs=said)
        assert (merged.answer, merged.conflicts) == (said, ())
    client.post(f"{address_of(asked_item)}/typed/discard")


def _plain(sent: dict[str, object]) -> dict[str, object]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in sent.items()}
