"""A person's list of work in the open round, and "no change" for what has not changed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine

from tests.client import TrackerClient, page
from tests.factories import (
    AssignmentFactory,
    CommitmentFactory,
    ExtensionFactory,
    ItemFactory,
    MembershipFactory,
    RoundFactory,
    UpdateFactory,
    reported,
)
from tests.progress.pages import fields_in
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision, Update
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")


@pytest.fixture
def make_item(party: Party, instrument: Instrument) -> Callable[[str], Item]:
    return lambda code: ItemFactory.create(
        party=party, commitment=CommitmentFactory.create(code=code, title=f"Title of {code}", instrument=instrument)
    )


@pytest.fixture
def accepted_before(
    make_item: Callable[[str], Item], earlier_round: Round, open_round: Round, coordinator: User
) -> list[Item]:
    """Three items with an answer accepted in the round before."""
    items = [make_item(f"BRDO-2018-0{number}") for number in (1, 2, 3)]
    for item in items:
        reported(item, earlier_round, coordinator, state=UpdateState.ACCEPTED)
    return items


def codes(client: TrackerClient, address: str = "/work") -> list[str]:
    return [row["id"] for row in page(client.get(address)).select("li.item")]


def buttons(client: TrackerClient, code: str) -> str:
    row = page(client.get("/work")).find(id=code)
    assert row is not None
    return row.select_one(".actions").text.strip()  # type: ignore[union-attr, no-any-return]


def test_the_list_shows_state_and_what_to_do(
    client: TrackerClient,
    coordinator: User,
    make_item: Callable[[str], Item],
    open_round: Round,
    accepted_before: list[Item],
) -> None:
    draft, returned, sent, done, new = (make_item(code) for code in ("DRAFT", "BACK", "SENT", "DONE", "NEW"))
    UpdateFactory.create(item=draft, round=open_round, drafted_at=datetime(2026, 11, 20, tzinfo=UTC))
    reported(returned, open_round, coordinator, state=UpdateState.RETURNED)
    reported(sent, open_round, coordinator)
    reported(done, open_round, coordinator, state=UpdateState.ACCEPTED)
    client.sign_in(coordinator)

    assert buttons(client, "DRAFT").startswith("Continue")
    assert buttons(client, "BACK").startswith("Correct")
    assert buttons(client, "SENT") == buttons(client, "DONE") == ""
    assert buttons(client, "NEW").startswith("Update")
    assert buttons(client, "BRDO-2018-01").startswith("No change")
    assert new.id
    shown = page(client.get("/work"))
    assert "2 of 8" in shown.select_one(".deadline").text  # type: ignore[union-attr]
    assert "One update came back to you." in shown.select_one(".notice").text  # type: ignore[union-attr]
    assert [link.text.split()[-1] for link in shown.select(".views a")] == ["8", "6", "1", "1", "2"]
    assert codes(client, "/work?state=drafts") == ["DRAFT"]
    assert codes(client, "/work?state=returned") == ["BACK"]
    assert set(codes(client, "/work?state=done")) == {"SENT", "DONE"}
    assert "SENT" not in codes(client, "/work?state=todo")


def test_items_are_grouped_by_instrument_or_theme(
    client: TrackerClient, coordinator: User, accepted_before: list[Item]
) -> None:
    client.sign_in(coordinator)

    assert [h.text for h in page(client.get("/work")).select("section h2")][1:] == ["Joint Declaration, Brdo 2018"]
    assert len(page(client.get("/work?group=theme")).select("section h2")) == 1 + 3


@pytest.mark.parametrize("address", ["/work?state=lost", "/work?group=%00", "/work?party=RS", "/work?party=99&state=x"])
def test_unknown_filters_show_everything_and_say_so(
    client: TrackerClient, coordinator: User, accepted_before: list[Item], address: str
) -> None:
    client.sign_in(coordinator)

    response = client.get(address)

    assert len(page(response).select("li.item")) == 3
    assert "There is no such" in response.text


def test_only_what_the_round_asks_about_is_listed(
    client: TrackerClient, coordinator: User, asked_item: Item, party: Party, other_party: Party
) -> None:
    ItemFactory.create(party=party)
    ItemFactory.create(party=other_party, commitment=asked_item.commitment)

    assert codes(client.sign_in(coordinator)) == ["BRDO-2018-05"]


def test_contributors_see_what_is_in_their_hands(
    client: TrackerClient, contributor: User, accepted_before: list[Item], open_round: Round, earlier_round: Round
) -> None:
    client.sign_in(contributor)
    assert "Nothing is in your hands yet" in client.get("/work").text
    AssignmentFactory.create(item=accepted_before[1], round_id=open_round.id, person=contributor)
    AssignmentFactory.create(item=accepted_before[2], round_id=earlier_round.id, person=contributor)

    assert codes(client) == ["BRDO-2018-02"]
    assert buttons(client, "BRDO-2018-02").startswith("Update")
    assert client.post(f"/items/{accepted_before[1].id}/no-change").status_code == 403
    assert client.get("/work/no-change").status_code == 403


def test_who_fills_it_in_stands_beside_the_title(
    client: TrackerClient, coordinator: User, contributor: User, accepted_before: list[Item], open_round: Round
) -> None:
    accepted_before[0].lead_institution = "Ministry of Justice"
    AssignmentFactory.create(item=accepted_before[1], round_id=open_round.id, person=contributor)
    rows = page(client.sign_in(coordinator).get("/work")).select(".main-cell span")

    assert [row.text for row in rows] == ["Ministry of Justice", "Contributor", "Nobody is named yet"]


def test_people_of_several_parties_choose(
    client: TrackerClient, coordinator: User, other_party: Party, asked_item: Item
) -> None:
    MembershipFactory.create(person=coordinator, party=other_party, role=Role.COORDINATOR)
    ItemFactory.create(party=other_party, commitment=asked_item.commitment)
    client.sign_in(coordinator)

    assert "Albania reports on 1 commitment" in client.get("/work").text
    assert "Serbia reports on 1 commitment" in client.get("/work?party=RS").text


@pytest.mark.parametrize(
    ("zone", "day", "said"),
    [
        ("Europe/Tirane", 23, ["21", "Due Monday 14 December 2026, 23:59", "Tirana time, the same as in Vienna"]),
        (
            "Europe/Chisinau",
            23,
            ["Due Tuesday 15 December 2026, 00:59", "In Vienna: Monday 14 December"],
        ),
        ("Europe/Vienna", 23, ["Vienna time."]),
        ("Europe/Tirane", 38, ["6", "days left", "is-soon"]),
        ("Europe/Tirane", 44, ["Today"]),
        ("Europe/Tirane", 47, ["3", "days late", "is-late", "until 8 January 2027"]),
    ],
)
def test_the_deadline_is_told_in_the_persons_zone(
    client: TrackerClient, coordinator: User, asked_item: Item, zone: str, day: int, said: list[str]
) -> None:
    coordinator.timezone = zone
    db.session.commit()
    with time_machine.travel(datetime(2026, 11, 1, 9, tzinfo=UTC).replace(day=1), tick=False) as clock:
        clock.shift((day - 1) * 86400)
        shown = page(client.sign_in(coordinator).get("/work")).select_one(".deadline")

    for words in said:
        assert words in str(shown)


def test_an_extension_moves_the_deadline(
    client: TrackerClient, coordinator: User, asked_item: Item, open_round: Round, party: Party, secretariat: User
) -> None:
    ExtensionFactory.create(round=open_round, party=party, due_on=date(2026, 12, 18), granted_by_id=secretariat.id)

    shown = client.sign_in(coordinator).get("/work").text

    assert "Due Friday 18 December 2026" in shown
    assert "the others are due on 14 December 2026" in shown


def test_without_a_round_the_page_says_when_the_next_opens(
    client: TrackerClient, coordinator: User, instrument: Instrument
) -> None:
    client.sign_in(coordinator)
    assert "no date is planned yet" in client.get("/work").text
    RoundFactory.create(instruments=[instrument], opens_on=date(2026, 12, 1))

    shown = client.get("/work").text

    assert "opens on 1 December 2026" in shown
    assert "due on 14 December 2026" in shown


def test_the_list_costs_as_many_statements_for_fifty_items_as_for_five(
    client: TrackerClient,
    coordinator: User,
    contributor: User,
    make_item: Callable[[str], Item],
    open_round: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def add(number: int) -> None:
        item = make_item(f"C-{number:02d}")
        if number % 2:
            reported(item, open_round, coordinator)
        AssignmentFactory.create(item=item, round_id=open_round.id, person=contributor)

    def statements(person: User) -> int:
        db.session.expire_all()
        client.sign_in(person)
        with recording_sql() as recorded:
            assert client.get("/work").status_code == 200
        return len(recorded)

    for number in range(5):
        add(number)
    few = statements(coordinator), statements(contributor)
    for number in range(5, 50):
        add(number)

    assert (statements(coordinator), statements(contributor)) == few
    assert max(few) <= 8


def test_no_change_submits_the_last_answer_again(
    client: TrackerClient, coordinator: User, accepted_before: list[Item]
) -> None:
    client.sign_in(coordinator)
    item = accepted_before[0]
    row = page(client.get("/work")).find(id="BRDO-2018-01")
    key = {"key": row.select_one("input[name=key]")["value"]}  # type: ignore[union-attr]

    answers = [client.post(f"/items/{item.id}/no-change", data=key) for _ in range(2)]

    assert [answer.location for answer in answers] == ["/work?party=AL#BRDO-2018-01"] * 2
    revisions = db.session.scalars(sa.select(Revision).filter_by(item_id=item.id).order_by(Revision.id)).all()
    assert len(revisions) == 2
    assert revisions[1].unchanged_from_id == revisions[0].id
    assert buttons(client, "BRDO-2018-01") == ""


def test_no_change_is_refused_where_it_is_not_offered(
    client: TrackerClient,
    coordinator: User,
    make_item: Callable[[str], Item],
    accepted_before: list[Item],
    open_round: Round,
) -> None:
    never = make_item("NEVER")
    UpdateFactory.create(item=accepted_before[0], round=open_round, drafted_at=datetime(2026, 11, 20, tzinfo=UTC))
    reported(accepted_before[1], open_round, coordinator, state=UpdateState.RETURNED)
    client.sign_in(coordinator)

    for item in (never, *accepted_before[:2]):
        assert "No change" not in buttons(client, item.commitment.code)
        assert client.post(f"/items/{item.id}/no-change").status_code == 409


def test_everything_unchanged_goes_after_a_look_at_the_list(
    client: TrackerClient, coordinator: User, accepted_before: list[Item], open_round: Round
) -> None:
    client.sign_in(coordinator)
    sent = fields_in(client.get("/work/no-change"))
    assert len(sent["items"]) == 3

    keeps = sent | {"items": sent["items"][:2]}
    answers = [client.post("/work/no-change", data=keeps) for _ in range(2)]

    assert [answer.location for answer in answers] == ["/work?party=AL"] * 2
    states = db.session.scalars(sa.select(Update.item_id).filter_by(round_id=open_round.id, state="submitted"))
    assert set(states) == {item.id for item in accepted_before[:2]}
    assert "2 answers are submitted without change" in client.get("/work").text


@pytest.fixture
def personal(
    make_item: Callable[[str], Item], accepted_before: list[Item], earlier_round: Round, coordinator: User
) -> Item:
    """A fourth item, whose accepted answer looks like it holds personal data."""
    item = make_item("BRDO-2018-09")
    reported(item, earlier_round, coordinator, state=UpdateState.ACCEPTED, narrative="Ask a@b.example.")
    return item


def test_no_change_on_what_looks_like_personal_data_asks_for_a_second_look(
    client: TrackerClient, coordinator: User, personal: Item, open_round: Round
) -> None:
    answer = client.sign_in(coordinator).post(f"/items/{personal.id}/no-change")

    assert answer.location == f"/work/no-change?party=AL&item={personal.id}"
    sent = fields_in(client.get(answer.location))
    assert len(sent["items"]) == 1, "the others are not slipped in"
    assert "Look at the texts of BRDO-2018-09 again" in client.post(answer.location, data=sent).text
    assert db.session.scalar(sa.select(sa.func.count(Revision.id)).filter_by(round_id=open_round.id)) == 0
    assert client.post(answer.location, data=sent | {"looked_again": sent["items"]}).status_code == 302
    assert db.session.scalars(sa.select(Update.state).filter_by(round_id=open_round.id)).all() == ["submitted"]
    confirmed = db.session.scalars(sa.select(AuditEvent).filter_by(act="update.personal_data_confirmed")).one()
    assert confirmed.content == '{"fields":["narrative"],"kinds":["email"]}'


def test_the_bulk_says_which_rows_need_a_second_look(
    client: TrackerClient, coordinator: User, personal: Item, open_round: Round
) -> None:
    shown = page(client.sign_in(coordinator).get("/work/no-change"))
    sent = fields_in(client.get("/work/no-change"))

    assert len(shown.select("input[name=looked_again]")) == 1
    assert shown.select_one(f"#l-{personal.id}")
    assert "Look at the texts of BRDO-2018-09 again" in client.post("/work/no-change", data=sent).text
    others = [value for value in sent["items"] if not value.startswith(f"{personal.id}-")]
    assert client.post("/work/no-change", data=sent | {"items": others}).status_code == 302
    assert db.session.scalar(sa.select(sa.func.count(Revision.id)).filter_by(round_id=open_round.id)) == 3


def test_what_was_begun_meanwhile_stops_the_bulk(
    client: TrackerClient, coordinator: User, accepted_before: list[Item], open_round: Round
) -> None:
    client.sign_in(coordinator)
    sent = fields_in(client.get("/work/no-change"))
    UpdateFactory.create(item=accepted_before[0], round=open_round, drafted_at=datetime(2026, 11, 20, tzinfo=UTC))

    response = client.post("/work/no-change", data=sent)

    assert "Look at the list again" in response.text
    assert len(page(response).select("main .choice")) == 2
    assert db.session.scalar(sa.select(sa.func.count(Revision.id)).filter_by(round_id=open_round.id)) == 0


@pytest.mark.parametrize("items", [[], ["999-1"], ["²"], ["1"], ["x" * 3000]])
def test_bulk_takes_only_what_it_offered(
    client: TrackerClient, coordinator: User, accepted_before: list[Item], open_round: Round, items: list[str]
) -> None:
    response = client.sign_in(coordinator).post("/work/no-change", data={"items": items})

    assert response.status_code == 200
    assert page(response).select_one(".error-summary")
    assert db.session.scalar(sa.select(sa.func.count(Revision.id)).filter_by(round_id=open_round.id)) == 0
