"""The Secretariat sees what leaves and what left, tries mails out, changes ladders, and helps where delivery failed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory
from tests.reminders.conftest import D_21
from tests.smtp import Server
from tracker.accounts.models import Role, User
from tracker.core.database import db
from tracker.mail.jobs import deliver_mail
from tracker.mail.models import DeliveryState, MailPause, Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.reminders.jobs import plan_reminders
from tracker.reminders.models import ReminderRule, SchedulerBeat


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The afternoon before D−21."""
    with time_machine.travel(D_21 - timedelta(hours=16), tick=False):
        yield


@pytest.fixture
def officer(client: TrackerClient, secretariat: User) -> TrackerClient:
    return client.sign_in(secretariat)


def test_the_diary_says_who_gets_what_and_when(
    officer: TrackerClient, items: list[Item], coordinator: User, taken_before: object
) -> None:
    shown = page(officer.get("/reminders"))

    first = shown.select_one("table.diary tbody tr")
    assert first is not None
    assert [cell.get_text(" ", strip=True) for cell in first.select("td, th")][:5] == [
        "D−21", "Coordinator, Albania", "3 open items", "08:00 Tirana", "Planned",
    ]  # fmt: skip
    days = [heading.text for heading in shown.select(".group h2")]
    assert days[:3] == ["Monday 23 November 2026", "Monday 7 December 2026", "Sunday 13 December 2026"]


def test_what_the_diary_says_is_what_leaves(
    officer: TrackerClient, items: list[Item], deputy: User, secretariat: User, server: Server, taken_before: object
) -> None:
    rows = [
        (section.h2.text, row.th.text.split(",")[0])
        for section in page(officer.get("/reminders")).select("section")
        for row in section.select("tbody tr")
    ]
    told = []
    for days in range(60):
        at = D_21 + timedelta(days=days)
        plan_reminders(at)
        for name, day in db.session.execute(
            sa.select(Notification.to_name, Notification.local_day).where(Notification.created_at == at)
        ):
            told.append((f"{day:%A} {day.day} {day:%B %Y}", name))
        deliver_mail(at)

    assert sorted(rows) == sorted(told)


def test_the_diary_shows_who_is_stood_in_for(
    officer: TrackerClient, items: list[Item], coordinator: User, deputy: User
) -> None:
    coordinator.paused_until, coordinator.stand_in_id = date(2026, 12, 1), deputy.id
    db.session.commit()

    shown = page(officer.get("/reminders?delivery=diverted"))

    [row] = shown.select("table.diary tbody tr")
    assert "Deputy, Albania" in row.text
    assert "for Coordinator, who is away" in row.text


@pytest.mark.parametrize("query", ["party=AL", "kind=ladder", "delivery=planned"])
def test_the_diary_can_be_filtered(officer: TrackerClient, items: list[Item], query: str) -> None:
    assert "Coordinator" in officer.get(f"/reminders?{query}").text


@pytest.mark.parametrize("path", ["/reminders", "/reminders/sent"])
@pytest.mark.parametrize("query", ["party=ZZ", "kind=%00", "delivery=x", "party='--", "page=0", "page=99999999999"])
def test_unknown_filters_give_the_whole_list(officer: TrackerClient, items: list[Item], path: str, query: str) -> None:
    response = officer.get(f"{path}?{query}")

    assert response.status_code == 200
    assert ("There is no such value" in response.text) == ("page" not in query)


def test_a_planned_mail_can_be_looked_at_and_tried_out(
    officer: TrackerClient,
    items: list[Item],
    coordinator: User,
    secretariat: User,
    server: Server,
    taken_before: object,
) -> None:
    address = f"/reminders/planned/{coordinator.id}/2026-11-23"

    text = officer.get(address).text
    html = officer.get(f"{address}/html")
    officer.post(f"{address}/test")
    deliver_mail(D_21)

    assert "21 days left: 3 items are open" in text
    assert "21 days left: 3 items are open" in html.text
    assert "unsafe" not in html.headers["Content-Security-Policy"]
    mail = next(each for each in server.accepted if each.to == [secretariat.email])
    assert mail.message["Subject"].startswith("Test: Albania: 3 items open")
    assert officer.get("/reminders/planned/999999/2026-11-23").status_code == 404
    assert officer.get(f"/reminders/planned/{coordinator.id}/tomorrow").status_code == 404


def test_what_went_out_says_what_the_server_said(
    officer: TrackerClient, items: list[Item], coordinator: User, server: Server
) -> None:
    plan_reminders(D_21)
    deliver_mail(D_21)
    notification = db.session.scalars(sa.select(Notification)).one()

    listed = officer.get("/reminders/sent").text
    shown = page(officer.get(f"/reminders/sent/{notification.id}"))

    assert "250 OK, taken" in listed
    assert coordinator.email in listed
    assert "21 days left: 3 items are open" in shown.select_one(".mail-text").text  # type: ignore[union-attr]
    assert officer.get(f"/reminders/sent/{notification.id}/html").status_code == 200


def test_a_mail_that_failed_is_pointed_out_and_sent_again(
    client: TrackerClient, administrator: User, items: list[Item], server: Server
) -> None:
    server.behaviour = lambda stage, _address: "550 no such mailbox" if stage == "RCPT" else None
    plan_reminders(D_21)
    deliver_mail(D_21)
    notification = db.session.scalars(sa.select(Notification)).one()
    client.sign_in(administrator)

    assert "A mail to Coordinator failed." in client.get("/reminders").text
    assert "550 no such mailbox" in client.get("/reminders/sent?delivery=failed").text
    assert client.post(f"/reminders/sent/{notification.id}/again").status_code == 302
    server.behaviour = lambda _stage, _address: None
    assert deliver_mail(D_21) == 1
    assert client.post(f"/reminders/sent/{notification.id}/again").status_code == 409


