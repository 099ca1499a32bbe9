"""What the table of access acts on: one row of everything that an address may name, and which row it names."""

import io
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

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
