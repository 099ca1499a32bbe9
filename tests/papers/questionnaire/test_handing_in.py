"""A party fills its questionnaire in elsewhere, hands it in, sees what would change, and takes what it wants."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.client import TrackerClient, page
from tests.factories import reported
from tests.papers.questionnaire.conftest import Get, HandIn
from tests.papers.questionnaire.samples import with_answers, with_cells
from tests.progress.pages import fields_in, save
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.papers.questionnaire.standing import asked_items
from tracker.parties.models import Party
from tracker.progress.models import Item, Step, Update
from tracker.progress.services.drafting import find_update
from tracker.progress.services.planning import plan_of
from tracker.progress.services.saving import draft_of, last_accepted
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time", "asked_item")


def update_of(item: Item) -> Update | None:
    return db.session.scalars(sa.select(Update).filter_by(item_id=item.id)).one_or_none()


def address_in(response: TestResponse) -> str:
    return response.request.path


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq)))


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@pytest.mark.parametrize("holds", ["drafts", "empty"])
def test_an_untouched_questionnaire_changes_nothing(
    client: TrackerClient, coordinator: User, asked_item: Item, getting: Get, handing_in: HandIn, kind: str, holds: str
) -> None:
    save(client.sign_in(coordinator), asked_item, narrative="=1+1\n\nДруго", status="in_use")

    response = handing_in(getting(kind, holds=holds), f"questionnaire.{kind}")

    assert "Nothing differs" in response.text
    assert "could not be read" not in response.text


def test_the_difference_is_shown_and_nothing_is_taken_before_the_person_says_so(
    client: TrackerClient, coordinator: User, asked_item: Item, second_item: Item, getting: Get, handing_in: HandIn
) -> None:
    save(client.sign_in(coordinator), asked_item, narrative="The fund was set up.")
    content = with_cells(
        getting(),
        {
            ("BRDO-2018-05", "narrative"): "The fund was set up and paid.",
            ("BRDO-2018-05", "status"): "In place and used",
            ("BRDO-2018-06", "narrative"): "A round table was held.",
        },
    )

    shown = handing_in(content)

    assert "and paid" in [tag.text.strip() for tag in page(shown).select("ins")]
    assert "2 items differ" in shown.text
    update = update_of(asked_item)
    assert update is not None
    assert update.narrative == "The fund was set up."
    assert update_of(second_item) is None

    response = client.post(address_in(shown), data=fields_in(shown) | {"items": ["BRDO-2018-05"]})

    assert response.location == "/work?party=AL"
    assert (update.narrative, update.status) == ("The fund was set up and paid.", Status.IN_USE)
    assert update.state is UpdateState.DRAFT
    assert update_of(second_item) is None
    assert acts()[-2:] == ["update.saved", "questionnaire.taken"]


def test_a_repeated_click_takes_once(
    client: TrackerClient, coordinator: User, asked_item: Item, getting: Get, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)
    shown = handing_in(with_cells(getting(), {("BRDO-2018-05", "narrative"): "New."}))
    sent = fields_in(shown)

    client.post(address_in(shown), data=sent)
    again = client.post(address_in(shown), data=sent)

    assert again.status_code == 302
    assert acts().count("questionnaire.taken") == 1
    update = update_of(asked_item)
    assert update is not None
    assert update.version == 1
    assert "Nothing differs" in client.get(address_in(shown)).text


def test_a_document_is_taken_like_a_workbook(
    client: TrackerClient, coordinator: User, asked_item: Item, getting: Get, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)
    content = with_answers(
        getting("docx"),
        {("BRDO-2018-05", "narrative"): "Први пасус.\n\nAl doilea.", ("BRDO-2018-05", "status"): "In preparation"},
    )

    shown = handing_in(content, "одговори.docx")
    client.post(address_in(shown), data=fields_in(shown))

    update = update_of(asked_item)
    assert update is not None
    assert (update.narrative, update.status) == ("Први пасус.\n\nAl doilea.", Status.IN_PREPARATION)


@pytest.mark.parametrize(
    ("side", "stands"), [("mine", "From the file."), ("theirs", "Meanwhile."), ("both", "Meanwhile.\n\nFrom the file.")]
)
def test_what_somebody_saved_meanwhile_stands_beside_and_the_person_chooses(
    client: TrackerClient,
    coordinator: User,
    deputy: User,
    asked_item: Item,
    getting: Get,
    handing_in: HandIn,
    side: str,
    stands: str,
) -> None:
    save(client.sign_in(coordinator), asked_item, narrative="Before.")
    content = with_cells(
        getting(), {("BRDO-2018-05", "narrative"): "From the file.", ("BRDO-2018-05", "obstacles"): "No budget."}
    )
    save(client.sign_in(deputy), asked_item, narrative="Meanwhile.", next_steps="Theirs alone.")

    shown = handing_in(content)

    assert "One draft was saved after the file was made." in shown.text
    assert "Deputy saved the draft on" in shown.text
    assert page(shown).select_one("#clash-BRDO-2018-05-narrative") is not None
    assert page(shown).select_one("#clash-BRDO-2018-05-obstacles") is None
    assert fields_in(shown).get("items") is None, "nobody overwrites others in passing"
    client.post(
        address_in(shown), data=fields_in(shown) | {"items": ["BRDO-2018-05"], "take-BRDO-2018-05-narrative": side}
    )
    update = update_of(asked_item)
    assert update is not None
    assert (update.narrative, update.obstacles, update.next_steps) == (stands, "No budget.", "Theirs alone.")


def test_a_save_after_the_difference_was_shown_stops_everything_and_shows_it_again(
    client: TrackerClient, coordinator: User, asked_item: Item, second_item: Item, getting: Get, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)
    content = with_cells(
        getting(), {("BRDO-2018-05", "narrative"): "From the file.", ("BRDO-2018-06", "narrative"): "Second."}
    )
    shown = handing_in(content)
    sent = fields_in(shown)
    save(client, asked_item, narrative="Meanwhile.")

    response = client.post(address_in(shown), data=sent)

    assert response.status_code == 409
    assert "Nothing was taken." in response.text
    assert page(response).select_one("#clash-BRDO-2018-05-narrative") is not None
    update = update_of(asked_item)
    assert update is not None
    assert update.narrative == "Meanwhile."
    assert update_of(second_item) is None
    chosen = fields_in(response) | {"items": ["BRDO-2018-05"], "take-BRDO-2018-05-narrative": "both"}
    client.post(address_in(shown), data=chosen)
    assert update.narrative == "Meanwhile.\n\nFrom the file."


def test_fields_that_were_tampered_with_overwrite_nothing(
    client: TrackerClient, coordinator: User, asked_item: Item, getting: Get, handing_in: HandIn
) -> None:
    save(client.sign_in(coordinator), asked_item, narrative="Before.")
    shown = handing_in(with_cells(getting(), {("BRDO-2018-05", "narrative"): "New."}))

    for broken in ({"seen-BRDO-2018-05": "x"}, {"items": ["BRDO-9999-01"]}, {"items": []}):
        response = client.post(address_in(shown), data=fields_in(client.get(address_in(shown))) | broken)
        assert response.status_code in (200, 409)
        assert "Nothing was taken." in response.text
    update = update_of(asked_item)
    assert update is not None
    assert update.narrative == "Before."


def test_no_change_is_told_and_not_submitted(
    client: TrackerClient,
    coordinator: User,
    asked_item: Item,
    second_item: Item,
    earlier_round: Round,
    getting: Get,
    handing_in: HandIn,
) -> None:
    reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED)
    client.sign_in(coordinator)
    content = with_cells(
        getting(),
        {
            ("BRDO-2018-05", "no_change"): "yes",
            ("BRDO-2018-06", "no_change"): "yes",
            ("BRDO-2018-06", "narrative"): "But it did change.",
        },
    )

    shown = handing_in(content)

    assert "No change on 1 item" in shown.text
    assert page(shown).select_one('a[href="/work/no-change?party=AL"]') is not None
    assert "“No change” says yes, but the answer was changed." in shown.text
    assert fields_in(shown).get("items") is None
    assert db.session.scalars(sa.select(Update).where(Update.state == UpdateState.SUBMITTED)).all() == []


def test_steps_are_taken_by_coordinators_and_not_over_newer_ones(
    client: TrackerClient, coordinator: User, asked_item: Item, getting: Get, handing_in: HandIn
) -> None:
    db.session.add(Step(item_id=asked_item.id, position=1, what="Adopt the by-law", responsible="Ministry"))
    db.session.commit()
    client.sign_in(coordinator)
    empty = getting()
    content = with_cells(empty, {("BRDO-2018-05", "step"): "Adopt and publish the by-law"}, sheet="Steps")

    shown = handing_in(content)
    client.post(address_in(shown), data=fields_in(shown))

    assert [step.what for step in plan_of(asked_item).steps] == ["Adopt and publish the by-law"]
    assert acts()[-2:] == ["item.planned", "questionnaire.taken"]
    other = handing_in(with_cells(empty, {("BRDO-2018-05", "step"): "Something else"}, sheet="Steps"))
    assert "those of the file are not taken" in other.text
    assert page(other).select("input[name=items]") == []


def test_what_is_with_the_secretariat_cannot_be_taken(
    client: TrackerClient, coordinator: User, asked_item: Item, open_round: Round, getting: Get, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)
    content = with_cells(getting(), {("BRDO-2018-05", "narrative"): "Too late."})
    reported(asked_item, open_round, coordinator)

    shown = handing_in(content)

    assert "It is with the Secretariat or accepted, so nothing can be taken." in shown.text
    assert page(shown).select("input[name=items]") == []
    assert client.post(address_in(shown), data={"items": ["BRDO-2018-05"]}).status_code == 200


def test_findings_are_shown_cell_by_cell(
    client: TrackerClient, coordinator: User, getting: Get, handing_in: HandIn
) -> None:
    client.sign_in(coordinator)

    shown = handing_in(with_cells(getting(), {("BRDO-2018-05", "status"): "Pretty <b>good</b>"}))

    assert "One thing could not be read" in shown.text
    (finding,) = page(shown).select(".findings li")
    assert finding.text == ("Answers!G4: “Pretty <b>good</b>” is not one of the statuses. Choose one from the list.")


def test_the_page_of_differences_costs_the_same_for_any_number_of_items(
    client: TrackerClient,
    coordinator: User,
    asked_item: Item,
    second_item: Item,
    getting: Get,
    handing_in: HandIn,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(coordinator)
    content = getting()
    one = address_in(handing_in(with_cells(content, {("BRDO-2018-05", "narrative"): "One."})))
    two = address_in(
        handing_in(with_cells(content, {(code, "narrative"): "Two." for code in ("BRDO-2018-05", "BRDO-2018-06")}))
    )

    with recording_sql() as for_one:
        client.get(one)
    with recording_sql() as for_two:
        client.get(two)

    assert len(for_two) == len(for_one)
    assert len(for_one) <= 15, for_one


def test_drafts_are_read_all_at_once_as_the_form_reads_them(
    client: TrackerClient,
    coordinator: User,
    party: Party,
    open_round: Round,
    earlier_round: Round,
    asked_item: Item,
    second_item: Item,
) -> None:
    reported(second_item, earlier_round, coordinator, state=UpdateState.ACCEPTED)
    save(
        client.sign_in(coordinator),
        asked_item,
        narrative="Draft.",
        **{"links-0-title": "Law", "links-0-url": "https://gov.example/law"},
    )

    found = asked_items(party.id, open_round.id)

    assert [each.code for each in found] == ["BRDO-2018-05", "BRDO-2018-06"]
    for each, item in zip(found, (asked_item, second_item), strict=True):
        assert each.draft == draft_of(find_update(item, open_round), last_accepted(item))
        assert each.plan.mark == plan_of(item).mark
