"""Where to find each kind of page among the sample data."""

import io
import secrets
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask

from tests.papers.questionnaire.samples import with_cells
from tests.test_access import ACCESS, PEOPLE
from tracker.accounts.models import LinkPurpose, Passkey, User
from tracker.accounts.services.links import issue_link, token_of
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.storage import storage
from tracker.exchange.models import ExchangePair, GoodPractice
from tracker.exchange.workflow import PracticeState
from tracker.making import MAKERS
from tracker.meetings.models import Meeting, MeetingState, Round
from tracker.oversight.models import RedactionRequest
from tracker.oversight.services.redaction import ask_redaction
from tracker.papers.jobs import make_papers
from tracker.papers.making import Order
from tracker.papers.models import Paper, PaperSource
from tracker.papers.national.choices import Choice, Holds
from tracker.papers.national.choices import Order as Headings
from tracker.papers.national.kinds import PDF
from tracker.papers.questionnaire import makers as questionnaire
from tracker.papers.questionnaire.kinds import IMPORT
from tracker.papers.services.asking import ask_paper
from tracker.papers.snapshots.models import Snapshot
from tracker.papers.snapshots.queries import snapshots_visible
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Evidence, EvidenceKind, Item, Revision, Standing, Update
from tracker.progress.services.round_links import send_link
from tracker.progress.workflow import UpdateState

#: The sample person who looks, for each kind of person of the access table; the first who may see a page does.
VIEWERS: Final = {
    "secretariat": "secretariat",
    "coordinator": "coordinator.al",
    "administrator": "administrator",
    "contributor": "contributor.al",
}
#: Answers for machines and pages for developers; downloads are known by their names.
NOT_FOR_READING: Final = {"devpages.show_components", "health.show_alive"}
#: Pages that need something the sample data does not have. Each looks like a page that is looked at.
LIKE_OTHERS: Final = {"meetings.reinstate_meeting"}


def pages() -> list[str]:
    """The endpoints that people read."""
    shown = {name for name, given in ACCESS.items() if 200 in given and ".download_" not in name}
    return sorted(shown - NOT_FOR_READING - LIKE_OTHERS)


def viewer_of(endpoint: str) -> str | None:
    """The sample person who looks at a page; None where nobody needs to sign in."""
    given = dict(zip(PEOPLE, ACCESS[endpoint], strict=True))
    return None if given["anonymous"] == 200 else next(who for kind, who in VIEWERS.items() if given[kind] == 200)


