"""Two people write the same draft: what each changed stands, and nobody's text is lost."""

from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.client import TrackerClient, page
from tests.progress.pages import address_of, fields_in, save, typed
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.progress.models import Item, Update
from tracker.progress.services.answers import ANSWER_FIELDS, DraftAnswer, answer_of
from tracker.progress.services.evidence import attached_to
from tracker.progress.services.merging import merge, merge_evidence, read_seen, seen
from tracker.progress.services.saving import DraftConflict, Typed, draft_of
from tracker.progress.services.saving import save as save_typed
from tracker.progress.statuses import Status

pytestmark = pytest.mark.usefixtures("at_that_time")


@pytest.fixture
def first(app: Flask, coordinator: User) -> TrackerClient:
    client = app.test_client()
    assert isinstance(client, TrackerClient)
    return client.sign_in(coordinator)


@pytest.fixture
def second(app: Flask, deputy: User) -> TrackerClient:
    client = app.test_client()
    assert isinstance(client, TrackerClient)
    return client.sign_in(deputy)


def update_of(item: Item) -> Update:
    return db.session.scalars(sa.select(Update).filter_by(item_id=item.id)).one()


def test_different_fields_are_put_together(first: TrackerClient, second: TrackerClient, asked_item: Item) -> None:
    mine = typed(first, asked_item, narrative="The fund was set up.")
    save(second, asked_item, obstacles="No budget.")

    response = first.post(address_of(asked_item), data=mine)

    assert response.location == address_of(asked_item)
    update = update_of(asked_item)
    assert (update.narrative, update.obstacles) == ("The fund was set up.", "No budget.")
    assert "Your changes and theirs" in first.get(response.location).text


def test_the_same_field_shows_both_texts_and_saves_neither(
    first: TrackerClient, second: TrackerClient, asked_item: Item
) -> None:
    save(second, asked_item, narrative="Before.")
    mine = typed(first, asked_item, narrative="Mine, written long.", next_steps="Publish.")
    save(second, asked_item, narrative="Theirs, written first.", obstacles="No budget.")
    version = update_of(asked_item).version

    response = first.post(address_of(asked_item), data=mine)

    assert response.status_code == 409
    shown = page(response)
    clash = shown.select_one("#clash-narrative")
    assert clash is not None
    assert "Theirs, written first." in clash.text
    assert "Deputy saved it" in response.text
    assert shown.select_one("#narrative").text.strip() == "Mine, written long."  # type: ignore[union-attr]
    assert shown.select_one("#obstacles").text.strip() == "No budget."  # type: ignore[union-attr]
    assert [field["id"] for field in shown.select(".clash")] == ["clash-narrative"]
    update = update_of(asked_item)
    assert (update.narrative, update.next_steps, update.version) == ("Theirs, written first.", "", version)


@pytest.mark.parametrize(
    ("side", "stands"),
    [("mine", "Mine, edited."), ("theirs", "Theirs."), ("both", "Theirs.\n\nMine, edited.")],
)
def test_the_second_one_chooses(
    first: TrackerClient, second: TrackerClient, asked_item: Item, side: str, stands: str
) -> None:
    mine = typed(first, asked_item, narrative="Mine.", next_steps="Publish.")
    save(second, asked_item, narrative="Theirs.", obstacles="No budget.")
    both = first.post(address_of(asked_item), data=mine)

    chosen = fields_in(both) | {"narrative": "Mine, edited.", "take-narrative": side}
    response = first.post(address_of(asked_item), data=chosen)

    assert response.location == address_of(asked_item)
    update = update_of(asked_item)
    assert (update.narrative, update.next_steps, update.obstacles) == (stands, "Publish.", "No budget.")


def test_a_third_save_in_between_asks_again(first: TrackerClient, second: TrackerClient, asked_item: Item) -> None:
    mine = typed(first, asked_item, narrative="Mine.")
    save(second, asked_item, narrative="Theirs.")
    chosen = fields_in(first.post(address_of(asked_item), data=mine)) | {"take-narrative": "mine"}
    save(second, asked_item, narrative="Theirs, once more.")

    response = first.post(address_of(asked_item), data=chosen)

    assert response.status_code == 409
    assert "Theirs, once more." in response.text
    assert "Mine." in response.text


def test_a_status_is_never_both(first: TrackerClient, second: TrackerClient, asked_item: Item) -> None:
    mine = typed(first, asked_item, status="in_place")
    save(second, asked_item, status="in_use")
    both = first.post(address_of(asked_item), data=mine)
    assert page(both).select_one("#take-status-both") is None

    first.post(address_of(asked_item), data=fields_in(both) | {"take-status": "both"})

    assert update_of(asked_item).status is Status.IN_PLACE


