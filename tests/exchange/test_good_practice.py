"""The register of good practice: nominated by the Secretariat, listed only with the consent of the party."""

import pytest
import sqlalchemy as sa
import time_machine

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted
from tests.exchange.test_board import BEFORE, OFFER, SHARED
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.exchange.models import GoodPractice
from tracker.exchange.workflow import PracticeState
from tracker.mail.models import Notification
from tracker.meetings.models import Round
from tracker.oversight.services.redaction import ask_redaction, confirm_redaction
from tracker.progress.models import Item, Update
from tracker.progress.statuses import Status

NOMINATION = {"text_used": "offer", "title": "A law that others can use", "contact": "", "note": "Clear and short."}
CONTACT = {"contact": "Head of the compensation unit, Ministry of Justice"}
NO_GO = {"reason": "The law is being changed."}


def nominated(client: TrackerClient, secretariat: User, item: Item) -> str:
    """Nominate the item's answer; return the address of the nomination."""
    sent = client.sign_in(secretariat).post(f"/items/{item.id}/good-practice", data=NOMINATION)
    assert sent.status_code == 302, sent.text
    return str(sent.location)


def in_register(client: TrackerClient, person: User) -> bool:
    client.sign_in(person)
    texts = [client.get(address).text for address in ("/good-practice", "/good-practice.csv", "/good-practice?q=zakon")]
    found = {"Our law, with a commentary." in text for text in texts[:2]}
    assert len(found) == 1, "the page and the file show the same"
    assert "Our law" not in texts[2]
    return found.pop()


def test_nothing_is_listed_before_the_party_consents_and_nothing_after_it_withdraws(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, observer: User, item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE, **OFFER)
    address = nominated(client, secretariat, item)
    mail = db.session.scalars(sa.select(Notification).where(Notification.kind == "practice_nominated")).all()
    assert [each.person_id for each in mail] == [coordinator.id]
    assert [in_register(client, person) for person in (coordinator, peer, observer)] == [False] * 3
    assert client.sign_in(peer).get(address).status_code == 404
    assert "Clear and short." in client.sign_in(coordinator).get(address).text

    assert client.post(f"{address}/consent", data=CONTACT).location == address
    assert [in_register(client, person) for person in (coordinator, peer, observer)] == [True] * 3
    assert "Head of the compensation unit" in client.sign_in(peer).get(address).text
    assert "Clear and short." not in client.get(address).text

    client.sign_in(coordinator).post(f"{address}/withdraw", data=NO_GO)
    assert [in_register(client, person) for person in (coordinator, peer, observer)] == [False] * 3
    assert client.sign_in(peer).get(address).status_code == 404
    acts = db.session.scalars(sa.select(AuditEvent.act).where(AuditEvent.act.startswith("practice.")))
    assert list(acts) == ["practice.nominated", "practice.consented", "practice.withdrawn"]


@pytest.mark.parametrize(("moment", "is_shared"), [(BEFORE, False), (SHARED, True)])
def test_consent_does_not_share_an_answer_before_its_day(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, item: Item, winter: Round, moment: str,
    is_shared: bool,
) -> None:  # fmt: skip
    accepted(item, winter, coordinator, Status.IN_PLACE, **OFFER)
    address = nominated(client, secretariat, item)
    client.sign_in(coordinator).post(f"{address}/consent", data=CONTACT)

    with time_machine.travel(moment, tick=False):
        assert in_register(client, coordinator)
        assert in_register(client, secretariat)
        assert in_register(client, peer) is is_shared
        assert client.sign_in(peer).get(address).status_code == (200 if is_shared else 404)


def test_an_answer_that_is_replaced_in_its_round_leaves_the_register_of_others(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE, **OFFER)
    address = nominated(client, secretariat, item)
    client.sign_in(coordinator).post(f"{address}/consent", data=CONTACT)
    update = db.session.scalars(sa.select(Update).filter_by(item_id=item.id)).one()
    update.accepted_revision_id, update.state = None, "returned"
    db.session.commit()

    assert not in_register(client, peer)