class Sample:
    """The rows of the sample data that addresses name."""

    @cached_property
    def item(self) -> Item:
        """An item of Albania whose update in the open round is a draft."""
        return self._update(UpdateState.DRAFT).item

    @cached_property
    def submitted(self) -> Update:
        return self._update(UpdateState.SUBMITTED)

    @cached_property
    def accepted(self) -> Update:
        return self._update(UpdateState.ACCEPTED)

    @cached_property
    def revision(self) -> Revision:
        revision = self.accepted.latest_revision
        assert revision is not None
        return revision

    @cached_property
    def open_round(self) -> Round:
        """The latest round."""
        return db.session.scalars(sa.select(Round).order_by(Round.due_on.desc()).limit(1)).one()

    @cached_property
    def past_round(self) -> Round:
        return db.session.scalars(sa.select(Round).order_by(Round.due_on).limit(1)).one()

    @cached_property
    def snapshots(self) -> list[Snapshot]:
        """The sample snapshots, the latest first."""
        return list(db.session.scalars(snapshots_visible(reads_all=True)))

    @cached_property
    def last_held(self) -> Meeting:
        """The latest sample meeting that was held; its decisions are written down."""
        return db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.is_sample, Meeting.state == MeetingState.HELD)
            .order_by(Meeting.starts_on.desc())
            .limit(1)
        ).one()

    @cached_property
    def contributor(self) -> User:
        return db.session.scalars(sa.select(User).filter_by(email="contributor.al@demo.example")).one()

    @cached_property
    def entry(self) -> AuditEvent:
        """The latest entry of the log that tells of an update."""
        return db.session.scalars(
            sa.select(AuditEvent)
            .where(AuditEvent.subject_type == Update.__tablename__)
            .order_by(AuditEvent.seq.desc())
            .limit(1)
        ).one()

    @cached_property
    def paper(self) -> Paper:
        """A national report that waits to be made: no scheduler runs beside the journeys."""
        by = db.session.scalars(sa.select(User).filter_by(email="coordinator.al@demo.example")).one()
        choice = Choice(party="AL", round=self.open_round.meeting.code, holds=Holds.DRAFTS, order=Headings.INSTRUMENT)
        party = self.item.party
        paper = ask_paper(PDF.code, choice.parameters, by=by, at=utc_now(), party_id=party.id).paper
        db.session.commit()
        return paper

    @cached_property
    def handed_in(self) -> Paper:
        """Albania's questionnaire, filled in here and there, one cell of it so that it cannot be read."""
        by = db.session.scalars(sa.select(User).filter_by(email="coordinator.al@demo.example")).one()
        party, round_, now = self.item.party, self.open_round, utc_now()
        order = Order(
            paper_id=0,
            parameters={"filled": True},
            party_id=party.id,
            round_id=round_.id,
            requested_by_id=by.id,
            requested_at=now,
            now=now,
        )
        content = questionnaire.make_workbook(questionnaire.gather(order), lambda *_: None).content
        filled_in = with_cells(
            content,
            {
                (self.item.commitment.code, "narrative"): "The by-law was adopted (sample).",
                (self.item.commitment.code, "status"): "In place",
                (self.item.commitment.code, "cleared_on"): "last week",
            },
        )
        blob = storage().put(io.BytesIO(filled_in))
        source = PaperSource(
            storage_name=blob.name, file_name="questionnaire.xlsx", size_bytes=blob.size_bytes, sha256=blob.sha256
        )
        paper = ask_paper(
            IMPORT.code, {"items": []}, by=by, at=now, party_id=party.id, round_id=round_.id, source=source
        ).paper
        db.session.commit()
        make_papers(now, MAKERS)
        return paper

    @cached_property
    def redaction(self) -> RedactionRequest:
        """What an administrator asked to have blanked, and no second officer has decided on."""
        administrator = db.session.scalars(sa.select(User).filter_by(email="administrator@demo.example")).one()
        request = ask_redaction(self.revision, reason="A person was named.", by=administrator, at=utc_now())
        db.session.commit()
        return request

    @cached_property
    def evidence(self) -> Evidence:
        """A file of Albania's."""
        return db.session.scalars(
            sa.select(Evidence)
            .join(Evidence.party)
            .where(Party.code == "AL", Evidence.kind == EvidenceKind.FILE)
            .order_by(Evidence.id)
            .limit(1)
        ).one()

    @cached_property
    def passkey(self) -> Passkey:
        """A passkey of the contributor's, which lets nobody in."""
        passkey = Passkey(
            person_id=self.contributor.id, name="Laptop at the ministry", credential_id="sample",
            credential_hash=secrets.token_hex(32), public_key=b"sample", sign_count=0, made_at=utc_now(),
        )  # fmt: skip
        db.session.add(passkey)
        db.session.commit()
        return passkey

    @cached_property
    def practice(self) -> GoodPractice:
        """An entry of the register, Albania's."""
        return db.session.scalars(
            sa.select(GoodPractice)
            .join(GoodPractice.item)
            .join(Item.party)
            .where(Party.code == "AL", GoodPractice.state == PracticeState.LISTED)
        ).one()

    @cached_property
    def pair(self) -> ExchangePair:
        """A pair that was noted."""
        return db.session.scalars(sa.select(ExchangePair).order_by(ExchangePair.id).limit(1)).one()

    @cached_property
    def answered_and_free(self) -> Item:
        """An item with an accepted answer that can be nominated."""
        taken = sa.select(GoodPractice.item_id)
        return db.session.scalars(
            sa.select(Item)
            .join(Item.standing)
            .join(Revision, Revision.id == Standing.accepted_revision_id)
            .where(Item.id.not_in(taken), Revision.is_restricted.is_(False), Revision.can_share)
            .order_by(Item.id)
            .limit(1)
        ).one()

    def token_for(self, purpose: LinkPurpose) -> str:
        """The token of a link for the contributor; as in a mail."""
        link = issue_link(self.contributor, purpose, by=None, at=utc_now(), new_email="new@demo.example")
        db.session.commit()
        return token_of(link)

    @cached_property
    def assignment(self) -> Assignment:
        """An item in the contributor's hands in the open round."""
        return db.session.scalars(
            sa.select(Assignment).filter_by(round_id=self.open_round.id, person_id=self.contributor.id).limit(1)
        ).one()

    def round_link(self) -> str:
        """The token of a link for the open round; as in a mail."""
        party = self.assignment.item.party
        coordinator = db.session.scalars(sa.select(User).filter_by(email="coordinator.al@demo.example")).one()
        link = send_link(self.contributor, self.open_round, party, by=coordinator, at=utc_now())
        db.session.commit()
        return token_of(link)

    def _update(self, state: UpdateState) -> Update:
        return db.session.scalars(
            sa.select(Update)
            .join(Update.item)
            .join(Item.party)
            .join(Update.round)
            .where(Party.code == "AL", Update.state == state)
            .order_by(Round.due_on.desc(), Update.id)
            .limit(1)
        ).one()


