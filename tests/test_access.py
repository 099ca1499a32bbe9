"""Who gets which page: one line per endpoint, one column per kind of person.

A new endpoint without a line fails. Whoever adds one with a variable in its address that :data:`EXAMPLES` does
not know yet adds it there.
"""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from functools import cached_property
from typing import Any, Final

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.client import TrackerClient
from tests.factories import (
    AssignmentFactory,
    CommitmentFactory,
    ExtensionFactory,
    InstrumentFactory,
    ItemFactory,
    MeetingFactory,
    MembershipFactory,
    PaperFactory,
    PasskeyFactory,
    RoundFactory,
    SignInFactory,
    UpdateFactory,
    reported,
)
from tracker.accounts.access import POLICIES
from tracker.accounts.models import LinkPurpose, Role, User
from tracker.accounts.services.calendar_address import make_address
from tracker.accounts.services.links import issue_link, token_of
from tracker.audit.models import AuditEvent
from tracker.audit.services import record
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.storage import storage
from tracker.dashboards.models import SavedView, ViewPage
from tracker.exchange.models import GoodPractice, PracticeText
from tracker.exchange.workflow import PracticeState
from tracker.instruments.models import Commitment, Instrument
from tracker.meetings.models import Meeting, MeetingState, Round
from tracker.oversight.models import RedactionRequest
from tracker.oversight.services.redaction import ask_redaction
from tracker.papers.models import Paper, PaperState
from tracker.papers.questionnaire.content import Reading
from tracker.papers.questionnaire.stamp import Stamp
from tracker.papers.snapshots.models import Circle, Snapshot
from tracker.papers.snapshots.services import take_snapshot
from tracker.papers.speaking.services import keep_points
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Evidence, Item, Step, Update
from tracker.progress.services.keeping import Facts, NewFile, add_file
from tracker.progress.services.round_links import send_link
from tracker.progress.workflow import UpdateState

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