def test_a_redaction_of_the_answer_reaches_the_register(
    client: TrackerClient, secretariat: User, coordinator: User, administrator: User, peer: User, item: Item,
    spring: Round,
) -> None:  # fmt: skip
    accepted(item, spring, coordinator, Status.IN_PLACE, **OFFER)
    address = nominated(client, secretariat, item)
    client.sign_in(coordinator).post(f"{address}/consent", data=CONTACT)
    practice = db.session.scalars(sa.select(GoodPractice)).one()
    request = ask_redaction(practice.revision, reason="A person was named.", by=administrator, at=utc_now())
    db.session.commit()
    confirm_redaction(request, by=secretariat, at=utc_now())
    db.session.commit()

    for where in ("/good-practice", "/good-practice.csv", address, "/needs-and-offers", "/needs-and-offers.csv"):
        assert "Our law" not in client.sign_in(peer).get(where).text
    assert "A person was named." in client.get(address).text


def test_the_party_declines_with_a_reason_that_others_do_not_read(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE, **OFFER)
    address = nominated(client, secretariat, item)
    client.sign_in(coordinator)
    assert "Say why, in one sentence." in client.post(f"{address}/decline", data={"reason": " "}).text
    client.post(f"{address}/decline", data=NO_GO)

    assert client.post(f"{address}/consent", data=CONTACT).status_code == 409
    assert "The law is being changed." in client.sign_in(secretariat).get(address).text
    assert client.sign_in(peer).get(address).status_code == 404
    assert db.session.scalars(sa.select(GoodPractice.state)).all() == [PracticeState.DECLINED]
    nominated(client, secretariat, item)  # and may be asked again


def test_who_may_do_what(
    client: TrackerClient, secretariat: User, coordinator: User, contributor: User, peer: User, item: Item,
    spring: Round,
) -> None:  # fmt: skip
    accepted(item, spring, coordinator, Status.IN_PLACE, **OFFER)
    address = nominated(client, secretariat, item)

    assert client.post(f"{address}/consent", data=CONTACT).status_code == 403
    assert client.sign_in(contributor).post(f"{address}/consent", data=CONTACT).status_code == 403
    assert client.sign_in(peer).post(f"{address}/consent", data=CONTACT).status_code == 404
    assert client.sign_in(coordinator).post(f"{address}/remove", data=NO_GO).status_code == 403
    assert client.post(f"/items/{item.id}/good-practice", data=NOMINATION).status_code == 403
    client.sign_in(secretariat).post(f"{address}/remove", data=NO_GO)
    assert db.session.scalars(sa.select(GoodPractice.state)).all() == [PracticeState.REMOVED]


@pytest.mark.parametrize(
    "contact", ["Ana Novak, ana@example.org", "Compensation unit, +386 1 234 56 78", "", "x" * 301]
)
def test_a_contact_is_a_function(
    client: TrackerClient, secretariat: User, coordinator: User, item: Item, spring: Round, contact: str
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE, **OFFER)
    address = nominated(client, secretariat, item)

    sent = client.sign_in(coordinator).post(f"{address}/consent", data={"contact": contact})

    assert sent.status_code == 200
    assert page(sent).select_one("p.error") is not None
    assert db.session.scalars(sa.select(GoodPractice.state)).all() == [PracticeState.NOMINATED]


def test_what_is_restricted_or_nominated_already_cannot_be_nominated(
    client: TrackerClient, secretariat: User, coordinator: User, item: Item, their_item: Item, peer: User, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE, is_restricted=True, **OFFER)
    accepted(their_item, spring, peer, Status.IN_PLACE, **OFFER)
    client.sign_in(secretariat)

    assert client.get(f"/items/{item.id}/good-practice").status_code == 409
    assert "Nominate this answer" not in client.get(f"/items/{item.id}").text
    assert "Nominate this answer" in client.get(f"/items/{their_item.id}").text
    nominated(client, secretariat, their_item)
    assert client.post(f"/items/{their_item.id}/good-practice", data=NOMINATION).status_code == 409


def test_the_register_is_searched_in_every_spelling_and_filtered(
    client: TrackerClient, secretariat: User, coordinator: User, observer: User, item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE, can_share=True, share_text="Обука у Шибенику.")
    address = nominated(client, secretariat, item)
    client.sign_in(coordinator).post(f"{address}/consent", data=CONTACT)
    client.sign_in(observer)

    def titles(query: str) -> int:
        return len(page(client.get(f"/good-practice?{query}")).select("ul.rows h2"))

    theme = item.commitment.theme.code
    assert [titles(query) for query in ("q=sibenik+obuka", "q=Šibenik", "party=AL", f"theme={theme}")] == [1] * 4
    assert [titles(query) for query in ("q=nothing", "show=waiting", "show=ended")] == [0] * 3
    assert "There is no such choice for Theme." in client.get("/good-practice?theme=x").text