def test_a_mail_that_waits_is_cancelled_or_hurried(officer: TrackerClient, items: list[Item]) -> None:
    plan_reminders(D_21)
    notification = db.session.scalars(sa.select(Notification)).one()

    officer.post(f"/reminders/sent/{notification.id}/now")
    assert notification.next_attempt_at < D_21
    officer.post(f"/reminders/sent/{notification.id}/cancel")
    assert notification.state is DeliveryState.CANCELLED
    assert officer.post(f"/reminders/sent/{notification.id}/now").status_code == 409
    assert plan_reminders(D_21 + timedelta(minutes=1)) == 0


def test_all_reminders_are_paused_and_resumed(officer: TrackerClient, items: list[Item]) -> None:
    officer.post("/reminders/pause")
    officer.post("/reminders/pause")
    assert "All reminders are held back." in officer.get("/reminders").text
    assert plan_reminders(D_21) == 0

    officer.post("/reminders/resume")
    assert db.session.query(MailPause).count() == 0
    assert plan_reminders(D_21) == 1


def test_a_round_is_paused_and_resumed(officer: TrackerClient, items: list[Item], open_round: Round) -> None:
    officer.post(f"/reminders/rounds/{open_round.id}/pause")
    assert plan_reminders(D_21) == 0
    officer.post(f"/reminders/rounds/{open_round.id}/resume")
    assert plan_reminders(D_21) == 1


def test_a_step_of_the_ladder_is_changed(officer: TrackerClient, items: list[Item], open_round: Round) -> None:
    address = f"/reminders/rounds/{open_round.id}"
    assert "This is the usual ladder." in officer.get(address).text
    answer = {"days": "−20", "audience": "party", "is_enabled": "y", "subject": "{party}: {open} open", "body": ""}

    response = officer.post(f"{address}/steps/D-21", data=answer)

    assert response.location == address
    rules = db.session.scalars(sa.select(ReminderRule).order_by(ReminderRule.offset_days)).all()
    assert [rule.offset_days for rule in rules] == [-42, -20, -7, -1, 3, 10]
    assert rules[1].subject == "{party}: {open} open"
    assert "Own words" in officer.get(address).text


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"days": ""}, "Enter a whole number of days"),
        ({"days": "soon"}, "Enter a whole number of days"),
        ({"days": "99999999999999999999"}, "Enter a whole number of days"),
        ({"days": "366"}, "Enter a number from -365 to 365"),
        ({"days": "-7"}, "The ladder has a step on that day already"),
        ({"audience": "everybody"}, "Choose who is told"),
        ({"subject": "{parti}"}, "{parti} cannot be filled in"),
        ({"body": "{party.__class__}"}, "cannot be filled in"),
        ({"body": "{ open"}, "cannot be filled in"),
        ({"subject": "x" * 201}, "A subject has at most 200 characters"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_and_kept(
    officer: TrackerClient, items: list[Item], open_round: Round, answer: dict[str, str], message: str
) -> None:
    typed = {"days": "-20", "audience": "party", "is_enabled": "y", "subject": "My words", "body": ""} | answer

    response = officer.post(f"/reminders/rounds/{open_round.id}/steps/D-21", data=typed)

    assert response.status_code == 200
    assert message in page(response).text
    assert db.session.query(ReminderRule).count() == 0
    assert page(response).select_one("#subject")["value"] == typed["subject"]  # type: ignore[index]


@pytest.mark.parametrize("path", ["rounds/999999", "rounds/999999/steps/D-21", "sent/999999", "sent/999999/html"])
def test_what_is_not_there_is_not_found(officer: TrackerClient, path: str) -> None:
    assert officer.get(f"/reminders/{path}").status_code == 404


def test_the_length_of_the_lists_costs_no_statements(
    app: Flask, officer: TrackerClient, items: list[Item], ask: Callable[[Party, int], list[Item]],
    recording_sql: Callable[[], AbstractContextManager[list[str]]], taken_before: object,
) -> None:  # fmt: skip
    def statements() -> tuple[int, int]:
        with recording_sql() as diary:
            officer.get("/reminders")
        with recording_sql() as sent:
            officer.get("/reminders/sent")
        return len(diary), len(sent)

    plan_reminders(D_21 - timedelta(days=21))
    before = statements()
    for _ in range(8):
        ask(MembershipFactory.create(role=Role.COORDINATOR).party, 2)
    plan_reminders(D_21 - timedelta(days=20))
    officer.get("/reminders")

    assert statements() == before
    assert before[0] <= 18
    assert before[1] <= 8


def test_administrators_see_that_no_scheduler_runs(
    client: TrackerClient, administrator: User, secretariat: User
) -> None:
    words = "No scheduler has been heard of for five minutes."
    assert words in client.sign_in(administrator).get("/reminders").text
    assert words not in client.sign_in(secretariat).get("/reminders").text

    moment = D_21 - timedelta(hours=16)
    db.session.add(SchedulerBeat(name="here", started_at=moment, beat_at=moment - timedelta(minutes=4)))
    db.session.commit()
    assert words not in client.sign_in(administrator).get("/reminders").text
