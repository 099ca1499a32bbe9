"""A party reports, the Secretariat decides: the services, without the web."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.factories import AssignmentFactory, ExtensionFactory, ItemFactory, MembershipFactory, RoundFactory, reported
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.audit.services import verify_chain
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.instruments.models import CommitmentState
from tracker.mail.models import Notification
from tracker.mail.rendering import Cancel, Mail, render_batch
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.jobs import share_accepted
from tracker.progress.models import Item, Revision, Update
from tracker.progress.policies import is_assigned
from tracker.progress.services import drafting, review
from tracker.progress.services.answers import AnswerIncomplete, DraftAnswer
from tracker.progress.services.revisions import is_unaltered
from tracker.progress.statuses import Status
from tracker.progress.workflow import TransitionNotAllowed, UpdateState

ANSWER = DraftAnswer(
    status=Status.IN_PLACE,
    narrative="The fund was set up.",
    cleared_by_name="State secretary",
    cleared_by_function="Ministry of the Interior",
    cleared_on=date(2026, 11, 20),
)


@pytest.fixture
def round_() -> Round:
    return RoundFactory.create()


@pytest.fixture
def item(party: Party) -> Item:
    return ItemFactory.create(party=party)


@pytest.fixture
def past_round() -> Round:
    return RoundFactory.create(
        meeting__starts_on=date(2025, 3, 27),
        meeting__ends_on=date(2025, 3, 28),
        opens_on=date(2025, 1, 1),
        due_on=date(2025, 3, 6),
        closes_on=date(2025, 3, 26),
        share_on=date(2025, 3, 27),
    )


@pytest.fixture
def report(item: Item, round_: Round, coordinator: User, now: datetime) -> Callable[..., Update]:
    """Drafts and submits an answer for the item."""

    def submit(**differing: object) -> Update:
        update = drafting.open_update(item, round_, by=coordinator, at=now)
        drafting.save_draft(update, replace(ANSWER, **differing), by=coordinator, at=now)  # type: ignore[arg-type]
        drafting.submit(update, by=coordinator, at=now)
        db.session.commit()
        return update

    return submit


def test_a_submission_is_a_frozen_hashed_revision(report: Callable[..., Update], coordinator: User) -> None:
    update = report()

    revision = db.session.scalars(sa.select(Revision)).one()
    assert update.state is UpdateState.SUBMITTED
    assert update.latest_revision_id == revision.id
    assert (revision.number, revision.narrative) == (1, "The fund was set up.")
    assert (revision.author_id, revision.submitted_by_id) == (coordinator.id, coordinator.id)
    assert is_unaltered(revision)


@pytest.mark.parametrize("values", [{"narrative": "Something else."}, {"status": "in_use"}, {"sha256": "1" * 64}])
def test_the_database_refuses_to_change_a_revision(report: Callable[..., Update], values: dict[str, str]) -> None:
    report()

    with pytest.raises(sa.exc.DBAPIError, match="never changed"), db.session.begin_nested():
        db.session.execute(sa.update(Revision).values(**values))


def test_the_database_refuses_to_delete_a_revision(report: Callable[..., Update]) -> None:
    report()

    with pytest.raises(sa.exc.DBAPIError, match="never"), db.session.begin_nested():
        db.session.execute(sa.delete(Revision))


def test_an_incomplete_answer_says_what_is_wanted(item: Item, round_: Round, coordinator: User, now: datetime) -> None:
    update = drafting.open_update(item, round_, by=coordinator, at=now)
    drafting.save_draft(update, DraftAnswer(status=Status.NOT_APPLICABLE), by=coordinator, at=now)

    with pytest.raises(AnswerIncomplete) as caught:
        drafting.submit(update, by=coordinator, at=now)

    assert [field for field, _ in caught.value.wanted] == [
        "reason",
        "cleared_by_name",
        "cleared_by_function",
        "cleared_on",
    ]


def test_acceptance_points_the_item_at_the_revision(
    report: Callable[..., Update], item: Item, secretariat: User, now: datetime
) -> None:
    update = report()
    assert item.standing.has_pending

    review.accept([update], by=secretariat, at=now)
    db.session.commit()

    standing = item.standing
    assert update.state is UpdateState.ACCEPTED
    assert standing.accepted_revision_id == update.latest_revision_id
    assert standing.accepted_status is Status.IN_PLACE
    assert not standing.has_pending
    assert standing.shared_revision_id is None, "the share date is ahead"


def test_the_answer_is_shared_on_the_share_date(
    report: Callable[..., Update], item: Item, round_: Round, secretariat: User, now: datetime
) -> None:
    review.accept([report()], by=secretariat, at=now)
    db.session.commit()

    assert share_accepted(datetime(2027, 1, 19, 22, 59, tzinfo=now.tzinfo)) == 0
    assert share_accepted(datetime(2027, 1, 19, 23, 1, tzinfo=now.tzinfo)) == 1
    assert share_accepted(datetime(2027, 1, 19, 23, 2, tzinfo=now.tzinfo)) == 0
    assert item.standing.shared_status is Status.IN_PLACE
    assert item.standing.shared_from == round_.share_on


def test_a_share_date_that_moves_hides_the_answer_at_once(
    report: Callable[..., Update], item: Item, round_: Round, secretariat: User, now: datetime
) -> None:
    review.accept([report()], by=secretariat, at=now)
    share_accepted(datetime(2027, 1, 21, tzinfo=now.tzinfo))
    round_.share_on = date(2027, 2, 1)
    db.session.commit()
    db.session.expire_all()

    assert item.standing.shared_from == date(2027, 2, 1)
    assert share_accepted(datetime(2027, 1, 21, tzinfo=now.tzinfo)) == 1
    assert item.standing.shared_revision_id is None


def test_a_restricted_answer_is_never_shared(
    report: Callable[..., Update], item: Item, secretariat: User, now: datetime
) -> None:
    review.accept([report(is_restricted=True)], by=secretariat, at=now)
    db.session.commit()

    assert share_accepted(datetime(2027, 6, 1, tzinfo=now.tzinfo)) == 0
    assert item.standing.shared_revision_id is None


def test_a_late_acceptance_of_an_older_round_does_not_win(
    report: Callable[..., Update], item: Item, past_round: Round, coordinator: User, secretariat: User, now: datetime
) -> None:
    older = reported(item, past_round, coordinator, status=Status.NOT_STARTED)
    review.accept([report()], by=secretariat, at=now)

    review.accept([older], by=secretariat, at=now + timedelta(hours=1))
    db.session.commit()

    assert item.standing.accepted_status is Status.IN_PLACE
    assert item.standing.shared_status is Status.NOT_STARTED, "its share date has come, the newer one's has not"


def test_a_reopened_answer_stays_accepted_until_another_is(
    report: Callable[..., Update], item: Item, coordinator: User, secretariat: User, now: datetime
) -> None:
    update = report()
    review.accept([update], by=secretariat, at=now)
    first = item.standing.accepted_revision_id

    review.reopen(update, by=secretariat, at=now, reason="The figure was wrong.")
    assert update.state is UpdateState.RETURNED
    assert item.standing.accepted_revision_id == first
    drafting.save_draft(update, replace(ANSWER, status=Status.IN_USE), by=coordinator, at=now)
    drafting.submit(update, by=coordinator, at=now)
    assert item.standing.accepted_revision_id == first
    review.accept([update], by=secretariat, at=now)
    db.session.commit()

    assert item.standing.accepted_status is Status.IN_USE


def test_the_party_is_told_of_a_return_without_its_substance(
    report: Callable[..., Update], coordinator: User, secretariat: User, now: datetime
) -> None:
    review.return_for_correction(report(), by=secretariat, at=now, reason="Add the budget of the fund.")
    db.session.commit()

    mail = db.session.scalars(sa.select(Notification)).one()
    assert (mail.kind, mail.person_id) == ("update_returned", coordinator.id)
    assert "budget" not in str(mail.parameters)


def test_nobody_decides_on_what_they_submitted(report: Callable[..., Update], coordinator: User, now: datetime) -> None:
    MembershipFactory.create(person=coordinator, role=Role.SECRETARIAT, party=None)

    with pytest.raises(review.NotYourOwn):
        review.accept([report()], by=coordinator, at=now)


def test_a_review_that_started_stops_the_recall(
    report: Callable[..., Update], coordinator: User, secretariat: User, now: datetime
) -> None:
    update = report()
    review.start_review(update, by=secretariat, at=now)

    with pytest.raises(TransitionNotAllowed):
        drafting.recall(update, by=coordinator, at=now)


def test_a_recalled_update_can_be_changed_and_sent_again(
    report: Callable[..., Update], item: Item, coordinator: User, now: datetime
) -> None:
    update = report()

    drafting.recall(update, by=coordinator, at=now)
    assert not item.standing.has_pending
    drafting.save_draft(update, replace(ANSWER, narrative="Better said."), by=coordinator, at=now)
    revision = drafting.submit(update, by=coordinator, at=now)
    db.session.commit()

    assert (revision.number, revision.narrative) == (2, "Better said.")


def test_an_officer_accepts_only_what_they_read(
    report: Callable[..., Update], coordinator: User, secretariat: User, now: datetime
) -> None:
    update = report()
    read = update.latest_revision_id
    drafting.recall(update, by=coordinator, at=now)
    drafting.submit(update, by=coordinator, at=now)

    with pytest.raises(review.RevisionIsNewer):
        review.accept([update], by=secretariat, at=now, read=[read or 0])


def test_no_change_repeats_the_accepted_answer(
    item: Item, past_round: Round, round_: Round, coordinator: User, now: datetime
) -> None:
    before = reported(item, past_round, coordinator, state=UpdateState.ACCEPTED, narrative="As before.")

    revision = drafting.no_change(item, round_, by=coordinator, at=now)
    db.session.commit()

    assert revision.narrative == "As before."
    assert revision.unchanged_from_id == before.accepted_revision_id
    assert is_unaltered(revision)


def test_no_change_is_not_offered_without_an_accepted_answer(
    item: Item, round_: Round, coordinator: User, now: datetime
) -> None:
    with pytest.raises(drafting.NoChangeNotPossible):
        drafting.no_change(item, round_, by=coordinator, at=now)


def test_no_change_is_not_offered_after_a_return_nor_over_a_draft(
    item: Item, past_round: Round, round_: Round, coordinator: User, secretariat: User, now: datetime
) -> None:
    reported(item, past_round, coordinator, state=UpdateState.ACCEPTED)
    update = drafting.open_update(item, round_, by=coordinator, at=now)
    drafting.save_draft(update, ANSWER, by=coordinator, at=now)
    with pytest.raises(drafting.NoChangeNotPossible):
        drafting.no_change(item, round_, by=coordinator, at=now)
    drafting.submit(update, by=coordinator, at=now)
    review.return_for_correction(update, by=secretariat, at=now, reason="Say more.")

    with pytest.raises(drafting.NoChangeNotPossible):
        drafting.no_change(item, round_, by=coordinator, at=now)


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [(datetime(2026, 12, 14, 22, 59, tzinfo=UTC), False), (datetime(2026, 12, 14, 23, 0, tzinfo=UTC), True)],
    ids=["a minute before midnight in Vienna", "midnight in Vienna"],
)
def test_a_submission_after_the_due_date_is_marked_late(
    item: Item, round_: Round, coordinator: User, moment: datetime, is_late: bool
) -> None:
    update = drafting.open_update(item, round_, by=coordinator, at=moment)
    drafting.save_draft(update, ANSWER, by=coordinator, at=moment)

    assert drafting.submit(update, by=coordinator, at=moment).is_late is is_late


def test_a_closed_round_takes_nothing_but_under_an_extension(
    item: Item, round_: Round, coordinator: User, secretariat: User, now: datetime
) -> None:
    round_.closed_at = now
    db.session.commit()
    with pytest.raises(drafting.SubmissionsClosed, match="extension"):
        drafting.open_update(item, round_, by=coordinator, at=now)
    ExtensionFactory.create(round=round_, party=item.party, granted_by_id=secretariat.id)
    db.session.refresh(round_)

    assert drafting.open_update(item, round_, by=coordinator, at=now).state is UpdateState.DRAFT


def test_a_withdrawn_commitment_takes_nothing(item: Item, round_: Round, coordinator: User, now: datetime) -> None:
    item.commitment.state, item.commitment.state_changed_on = CommitmentState.WITHDRAWN, date(2026, 1, 1)

    with pytest.raises(DomainError, match="no longer stands"):
        drafting.open_update(item, round_, by=coordinator, at=now)


def test_each_act_leaves_its_event_and_the_chain_is_whole(
    report: Callable[..., Update], secretariat: User, now: datetime
) -> None:
    update = report()
    review.start_review(update, by=secretariat, at=now)
    review.accept([update], by=secretariat, at=now)
    db.session.commit()

    acts = list(db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq)))
    assert acts == ["update.saved", "update.submitted", "update.review_started", "update.accepted"]
    assert [event.action.value for event in update.events] == ["submit", "start_review", "accept"]
    assert verify_chain().faults == ()


def test_the_same_form_is_used_once(coordinator: User, now: datetime) -> None:
    assert drafting.use_key("abc", by=coordinator, at=now)
    assert not drafting.use_key("abc", by=coordinator, at=now)


@pytest.mark.parametrize("kind", ["updates_accepted", "update_returned", "update_reopened"])
def test_news_to_the_party_carries_titles_and_links_only(
    report: Callable[..., Update], secretariat: User, now: datetime, kind: str
) -> None:
    update = report(narrative="SUBSTANCE")
    if kind == "update_returned":
        review.return_for_correction(update, by=secretariat, at=now, reason="SUBSTANCE")
    else:
        review.accept([update], by=secretariat, at=now)
    if kind == "update_reopened":
        review.reopen(update, by=secretariat, at=now, reason="SUBSTANCE")
    db.session.commit()
    mail = db.session.scalars(sa.select(Notification).filter_by(kind=kind)).one()

    written = render_batch([mail], now)[mail.id]

    assert isinstance(written, Mail)
    assert "Albania" in written.subject
    assert "20–21 January 2027" in written.subject
    for body in (written.text, written.html):
        assert update.item.commitment.title in body
        assert f"http://localhost:8000/items/{update.item_id}" in body
        assert "SUBSTANCE" not in body


def test_news_that_is_no_longer_true_is_not_sent(
    report: Callable[..., Update], coordinator: User, secretariat: User, now: datetime
) -> None:
    update = report()
    review.return_for_correction(update, by=secretariat, at=now, reason="Say more.")
    drafting.submit(update, by=coordinator, at=now)
    db.session.commit()
    mail = db.session.scalars(sa.select(Notification)).one()

    assert isinstance(render_batch([mail], now)[mail.id], Cancel)


def test_an_assignment_ends_with_its_round(
    item: Item, round_: Round, past_round: Round, contributor: User, coordinator: User
) -> None:
    AssignmentFactory.create(item=item, round_id=past_round.id, person=contributor, assigned_by_id=coordinator.id)
    assert not is_assigned(contributor, item)

    AssignmentFactory.create(item=item, round_id=round_.id, person=contributor, assigned_by_id=coordinator.id)
    assert is_assigned(contributor, item)