#: A value for each variable of an address: by ``"variable"``, or ``"endpoint variable"`` where one differs.
EXAMPLES: Final[dict[str, Callable[[Sample], Any]]] = {
    "assignment_id": lambda sample: sample.assignment.id,
    "code": lambda _sample: "BRDO-2018",
    "corrections.edit_commitment code": lambda _sample: "BRDO-2018-05",
    "corrections.edit_party code": lambda _sample: "XK",
    "dashboards.show_commitment code": lambda _sample: "BRDO-2018-05",
    "parties.hand_over code": lambda _sample: "AL",
    "dashboards.show_party code": lambda _sample: "AL",
    "act": lambda _sample: "withdraw",
    "exchange.nominate_practice item_id": lambda sample: sample.answered_and_free.id,
    "delegation.open_link token": lambda sample: sample.round_link(),
    "evidence.add_to_party code": lambda _sample: "AL",
    "evidence.list_evidence code": lambda _sample: "AL",
    "evidence_id": lambda sample: sample.evidence.id,
    "item_id": lambda sample: sample.item.id,
    "need_id": lambda sample: sample.pair.need_item_id,
    "offer_id": lambda sample: sample.pair.offer_item_id,
    "practice_id": lambda sample: sample.practice.id,
    "meeting_id": lambda sample: sample.open_round.meeting_id,
    "meetings.open_round_again meeting_id": lambda sample: sample.past_round.meeting_id,
    "conclusions.make_commitments meeting_id": lambda sample: sample.last_held.id,
    "meetings.minute_decisions meeting_id": lambda sample: sample.last_held.id,
    "membership_id": lambda sample: sample.contributor.memberships[0].id,
    "number": lambda sample: sample.revision.number,
    "paper_id": lambda sample: sample.paper.id,
    "papers.show_said code": lambda _sample: "AL",
    "papers.edit_points code": lambda _sample: "AL",
    "papers.read_points code": lambda _sample: "AL",
    "papers.print_report code": lambda _sample: "AL",
    "questionnaire.show_import paper_id": lambda sample: sample.handed_in.id,
    "questionnaire.show_questionnaire code": lambda _sample: "AL",
    "papers.show_report code": lambda _sample: "AL",
    "passkey_id": lambda sample: sample.passkey.id,
    "person_id": lambda sample: sample.contributor.id,
    "progress.edit_figures code": lambda _sample: "AL",
    "progress.show_revision item_id": lambda sample: sample.accepted.item_id,
    "request_id": lambda sample: sample.redaction.id,
    "reminders.add_rung round_id": lambda sample: sample.open_round.id,
    "reminders.edit_rung key": lambda _sample: "D-21",
    "reminders.edit_rung round_id": lambda sample: sample.open_round.id,
    "reminders.show_ladder round_id": lambda sample: sample.open_round.id,
    "review.reopen_update update_id": lambda sample: sample.accepted.id,
    "round_id": lambda sample: sample.revision.round_id,
    "seq": lambda sample: sample.entry.seq,
    "accounts.confirm_email token": lambda sample: sample.token_for(LinkPurpose.CHANGE_OF_EMAIL),
    "accounts.set_new_password token": lambda sample: sample.token_for(LinkPurpose.RESET),
    "accounts.take_up_invitation token": lambda sample: sample.token_for(LinkPurpose.INVITATION),
    "snapshots.compare_snapshots earlier": lambda sample: sample.snapshots[1].number,
    "snapshots.compare_snapshots number": lambda sample: sample.snapshots[0].number,
    "snapshots.list_snapshots meeting_id": lambda sample: sample.snapshots[0].meeting_id,
    "snapshots.show_snapshot number": lambda sample: sample.snapshots[0].number,
    "update_id": lambda sample: sample.submitted.id,
}


#: What pages are asked that show little without it.
ASKED: Final = {"search.show_results": "?q=compensation"}


def address_of(app: Flask, endpoint: str) -> str:
    """Return the path of an example of the page."""
    rule = next(rule for rule in app.url_map.iter_rules(endpoint))
    with app.test_request_context():
        sample = Sample()
        values = {name: EXAMPLES.get(f"{endpoint} {name}") or EXAMPLES[name] for name in rule.arguments}
        address = app.url_for(endpoint, **{name: value(sample) for name, value in values.items()})
        address += ASKED.get(endpoint, "")
        db.session.rollback()
    return address
