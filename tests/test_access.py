"""Who gets which page: one line per endpoint, one column per kind of person.

A new endpoint without a line fails. Whoever adds one with a variable in its address that ``EXAMPLES`` of
``access_story.py`` does not know yet adds it there.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import pytest
from flask import Flask

from tests.access_story import EXAMPLES, Story
from tests.client import TrackerClient
from tracker.accounts.access import POLICIES
from tracker.parties.models import Party

#: ``nobody`` is signed in without a valid membership; ``peer`` coordinates another country;
#: ``contributor`` and ``coordinator`` work for the country that the examples belong to.
PEOPLE: Final = (
    "anonymous", "nobody", "observer", "peer", "contributor", "coordinator", "secretariat", "administrator",
)  # fmt: skip

#: The status of a GET, for each kind of person.
ACCESS: Final = {
    #                                anonymous nobody obs. peer contr. coord. secr. admin.
    "accounts.ask_for_reset":       (200, 200, 200, 200, 200, 200, 200, 200),
    "accounts.change_my_details":   (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.change_my_email":     (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.change_my_password":  (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.confirm_email":       (200, 200, 200, 200, 200, 200, 200, 200),
    "people.disable_person":      (302, 403, 404, 404, 404, 404, 200, 200),
    "people.edit_person":         (302, 403, 404, 404, 404, 404, 200, 200),
    "people.end_role":            (302, 403, 404, 404, 404, 404, 200, 200),
    "people.give_role":           (302, 403, 404, 404, 404, 404, 200, 200),
    "people.invite_person":       (302, 403, 404, 404, 404, 404, 200, 200),
    "people.list_people":         (302, 403, 404, 404, 404, 404, 200, 200),
    "accounts.pause_reminders":     (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.set_new_password":    (200, 200, 200, 200, 200, 200, 200, 200),
    "accounts.show_my_calendar":    (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.show_me":             (302, 403, 200, 200, 200, 200, 200, 200),
    "people.show_rules":          (302, 403, 404, 404, 404, 404, 404, 200),
    "people.show_person":         (302, 403, 404, 404, 404, 404, 200, 200),
    "accounts.take_up_invitation":  (200, 200, 200, 200, 200, 200, 200, 200),
    "accounts.add_passkey":         (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.download_app_key":    (302, 403, 404, 404, 404, 404, 404, 404),
    "accounts.make_recovery_codes": (302, 403, 404, 404, 404, 404, 404, 404),
    "accounts.remove_passkey":      (302, 403, 404, 404, 200, 404, 404, 404),
    "accounts.set_up_app":          (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.show_second_factor":  (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.sign_in_with_passkey": (200, 302, 302, 302, 302, 302, 302, 302),
    "accounts.stop_app":            (302, 403, 404, 404, 404, 404, 404, 404),
    "accounts.take_second_step":    (302, 302, 302, 302, 302, 302, 302, 302),
    "accounts.use_recovery_code":   (302, 302, 302, 302, 302, 302, 302, 302),
    "people.lift_second_factor":    (302, 403, 404, 404, 404, 404, 403, 302),
    "audit.ask_for_redaction":     (302, 403, 404, 404, 404, 404, 403, 200),
    "audit.list_events":           (302, 403, 404, 404, 404, 404, 200, 200),
    "audit.list_redactions":       (302, 403, 404, 404, 404, 404, 200, 200),
    "audit.show_redaction":        (302, 403, 404, 404, 404, 404, 200, 200),
    "calendar.download_feed":       (200, 200, 200, 200, 200, 200, 200, 200),
    "colours.choose_colours":       (200, 200, 200, 200, 200, 200, 200, 200),
    "dashboards.download_chart":    (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.download_chart_table": (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.list_views":        (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.save_view":         (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.show_barometer":    (302, 403, 404, 404, 404, 404, 200, 404),
    "dashboards.show_charts":       (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.download_commitment_figures": (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.download_party_figures": (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.download_matrix":   (302, 403, 200, 200, 200, 200, 200, 200),
    "pages.show_accessibility": (200, 200, 200, 200, 200, 200, 200, 200),
    "dashboards.show_commitment":   (302, 403, 200, 200, 200, 200, 200, 200),
    "pages.show_data_protection": (200, 200, 200, 200, 200, 200, 200, 200),
    "pages.show_help":         (200, 200, 200, 200, 200, 200, 200, 200),
    "dashboards.show_home":         (302, 403, 302, 302, 302, 302, 200, 200),
    "dashboards.show_matrix":       (302, 403, 200, 200, 200, 200, 200, 200),
    "dashboards.show_party":        (302, 403, 200, 200, 200, 200, 200, 200),
    "conclusions.make_commitments": (302, 403, 403, 403, 403, 403, 200, 403),
    "corrections.edit_adoption":    (302, 403, 403, 403, 403, 403, 200, 403),
    "corrections.edit_commitment":  (302, 403, 403, 403, 403, 403, 200, 403),
    "corrections.edit_instrument":  (302, 403, 403, 403, 403, 403, 200, 403),
    "corrections.edit_party":       (302, 403, 403, 403, 403, 403, 200, 403),
    "devpages.show_components":     (200, 200, 200, 200, 200, 200, 200, 200),
    "exchange.act_on_practice":      (302, 403, 403, 403, 403, 200, 403, 403),
    "exchange.download_practices":   (302, 403, 200, 200, 200, 200, 200, 200),
    "exchange.list_practices":       (302, 403, 200, 200, 200, 200, 200, 200),
    "exchange.nominate_practice":    (302, 403, 403, 403, 403, 403, 200, 403),
    "exchange.note_pair":            (302, 403, 404, 404, 404, 404, 200, 404),
    "exchange.show_practice":        (302, 403, 200, 200, 200, 200, 200, 200),
    "exchange.download_board":      (302, 403, 200, 200, 200, 200, 200, 200),
    "exchange.list_matches":        (302, 403, 200, 200, 200, 200, 200, 200),
    "exchange.show_board":          (302, 403, 200, 200, 200, 200, 200, 200),
    "evidence.add_to_item":         (302, 403, 403, 403, 403, 200, 403, 403),
    "evidence.add_to_party":        (302, 403, 404, 404, 404, 200, 404, 404),
    "evidence.download_file":       (302, 403, 404, 404, 200, 200, 404, 404),
    "evidence.edit_evidence":       (302, 403, 404, 404, 403, 200, 404, 404),
    "evidence.list_evidence":       (302, 403, 200, 200, 200, 200, 200, 200),
    "evidence.replace_evidence":    (302, 403, 404, 404, 403, 200, 404, 404),
    "evidence.retire_evidence":     (302, 403, 404, 404, 403, 200, 404, 404),
    "evidence.show_evidence":       (302, 403, 404, 404, 200, 200, 404, 404),
    "health.show_alive":            (200, 200, 200, 200, 200, 200, 200, 200),
    "health.show_metrics":         (404, 404, 404, 404, 404, 404, 404, 404),
    "health.show_ready":            (503, 503, 503, 503, 503, 503, 503, 503),
    "delegation.assign_items":      (302, 403, 404, 200, 404, 200, 404, 404),
    "delegation.edit_assignment":   (302, 403, 404, 404, 403, 200, 404, 404),
    "delegation.open_link":         (200, 200, 200, 200, 200, 200, 200, 200),
    "delegation.show_assignments":  (302, 403, 404, 200, 404, 200, 404, 404),
    "progress.check_update":        (302, 403, 403, 403, 403, 302, 403, 403),
    "progress.confirm_no_change":   (302, 403, 404, 200, 403, 200, 404, 404),
    "progress.edit_figures":        (302, 403, 404, 404, 200, 200, 404, 404),
    "progress.edit_item":           (302, 403, 403, 403, 403, 200, 403, 403),
    "progress.edit_update":         (302, 403, 403, 403, 403, 200, 403, 403),
    "progress.show_item":           (302, 403, 200, 200, 200, 200, 200, 200),
    "progress.show_revision":       (302, 403, 404, 404, 404, 200, 200, 404),
    "progress.show_work":           (302, 403, 404, 200, 200, 200, 404, 404),
    "progress.submit_ready":         (302, 403, 404, 200, 403, 200, 404, 404),
    "instruments.list_instruments": (302, 403, 200, 200, 200, 200, 200, 200),
    "instruments.show_instrument":  (302, 403, 200, 200, 200, 200, 200, 200),
    "mailbox.download_file":        (404, 404, 404, 404, 404, 404, 404, 404),
    "mailbox.list_mails":           (200, 200, 200, 200, 200, 200, 200, 200),
    "mailbox.show_html":            (404, 404, 404, 404, 404, 404, 404, 404),
    "mailbox.show_mail":            (404, 404, 404, 404, 404, 404, 404, 404),
    "papers.download_paper":        (302, 403, 404, 404, 404, 200, 404, 404),
    "papers.download_said":         (302, 403, 404, 404, 200, 200, 200, 404),
    "papers.edit_points":           (302, 403, 404, 404, 404, 200, 404, 404),
    "papers.print_report":          (302, 403, 404, 404, 200, 200, 200, 404),
    "papers.read_points":           (302, 403, 404, 404, 404, 200, 404, 404),
    "papers.show_paper":            (302, 403, 404, 404, 404, 200, 404, 404),
    "papers.show_said":             (302, 403, 404, 404, 200, 200, 200, 404),
    "papers.show_report":           (302, 403, 404, 404, 200, 200, 200, 404),
    "questionnaire.show_import":    (302, 403, 404, 404, 404, 200, 404, 404),
    "questionnaire.show_questionnaire": (302, 403, 404, 404, 200, 200, 404, 404),
    "parties.hand_over":            (302, 403, 403, 403, 403, 200, 200, 403),
    "parties.list_parties":         (302, 403, 200, 200, 200, 200, 200, 200),
    "meetings.cancel_meeting":      (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.download_meeting":    (302, 403, 200, 200, 200, 200, 200, 200),
    "meetings.edit_meeting":        (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.extend_round":        (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.list_meetings":       (302, 403, 200, 200, 200, 200, 200, 200),
    "meetings.minute_decisions":    (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.open_round_again":    (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.plan_meeting":        (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.plan_round":          (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.reinstate_meeting":   (302, 403, 403, 403, 403, 403, 200, 403),
    "meetings.show_meeting":        (302, 403, 200, 200, 200, 200, 200, 200),
    "reminders.add_rung":            (302, 403, 404, 404, 404, 404, 200, 403),
    "reminders.edit_rung":           (302, 403, 404, 404, 404, 404, 200, 403),
    "reminders.list_sent":           (302, 403, 404, 404, 404, 404, 200, 200),
    "reminders.preview":             (302, 403, 404, 404, 404, 404, 404, 404),
    "reminders.preview_html":        (302, 403, 404, 404, 404, 404, 404, 404),
    "reminders.show_diary":          (302, 403, 404, 404, 404, 404, 200, 200),
    "reminders.show_ladder":         (302, 403, 404, 404, 404, 404, 200, 200),
    "reminders.show_mail":           (302, 403, 404, 404, 404, 404, 404, 404),
    "reminders.show_mail_html":      (302, 403, 404, 404, 404, 404, 404, 404),
    "review.list_waiting":          (302, 403, 404, 404, 404, 404, 200, 404),
    "review.reopen_update":         (302, 403, 404, 404, 404, 404, 200, 404),
    "review.show_update":           (302, 403, 404, 404, 404, 404, 200, 404),
    "snapshots.compare_snapshots":   (302, 403, 200, 200, 200, 200, 200, 200),
    "snapshots.download_snapshot":   (302, 403, 200, 200, 200, 200, 200, 200),
    "snapshots.list_snapshots":      (302, 403, 200, 200, 200, 200, 200, 200),
    "snapshots.show_snapshot":       (302, 403, 200, 200, 200, 200, 200, 200),
    "search.show_results":          (302, 403, 200, 200, 200, 200, 200, 200),
    "security.login":               (200, 302, 302, 302, 302, 302, 302, 302),
    "security.verify":              (302, 403, 200, 200, 200, 200, 200, 200),
}  # fmt: skip

#: Endpoints that take POST only: the status of an empty form, for each kind of person.
ACTS: Final = {
    #                                anonymous nobody obs. peer contr. coord. secr. admin.
    "audit.export_events":         (302, 403, 404, 404, 404, 404, 200, 200),
    "delegation.ask_again":         (302, 403, 404, 404, 403, 302, 404, 404),
    "delegation.revoke_link":       (302, 403, 404, 404, 404, 302, 404, 404),
    "delegation.send_link":         (302, 403, 404, 404, 404, 302, 404, 404),
    "delegation.take_all_back":     (302, 403, 404, 404, 404, 302, 404, 404),
    "delegation.take_back":         (302, 403, 404, 404, 403, 302, 404, 404),
    "progress.discard_typed":       (302, 403, 403, 403, 403, 302, 403, 403),
    "progress.keep_typed":          (302, 403, 403, 403, 403, 409, 403, 403),
    "progress.finish_planned_step": (302, 403, 404, 404, 404, 302, 404, 404),
    "papers.ask_said":              (302, 403, 404, 404, 302, 302, 302, 404),
    "papers.ask_picture":           (302, 403, 302, 302, 302, 302, 302, 302),
    "papers.ask_points":            (302, 403, 404, 404, 404, 302, 404, 404),
    "papers.release":               (302, 403, 404, 404, 404, 302, 404, 404),
    "papers.take_back":             (302, 403, 404, 404, 404, 302, 404, 404),
    "evidence.bring_back_evidence": (302, 403, 404, 404, 403, 409, 404, 404),
    "dashboards.delete_view":       (302, 403, 404, 404, 404, 302, 404, 404),
    "progress.recall_update":       (302, 403, 403, 403, 403, 409, 403, 403),
    "progress.send_back":           (302, 403, 403, 403, 403, 409, 403, 403),
    "progress.submit_no_change":    (302, 403, 403, 403, 403, 409, 403, 403),
    "progress.submit_update":       (302, 403, 403, 403, 403, 409, 403, 403),
    "meetings.close_round":         (302, 403, 403, 403, 403, 403, 409, 403),
    "meetings.hold_meeting":        (302, 403, 403, 403, 403, 403, 409, 403),
    "meetings.open_round":          (302, 403, 403, 403, 403, 403, 409, 403),
    "meetings.withdraw_extension":  (302, 403, 403, 403, 403, 403, 302, 403),
    "reminders.cancel_mail":         (302, 403, 404, 404, 404, 404, 404, 403),
    "reminders.pause":               (302, 403, 404, 404, 404, 404, 302, 403),
    "reminders.pause_round":         (302, 403, 404, 404, 404, 404, 302, 403),
    "reminders.resume":              (302, 403, 404, 404, 404, 404, 302, 403),
    "reminders.resume_round":        (302, 403, 404, 404, 404, 404, 302, 403),
    "reminders.send_again":          (302, 403, 404, 404, 404, 404, 404, 404),
    "reminders.send_now":            (302, 403, 404, 404, 404, 404, 404, 403),
    "reminders.send_planned_test":   (302, 403, 404, 404, 404, 404, 404, 403),
    "reminders.send_test":           (302, 403, 404, 404, 404, 404, 302, 403),
    "review.accept_several":        (302, 403, 404, 404, 404, 404, 302, 404),
    "review.add_note":              (302, 403, 404, 404, 404, 404, 200, 404),
    "review.start_review":          (302, 403, 404, 404, 404, 404, 302, 404),
    "questionnaire.hand_in":       (302, 403, 404, 404, 200, 200, 404, 404),
    "people.enable_person":       (302, 403, 404, 404, 404, 404, 302, 302),
    "accounts.end_my_other_sign_ins": (302, 403, 302, 302, 302, 302, 302, 302),
    "accounts.end_my_sign_in":      (302, 403, 404, 404, 302, 404, 404, 404),
    "accounts.make_my_calendar":    (302, 403, 200, 200, 200, 200, 200, 200),
    "accounts.withdraw_my_calendar": (302, 403, 302, 302, 302, 302, 302, 302),
    "accounts.resume_reminders":    (302, 403, 302, 302, 302, 302, 302, 302),
    "people.revoke_invitation":   (302, 403, 404, 404, 404, 404, 302, 302),
    "people.send_invitation_again": (302, 403, 404, 404, 404, 404, 302, 302),
    "accounts.show_passkey":        (302, 302, 302, 302, 302, 302, 302, 302),
    "security.logout":              (302, 302, 302, 302, 302, 302, 302, 302),
}  # fmt: skip


@pytest.fixture
def story(request: pytest.FixtureRequest, party: Party) -> Story:
    return Story({name: request.getfixturevalue(name) for name in PEOPLE if name != "anonymous"}, party)


@pytest.fixture
def address_of(app: Flask, story: Story) -> Callable[[str], str]:
    """Builds the address of an endpoint from the examples."""

    def build(endpoint: str) -> str:
        rule = next(rule for rule in app.url_map.iter_rules(endpoint))
        values = {name: EXAMPLES.get(f"{endpoint} {name}") or EXAMPLES[name] for name in rule.arguments}
        with app.test_request_context():
            return app.url_for(endpoint, **{name: example(story) for name, example in values.items()})

    return build


def _client_of(app: Flask, story: Story, person: str) -> TrackerClient:
    client = app.test_client()
    assert isinstance(client, TrackerClient)
    return client if person == "anonymous" else client.sign_in(story.people[person])


def test_every_endpoint_is_in_a_table(app: Flask) -> None:
    read = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    acted = {rule.endpoint for rule in app.url_map.iter_rules()} - read

    assert {name for name in read if not name.endswith("static")} == set(ACCESS)
    assert acted == set(ACTS)


@pytest.mark.parametrize("endpoint", ACCESS)
def test_access(app: Flask, story: Story, address_of: Callable[[str], str], endpoint: str) -> None:
    address = address_of(endpoint)

    given = {person: _client_of(app, story, person).get(address).status_code for person in PEOPLE}

    assert given == dict(zip(PEOPLE, ACCESS[endpoint], strict=True))


@pytest.mark.parametrize("endpoint", ACCESS)
def test_reading_changes_nothing(
    app: Flask,
    story: Story,
    address_of: Callable[[str], str],
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
    endpoint: str,
) -> None:
    address = address_of(endpoint)
    reader = "secretariat" if ACCESS[endpoint][PEOPLE.index("secretariat")] == 200 else "coordinator"
    client = _client_of(app, story, reader)

    with recording_sql() as statements:
        client.get(address)

    assert [
        statement for statement in statements if not statement.lstrip().startswith(("SELECT", "WITH", "PRAGMA"))
    ] == []


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("endpoint", ACTS)
def test_acting(app: Flask, story: Story, address_of: Callable[[str], str], endpoint: str, person: str) -> None:
    address = address_of(endpoint)

    given = _client_of(app, story, person).post(address).status_code

    assert given == ACTS[endpoint][PEOPLE.index(person)]


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_says_its_rule(name: str) -> None:
    assert (POLICIES[name].__doc__ or "").strip().endswith(".")
