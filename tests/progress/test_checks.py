"""The second look before a submission: what is pointed out, what has to be confirmed, what the Secretariat sees."""

from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import reported
from tests.progress.pages import COMPLETE, address_of, hidden_in, save, submit
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.progress.checks import Document, Flag, Texts, is_sound, look_at
from tracker.progress.models import Evidence, Item, Revision
from tracker.progress.services.revisions import is_unaltered
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")

TODAY = date(2026, 11, 23)
LAW = Document(title="Law no. 12/2021", url="https://www.gov.example/law", day=date(2024, 5, 1))


def flags(status: Status, text: str = "The fund was set up.", **given: object) -> set[Flag]:
    given = {"last": None, "evidence": [LAW], "target_on": None, "today": TODAY} | given
    answer = Texts(status=status, by_field={"narrative": text})
    return {remark.flag for remark in look_at(answer, **given)}  # type: ignore[arg-type]  # a test's shorthand


def test_a_sound_answer_is_left_in_peace() -> None:
    last = Texts(status=Status.IN_PREPARATION, by_field={"narrative": "The law is drafted."})

    assert flags(Status.IN_USE, last=last, target_on=date(2026, 12, 31)) == set()
    assert flags(Status.IN_PREPARATION, evidence=[]) == set()


def test_each_flag_has_its_reason() -> None:
    last = Texts(status=Status.IN_PLACE, by_field={"narrative": "The  fund was set up."})

    assert flags(Status.IN_USE, evidence=[]) == {Flag.NO_EVIDENCE}
    assert flags(Status.PARTLY_IN_PLACE, "Parts were repealed.", last=last) == {Flag.WENT_BACK}
    assert flags(Status.IN_USE, last=last) == {Flag.SAME_TEXT}
    assert flags(Status.NOT_APPLICABLE, "No coast.", last=last) == set()
    assert flags(Status.IN_PREPARATION, target_on=date(2026, 11, 22)) == {Flag.PAST_TARGET}
    assert flags(Status.IN_PLACE, target_on=date(2026, 11, 22)) == set()
    assert flags(Status.IN_PREPARATION, target_on=TODAY) == set()
    assert flags(Status.IN_PLACE, "Write to a@b.example.") == {Flag.PERSONAL_DATA}


def test_evidence_is_old_after_three_years() -> None:
    def dated(day: date) -> Document:
        return Document(title="Report", url=None, day=day)

    assert flags(Status.IN_USE, evidence=[dated(date(2023, 11, 23))]) == set()
    assert flags(Status.IN_USE, evidence=[LAW, dated(date(2023, 11, 22))]) == {Flag.OLD_EVIDENCE}
    assert flags(Status.IN_USE, evidence=[dated(date(2020, 2, 29))]) == {Flag.OLD_EVIDENCE}


@pytest.mark.parametrize(
    "url",
    [
        "http://www.gov.example/law",
        "https://",
        "https://law",
        "https:/gov.example",
        "//gov.example",
        "https://[",
        "https://a b.example",
    ],
)
def test_links_that_do_not_stand_up(url: str) -> None:
    assert not is_sound(url)
    assert flags(Status.IN_USE, evidence=[Document(title="Law", url=url, day=TODAY)]) == {Flag.LINK}


@pytest.mark.parametrize(
    ("last_day", "said"),
    [
        (None, set()),
        (date(2026, 11, 22), {Flag.EVIDENCE_RAN_OUT}),
        (TODAY, {Flag.EVIDENCE_RUNS_OUT}),
        (date(2027, 1, 22), {Flag.EVIDENCE_RUNS_OUT}),
        (date(2027, 1, 23), set()),
    ],
)
def test_evidence_that_runs_out_is_pointed_out(last_day: date | None, said: set[Flag]) -> None:
    assert flags(Status.IN_USE, evidence=[LAW, replace(LAW, expires_on=last_day)]) == said


def test_the_check_page_says_that_evidence_ran_out(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    link = {"links-0-url": "https://www.gov.example/permit", "links-0-title": "Permit"}
    save(client.sign_in(coordinator), asked_item, **(COMPLETE | link))
    db.session.scalars(sa.select(Evidence)).one().expires_on = date(2026, 11, 1)
    db.session.commit()

    check = page(client.get(f"{address_of(asked_item)}/check"))

    assert "A document has run out." in check.select_one(".remarks").text  # type: ignore[union-attr]


def test_advice_stands_on_the_check_page_and_does_not_stop(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **(COMPLETE | {"status": "in_use"}))

    check = page(client.get(f"{address_of(asked_item)}/check"))

    assert "no document is named" in check.select_one(".remarks").text  # type: ignore[union-attr]
    assert check.find("button", string="Submit to the Secretariat anyway")
    assert not check.select("input[name=looked_again]")
    submit(client, asked_item, status="in_use")
    revision = db.session.scalars(sa.select(Revision)).one()
    assert [remark["flag"] for remark in revision.remarks] == ["no_evidence"]
    assert is_unaltered(revision)


def test_personal_data_needs_a_tick_and_leaves_an_entry_without_the_text(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    text = "The victim, born on 12 March 2009, was heard; K 12/2020."
    save(client, asked_item, **(COMPLETE | {"narrative": text}))
    address = f"{address_of(asked_item)}/submit"
    sent = hidden_in(client.get(f"{address_of(asked_item)}/check"))

    refused = client.post(address, data=sent)

    assert "Look at the texts again" in refused.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 0
    assert client.post(address, data=hidden_in(refused) | {"looked_again": "y"}).status_code == 302
    entry = db.session.scalars(sa.select(AuditEvent).filter_by(act="update.personal_data_confirmed")).one()
    assert entry.content == '{"fields":["narrative"],"kinds":["birth","case_number"]}'


def test_the_review_shows_flags_and_never_the_text_they_found(
    client: TrackerClient, secretariat: User, coordinator: User, asked_item: Item, open_round: Round
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **(COMPLETE | {"obstacles": "Ask a@b.example."}))
    address = address_of(asked_item)
    sent = hidden_in(client.get(f"{address}/check")) | {"looked_again": "y"}
    client.post(f"{address}/submit", data=sent)
    update = db.session.scalars(sa.select(Revision)).one()
    waiting = page(client.sign_in(secretariat).get("/review")).select_one("main tbody a")
    assert waiting is not None

    shown = page(client.get(str(waiting["href"]))).select_one("section[aria-labelledby=flags]")

    assert shown is not None
    assert "an e-mail address" in shown.text
    assert "a@b.example" not in shown.text
    assert "a@b.example" not in str(update.remarks)


def test_what_is_repeated_without_change_is_flagged_as_well(
    client: TrackerClient, coordinator: User, asked_item: Item, earlier_round: Round, open_round: Round, now: datetime
) -> None:
    reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, status=Status.IN_USE)
    client.sign_in(coordinator)

    client.post(f"/items/{asked_item.id}/no-change")

    repeated = db.session.scalars(sa.select(Revision).filter_by(round_id=open_round.id)).one()
    assert [remark["flag"] for remark in repeated.remarks] == ["no_evidence"]