def test_documents_of_both_stand(first: TrackerClient, second: TrackerClient, asked_item: Item) -> None:
    mine = typed(first, asked_item, **{"links-0-title": "Law", "links-0-url": "https://gov.example/law"})
    save(second, asked_item, **{"links-0-title": "Report", "links-0-url": "https://gov.example/report"})

    first.post(address_of(asked_item), data=mine)

    assert len(attached_to(update_of(asked_item))) == 2


@pytest.mark.parametrize("carried", ["", "1", "99.", "0." + "0" * 180 + ".", "x" * 5000, "1." + "f" * 180 + ".²"])
def test_a_form_that_does_not_say_what_it_saw_overwrites_nothing(
    first: TrackerClient, second: TrackerClient, asked_item: Item, carried: str
) -> None:
    mine = typed(first, asked_item, narrative="Mine.")
    save(second, asked_item, narrative="Theirs.")
    save(second, asked_item, narrative="Theirs again.")

    response = first.post(address_of(asked_item), data=mine | {"seen": carried})

    assert response.status_code == 409
    assert update_of(asked_item).narrative == "Theirs again."


ANSWERS = st.builds(
    DraftAnswer,
    narrative=st.sampled_from(["", "a", "b", "c"]),
    obstacles=st.sampled_from(["", "a", "b"]),
    status=st.sampled_from([None, Status.IN_PLACE, Status.IN_USE]),
    needs_help=st.booleans(),
)


@given(base=ANSWERS, mine=ANSWERS, theirs=ANSWERS)
def test_merging_keeps_every_change(base: DraftAnswer, mine: DraftAnswer, theirs: DraftAnswer) -> None:
    carried = read_seen(seen(3, base, frozenset({1, 22})).write())
    merged = merge(carried, mine=mine, theirs=theirs)

    assert carried.evidence == {1, 22}
    for name in ANSWER_FIELDS:
        before, my, their = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        stands = getattr(merged.answer, name)
        if name in merged.conflicts:
            assert len({before, my, their}) == 3 or before != my != their != before
            assert stands == my
        elif my == before:
            assert stands == their
        else:
            assert stands == my
            assert their in (before, my)


@given(*[st.frozensets(st.integers(1, 4)) for _ in range(3)])
def test_documents_are_added_and_removed_by_either(
    base: frozenset[int], mine: frozenset[int], theirs: frozenset[int]
) -> None:
    merged = merge_evidence(base, mine=mine, theirs=theirs)

    for document in range(1, 5):
        touched = (document in mine) != (document in base) or (document in theirs) != (document in base)
        assert (document in merged) == ((document not in base) if touched else (document in base))


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),
        st.sampled_from(["open", "save"]),
        st.sampled_from(["narrative", "obstacles", "next_steps"]),
    ),
    min_size=4,
    max_size=12,
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_no_interleaving_of_two_editors_loses_a_text(
    asked_item: Item,
    open_round: Round,
    coordinator: User,
    deputy: User,
    now: datetime,
    steps: list[tuple[int, str, str]],
) -> None:
    """Each save writes a text of its own; it stands, was overwritten by one who had seen it, or was refused."""
    outer = db.session.begin_nested()
    people, forms = (coordinator, deputy), [draft_of(None, None)] * 2
    stands: dict[str, str] = {}
    shown: list[dict[str, str]] = [{}, {}]
    for number, (who, act, name) in enumerate(steps):
        update = db.session.scalar(sa.select(Update).filter_by(item_id=asked_item.id))
        if act == "open":
            forms[who], shown[who] = draft_of(update, None), dict(stands)
            continue
        text = f"text {number}"
        mine = Typed(base=forms[who].seen, answer=replace(forms[who].answer, **{name: text}))
        conflict = saved(asked_item, open_round, mine, by=people[who], at=now)
        has_seen = stands.get(name, "") == shown[who].get(name, "")
        assert (conflict is None) == has_seen, "only what changed unseen is a conflict, and nothing unseen goes"
        if conflict is None:
            stands[name] = text
        else:
            assert name in conflict.merged.conflicts
            assert getattr(conflict.merged.answer, name) == text
        update = db.session.scalar(sa.select(Update).filter_by(item_id=asked_item.id))
        found = answer_of(update) if update is not None else DraftAnswer()
        assert {name: getattr(found, name) for name in stands} == stands
    outer.rollback()


def saved(item: Item, round_: Round, mine: Typed, *, by: User, at: datetime) -> DraftConflict | None:
    """Save, or return the conflict that stood against it."""
    try:
        with db.session.begin_nested():
            save_typed(item, round_, mine, by=by, at=at)
    except DraftConflict as conflict:
        return conflict
    return None