class Story:
    """The example objects that addresses name. They belong to ``party`` and are made when first asked for."""

    def __init__(self, people: dict[str, User], party: Party) -> None:
        self.people = people
        self.party = party

    def token_for(self, purpose: LinkPurpose) -> str:
        """The token of a contributor's link; as in a mail."""
        link = issue_link(self.people["contributor"], purpose, by=None, at=utc_now(), new_email="new@example.org")
        db.session.commit()
        return token_of(link)

    @cached_property
    def instrument(self) -> Instrument:
        return InstrumentFactory.create()

    @cached_property
    def commitment(self) -> Commitment:
        return CommitmentFactory.create(instrument=self.instrument)

    @cached_property
    def item(self) -> Item:
        return ItemFactory.create(commitment=self.commitment, party=self.party)

    @cached_property
    def reporting_party(self) -> Party:
        """The party, asked about its item in a round."""
        RoundFactory.create(instruments=[self.item.commitment.instrument])
        return self.party

    @cached_property
    def speaking_party(self) -> Party:
        """The same, with speaking points that only its coordinators know of."""
        round_ = RoundFactory.create(instruments=[self.item.commitment.instrument])
        keep_points(self.party, round_, "- A point", seen=0, points=None, by=self.people["coordinator"], at=utc_now())
        db.session.commit()
        return self.party

    @cached_property
    def round(self) -> Round:
        return RoundFactory.create()

    @cached_property
    def meeting(self) -> Meeting:
        return self.round.meeting

    @cached_property
    def empty_meeting(self) -> Meeting:
        """A meeting without a round."""
        return MeetingFactory.create()

    @cached_property
    def cancelled_meeting(self) -> Meeting:
        return MeetingFactory.create(state=MeetingState.CANCELLED)

    @cached_property
    def held_meeting(self) -> Meeting:
        """A meeting whose round was closed by hand; one party had more time."""
        round_ = RoundFactory.create(meeting__state=MeetingState.HELD, closed_at=utc_now())
        ExtensionFactory.create(
            round=round_, party=self.party, due_on=date(2099, 1, 1), granted_by_id=self.people["secretariat"].id
        )
        return round_.meeting

    @cached_property
    def update(self) -> Update:
        """A draft of the party's, in an open round."""
        return UpdateFactory.create(item=self.item, round=self.round)

    @cached_property
    def assignment(self) -> Assignment:
        """An item of the party's in the contributor's hands, in the round that is open and asks for it."""
        instrument, round_ = self.instrument, self.round
        round_.instruments.append(instrument)
        return AssignmentFactory.create(item=self.item, round_id=self.round.id, person=self.people["contributor"])

    @cached_property
    def by_link(self) -> str:
        """The token of a link by which the contributor comes to the item in their hands."""
        link = send_link(self.assignment.person, self.round, self.party, by=self.people["coordinator"], at=utc_now())
        db.session.commit()
        return token_of(link)

    @cached_property
    def calendar(self) -> str:
        """The token of the contributor's calendar."""
        token = make_address(self.people["contributor"], at=utc_now())
        db.session.commit()
        return token

    @cached_property
    def step(self) -> Step:
        """An open step of the party's."""
        step = Step(item=self.item, position=1, what="Adopt the by-law", due_on=date(2026, 10, 1))
        db.session.add(step)
        db.session.commit()
        return step

    @cached_property
    def submitted(self) -> Update:
        """The same, submitted by the coordinator."""
        return reported(self.item, self.round, self.people["coordinator"])

    @cached_property
    def paper(self) -> Paper:
        """A national report of the party that holds drafts, made."""
        blob = storage().put(io.BytesIO(b"%PDF-1.7"))
        return PaperFactory.create(
            kind="national-report-pdf",
            parameters='{"holds":"drafts","round":"M-2027"}',
            party=self.party,
            requested_by=self.people["coordinator"],
            state=PaperState.READY,
            finished_at=utc_now(),
            storage_name=blob.name,
            sha256=blob.sha256,
            size_bytes=blob.size_bytes,
            file_name="report.pdf",
            media_type="application/pdf",
        )

    @cached_property
    def practice(self) -> GoodPractice:
        """An answer of the party in the register of good practice, shared long ago."""
        round_ = RoundFactory.create(opens_on=date(2025, 1, 1), due_on=date(2025, 3, 6), share_on=date(2025, 3, 27))
        update = reported(self.item, round_, self.people["coordinator"], state=UpdateState.ACCEPTED)
        practice = GoodPractice(
            item=self.item,
            revision=update.accepted_revision,
            text_used=PracticeText.NARRATIVE,
            title="A by-law",
            state=PracticeState.LISTED,
            nominated_by=self.people["secretariat"],
            nominated_at=utc_now(),
            answered_at=utc_now(),
        )
        db.session.add(practice)
        db.session.commit()
        return practice

    @cached_property
    def view(self) -> SavedView:
        """A view of the coordinator's."""
        view = SavedView(person_id=self.people["coordinator"].id, page=ViewPage.MATRIX, name="Ours")
        db.session.add(view)
        db.session.commit()
        return view

    @cached_property
    def pair(self) -> tuple[Item, Item]:
        """An item that asks for help, and one of another party that offers it."""
        needs, offers = self.item, ItemFactory.create(commitment=self.commitment)
        by, accepted = self.people["coordinator"], UpdateState.ACCEPTED
        reported(needs, self.round, by, state=accepted, needs_help=True, help_text="A model law.")
        reported(offers, self.round, by, state=accepted, can_share=True, share_text="Our law.")
        return needs, offers

    @cached_property
    def handed_in(self) -> Paper:
        """A questionnaire of the party that its coordinator filled in and handed in; it was read."""
        stamp = Stamp(party=self.party.code, meeting=self.meeting.code, made_at=utc_now(), is_filled=True)
        blob = storage().put(io.BytesIO(Reading(stamp=stamp, rows=(), findings=()).write()))
        return PaperFactory.create(
            kind="questionnaire-import",
            party=self.party,
            round=self.round,
            requested_by=self.people["coordinator"],
            state=PaperState.READY,
            finished_at=utc_now(),
            storage_name=blob.name,
            sha256=blob.sha256,
        )

    @cached_property
    def snapshot(self) -> Snapshot:
        """The state of play that all signed-in people read, frozen."""
        by = self.people["secretariat"]
        snapshot = take_snapshot(self.meeting, Circle.SHARED, zone_name="Europe/Vienna", by=by, at=utc_now())
        db.session.commit()
        return snapshot

    @cached_property
    def evidence(self) -> Evidence:
        """A file of the party's that nothing names yet."""
        blob = storage().put(io.BytesIO(b"%PDF-1.7"))
        new = NewFile(blob=blob, file_name="law.pdf", media_type="application/pdf")
        facts = Facts(title="Law on compensation")
        made, _is_new = add_file(self.party, facts, new, megabytes=1, by=self.people["coordinator"], at=utc_now())
        db.session.commit()
        return made

    @cached_property
    def entry(self) -> AuditEvent:
        """An entry of the log."""
        record("party.looked_at", self.party, at=utc_now(), job="test", changes={"text": "seen"})
        db.session.commit()
        return db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()

    @cached_property
    def redaction(self) -> RedactionRequest:
        """A request that waits, by another administrator."""
        by = MembershipFactory.create(role=Role.ADMINISTRATOR, party=None).person
        request = ask_redaction(self.entry, reason="A victim was named.", by=by, at=utc_now())
        db.session.commit()
        return request


