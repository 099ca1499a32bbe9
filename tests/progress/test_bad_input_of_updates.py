"""Whatever is sent to the forms of reporting, the answer is a clear sentence and the typed text stays."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import reported
from tests.progress.pages import address_of, save, typed
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.forms.updating import LIMITS
from tracker.progress.models import Evidence, EvidenceKind, Item, Step, Update
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")


def stored() -> Update | None:
    return db.session.scalars(sa.select(Update)).one_or_none()


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_that_is_too_long_names_its_limit(
    client: TrackerClient, coordinator: User, asked_item: Item, name: str
) -> None:
    client.sign_in(coordinator)
    at_limit, beyond = "ж" * LIMITS[name], "ж" * (LIMITS[name] + 1)

    refused = client.post(address_of(asked_item), data=typed(client, asked_item, **{name: beyond}))
    assert f"at most {LIMITS[name]} characters; this has {LIMITS[name] + 1}" in refused.text
    assert beyond in refused.text
    assert stored() is None

    save(client, asked_item, **{name: at_limit})
    assert getattr(stored(), name) == at_limit


BAD = [
    ("status", "finished", "Choose one of the lines."),
    ("status", "\x00", "Choose one of the lines."),
    ("help_kind", "money", "Choose one of the kinds."),
    ("share_kind", "in_place", "Choose one of the kinds."),
    ("cleared_on", "2026-02-30", "Enter a real date"),
    ("cleared_on", "soon\x00", "Enter a real date"),
    ("cleared_on", "0001-01-01", "Enter a day between 1990 and 2099."),
    ("cleared_on", "9999-12-31", "Enter a day between 1990 and 2099."),
    ("cleared_on", "2026-12-01", "it cannot lie ahead"),
    ("evidence", "999999", "no longer there"),
    ("evidence", "²", "no longer there"),
    ("evidence", "9" * 5000, "no longer there"),
    ("links-0-url", "javascript:alert(1)", "begins with https://"),
    ("links-0-url", "java\x00script:alert(1)", "begins with https://"),
    ("links-0-url", "data:text/html,x", "begins with https://"),
    ("links-0-url", "https://", "begins with https://"),
    ("links-0-url", "//evil.example/", "begins with https://"),
    ("links-0-url", "https://gov.example/" + "a" * 3000, "at most 2000 characters"),
    ("links-0-title", "Law", "Enter the web address"),
]


@pytest.mark.parametrize(("name", "value", "said"), BAD)
def test_bad_input_is_refused_beside_its_field(
    client: TrackerClient, coordinator: User, asked_item: Item, name: str, value: str, said: str
) -> None:
    client.sign_in(coordinator)

    response = client.post(
        address_of(asked_item), data=typed(client, asked_item, narrative="A text to keep.") | {name: value}
    )

    assert response.status_code == 200
    assert said in page(response).select_one(".error-summary").text  # type: ignore[union-attr]
    assert "A text to keep." in response.text
    assert stored() is None


@pytest.mark.parametrize(
    "sent",
    [
        {"links-99999999999999999999-url": "https://gov.example/"},
        {"links-²-url": "https://gov.example/"},
        {"links-x": "y", "links": "z", "links-0": "https://gov.example/"},
        {f"links-{number}-title": "" for number in range(900)},
        {"take-narrative": "theirs", "take-nothing": "mine", "take-status": "everything"},
        {"needs_help": "\x00", "is_restricted": "maybe"},
    ],
)
def test_made_up_fields_break_nothing(
    client: TrackerClient, coordinator: User, asked_item: Item, sent: dict[str, str]
) -> None:
    client.sign_in(coordinator)

    response = client.post(address_of(asked_item), data=typed(client, asked_item) | sent)

    assert response.status_code == 302


def test_control_characters_are_taken_out(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)

    save(client, asked_item, narrative="  One\x00\r\nTwo\u200b  ", cleared_by_name="A\nB\x07")

    update = stored()
    assert update is not None
    assert (update.narrative, update.cleared_by_name) == ("One\nTwo", "A B")


def test_typed_markup_is_shown_as_text(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)

    save(client, asked_item, narrative="</textarea><script>alert(1)</script>{{ 7 * 7 }}")

    shown = client.get(address_of(asked_item)).text
    assert "<script>alert" not in shown
    assert "{{ 7 * 7 }}" in shown


def test_fields_that_the_form_does_not_have_change_nothing(
    client: TrackerClient, coordinator: User, asked_item: Item, other_party: Party, open_round: Round
) -> None:
    client.sign_in(coordinator)
    extra = {
        "party_id": str(other_party.id),
        "item_id": "1",
        "round_id": "77",
        "state": "accepted",
        "version": "99",
        "author_id": "1",
        "latest_revision_id": "1",
        "accepted_revision_id": "1",
        "submitted_at": "2020-01-01",
        "return_reason": "x",
        "is_admin": "1",
    }

    save(client, asked_item, narrative="The fund", **extra)

    update = stored()
    assert update is not None
    assert (update.state, update.version, update.author_id) == (UpdateState.DRAFT, 1, coordinator.id)
    assert (update.item_id, update.round_id) == (asked_item.id, open_round.id)
    assert (update.latest_revision_id, update.accepted_revision_id, update.return_reason) == (None, None, "")


def test_another_partys_documents_cannot_be_named(
    client: TrackerClient, coordinator: User, asked_item: Item, other_party: Party
) -> None:
    theirs = Evidence(party_id=other_party.id, kind=EvidenceKind.LINK, title="Paper of others")
    db.session.add(theirs)
    db.session.commit()
    client.sign_in(coordinator)

    response = client.post(address_of(asked_item), data=typed(client, asked_item) | {"evidence": str(theirs.id)})

    assert "no longer there" in response.text
    assert "Paper of others" not in response.text


def test_json_is_no_form(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)

    assert client.post(address_of(asked_item), json={"narrative": "x"}).status_code == 415


@pytest.mark.parametrize("key", ["", "x" * 5000, "\x00", "../..", "0" * 32])
def test_a_made_up_key_is_a_key_like_any_other(
    client: TrackerClient, coordinator: User, asked_item: Item, earlier_round: Round, key: str
) -> None:
    reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED)
    client.sign_in(coordinator)

    response = client.post(f"/items/{asked_item.id}/no-change", data={"key": key})

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"steps-0-what": "ж" * 501}, "at most 500 characters"),
        ({"steps-0-what": "", "steps-0-responsible": "Ministry"}, "Say what is done"),
        ({"steps-0-what": "x", "steps-0-due_on": "31.02.2027"}, "Enter a real date"),
        ({"target_on": "2500-01-01"}, "Enter a day between 1990 and 2099."),
        ({"lead_institution": "x" * 301}, "at most 300 characters"),
    ],
)
def test_bad_plans_are_refused_beside_their_field(
    client: TrackerClient, coordinator: User, asked_item: Item, sent: dict[str, str], said: str
) -> None:
    response = client.sign_in(coordinator).post(f"/items/{asked_item.id}/edit", data=sent)

    assert response.status_code == 200
    assert said in response.text
    assert db.session.scalar(sa.select(sa.func.count(Step.id))) == 0


def test_dates_are_read_as_people_of_the_region_write_them(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)

    save(client, asked_item, cleared_on="19.11.2026")

    assert stored().cleared_on == date(2026, 11, 19)  # type: ignore[union-attr]