#: A value for each variable of an address: by ``"variable"``, or ``"endpoint variable"`` where one differs.
EXAMPLES: Final[dict[str, Callable[[Story], Any]]] = {
    "accounts.confirm_email token": lambda story: story.token_for(LinkPurpose.CHANGE_OF_EMAIL),
    "accounts.set_new_password token": lambda story: story.token_for(LinkPurpose.RESET),
    "accounts.take_up_invitation token": lambda story: story.token_for(LinkPurpose.INVITATION),
    "calendar.download_feed token": lambda story: story.calendar,
    "name": lambda _story: "coverage",
    "dashboards.download_commitment_figures code": lambda story: story.commitment.code,
    "dashboards.download_party_figures code": lambda story: story.party.code,
    "dashboards.show_commitment code": lambda story: story.commitment.code,
    "dashboards.show_party code": lambda story: story.party.code,
    "corrections.edit_adoption code": lambda story: story.instrument.code,
    "corrections.edit_commitment code": lambda story: story.commitment.code,
    "corrections.edit_instrument code": lambda story: story.instrument.code,
    "corrections.edit_party code": lambda story: story.party.code,
    "instruments.show_instrument code": lambda story: story.instrument.code,
    "act": lambda _story: "withdraw",
    "practice_id": lambda story: story.practice.id,
    "exchange.nominate_practice item_id": lambda story: story.practice.item_id,
    "need_id": lambda story: story.pair[0].id,
    "offer_id": lambda story: story.pair[1].id,
    "request_id": lambda story: story.redaction.id,
    "seq": lambda story: story.entry.seq,
    "item_id": lambda story: story.item.id,
    "key": lambda _story: "no-such-mail",
    "meetings.close_round meeting_id": lambda story: story.held_meeting.id,
    "meetings.hold_meeting meeting_id": lambda story: story.held_meeting.id,
    "meetings.open_round meeting_id": lambda story: story.held_meeting.id,
    "meetings.reinstate_meeting meeting_id": lambda story: story.cancelled_meeting.id,
    "meetings.withdraw_extension code": lambda story: story.party.code,
    "meetings.withdraw_extension meeting_id": lambda story: story.held_meeting.id,
    "meeting_id": lambda story: story.meeting.id,
    "mailbox.download_file number": lambda _story: 0,
    "reminders.preview day": lambda _story: "2026-11-23",
    "reminders.preview_html day": lambda _story: "2026-11-23",
    "reminders.send_planned_test day": lambda _story: "2026-11-23",
    "reminders.edit_rung key": lambda _story: "D-21",
    "mail_id": lambda _story: 999,
    "paper_id": lambda story: story.paper.id,
    "papers.ask_said code": lambda story: story.party.code,
    "papers.download_said code": lambda story: story.party.code,
    "papers.show_said code": lambda story: story.party.code,
    "papers.ask_points code": lambda story: story.speaking_party.code,
    "papers.edit_points code": lambda story: story.speaking_party.code,
    "papers.read_points code": lambda story: story.speaking_party.code,
    "papers.release code": lambda story: story.speaking_party.code,
    "papers.take_back code": lambda story: story.speaking_party.code,
    "papers.print_report code": lambda story: story.reporting_party.code,
    "questionnaire.hand_in code": lambda story: story.party.code,
    "questionnaire.show_import paper_id": lambda story: story.handed_in.id,
    "questionnaire.show_questionnaire code": lambda story: story.party.code,
    "papers.show_report code": lambda story: story.party.code,
    "assignment_id": lambda story: story.assignment.id,
    "parties.hand_over code": lambda story: story.party.code,
    "delegation.open_link token": lambda story: story.by_link,
    "delegation.revoke_link person_id": lambda story: story.assignment.person_id,
    "delegation.send_link person_id": lambda story: story.assignment.person_id,
    "delegation.take_all_back person_id": lambda story: story.assignment.person_id,
    "party_id": lambda story: story.party.id,
    "passkey_id": lambda story: PasskeyFactory.create(person_id=story.people["contributor"].id).id,
    "membership_id": lambda story: story.people["contributor"].memberships[0].id,
    "person_id": lambda story: story.people["contributor"].id,
    "progress.edit_figures code": lambda story: story.party.code,
    "evidence.add_to_item item_id": lambda story: story.update.item_id,
    "evidence.add_to_party code": lambda story: story.party.code,
    "evidence.list_evidence code": lambda story: story.party.code,
    "evidence.download_file number": lambda _story: 1,
    "evidence_id": lambda story: story.evidence.id,
    "progress.show_revision item_id": lambda story: story.submitted.item_id,
    "progress.show_revision number": lambda story: story.submitted.latest_revision.number,
    "review.add_note update_id": lambda story: story.submitted.id,
    "review.reopen_update update_id": lambda story: story.submitted.id,
    "review.show_update update_id": lambda story: story.submitted.id,
    "review.start_review update_id": lambda story: story.submitted.id,
    "round_id": lambda story: story.round.id,
    "step_id": lambda story: story.step.id,
    "snapshots.compare_snapshots earlier": lambda story: story.snapshot.number,
    "snapshots.compare_snapshots number": lambda story: story.snapshot.number,
    "snapshots.download_snapshot number": lambda story: story.snapshot.number,
    "snapshots.show_snapshot number": lambda story: story.snapshot.number,
    "sign_in_id": lambda story: SignInFactory.create(person=story.people["contributor"]).id,
    "update_id": lambda story: story.update.id,
    "view_id": lambda story: story.view.id,
}


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
