"""Makes rows for tests. Each factory gives valid values; a test names only what it is about."""

from datetime import UTC, date, datetime

import factory
from factory.alchemy import SQLAlchemyModelFactory

from tracker.accounts.models import Membership, Passkey, Role, SignIn, User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import (
    Addressee,
    Adoption,
    Basis,
    Commitment,
    CommitmentVersion,
    Indicator,
    IndicatorType,
    Instrument,
    InstrumentType,
    Period,
    Strength,
    Theme,
    TitleStatus,
)
from tracker.meetings.models import Extension, Meeting, MeetingKind, Round
from tracker.papers.models import Paper
from tracker.parties.models import Party, PartyKind
from tracker.progress.models import Assignment, Item, Revision, Standing, Update
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class _Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731
        sqlalchemy_session_persistence = "commit"


class PartyFactory(_Factory):
    class Meta:
        model = Party

    code = factory.Sequence(lambda n: f"Z{n:02d}")
    kind = PartyKind.COUNTRY
    position = factory.Sequence(lambda n: 100 + n)
    name = factory.Sequence(lambda n: f"Party {n}")
    short_name = factory.SelfAttribute("name")
    timezone = "Europe/Vienna"


class UserFactory(_Factory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    fs_uniquifier = factory.Sequence(lambda n: f"uniquifier-{n}")


class MembershipFactory(_Factory):
    class Meta:
        model = Membership

    person = factory.SubFactory(UserFactory)
    role = Role.COORDINATOR
    party = factory.Maybe("speaks_for_party", yes_declaration=factory.SubFactory(PartyFactory), no_declaration=None)
    starts_on = date(2020, 1, 1)

    class Params:
        speaks_for_party = factory.LazyAttribute(lambda o: o.role in (Role.COORDINATOR, Role.CONTRIBUTOR))


class SignInFactory(_Factory):
    """A sign-in of another device."""

    class Meta:
        model = SignIn

    person = factory.SubFactory(UserFactory)
    sid_hash = factory.Sequence(lambda n: f"{n:064x}")
    started_at = factory.LazyFunction(utc_now)
    last_seen_at = factory.LazyFunction(utc_now)


class PasskeyFactory(_Factory):
    class Meta:
        model = Passkey

    name = "Laptop"
    credential_id = factory.Sequence(lambda n: f"credential{n}")
    credential_hash = factory.Sequence(lambda n: f"{n:064x}")
    public_key = b"key"
    sign_count = 0
    made_at = factory.LazyFunction(utc_now)


class ThemeFactory(_Factory):
    class Meta:
        model = Theme

    code = factory.Sequence(lambda n: f"theme{n}")
    position = factory.Sequence(lambda n: n)
    name = factory.Sequence(lambda n: f"Theme {n}")


class InstrumentFactory(_Factory):
    class Meta:
        model = Instrument

    code = factory.Sequence(lambda n: f"INST-{n}")
    title = factory.Sequence(lambda n: f"Joint Declaration number {n}")
    short_title = factory.Sequence(lambda n: f"Declaration {n}")
    title_status = TitleStatus.OFFICIAL
    type = InstrumentType.MINISTERIAL_DECLARATION
    adopted_on = date(2018, 3, 16)


class AdoptionFactory(_Factory):
    class Meta:
        model = Adoption

    instrument = factory.SubFactory(InstrumentFactory)
    party = factory.SubFactory(PartyFactory)


class CommitmentFactory(_Factory):
    class Meta:
        model = Commitment

    instrument = factory.SubFactory(InstrumentFactory)
    theme = factory.SubFactory(ThemeFactory)
    position = factory.Sequence(lambda n: n)
    code = factory.Sequence(lambda n: f"INST-{n:04d}-01")
    title = factory.Sequence(lambda n: f"Commitment {n}")
    summary = "Set up formal mechanisms."
    strength = Strength.COMMITS
    addressee = Addressee.COUNTRY
    versions = factory.LazyAttribute(
        lambda o: [CommitmentVersion(number=1, title=o.title, summary=o.summary, strength=o.strength, made_at=NOON)]
    )


class IndicatorFactory(_Factory):
    """A yearly count, not sensitive and without breakdowns."""

    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"IND-{n}")
    theme = factory.SubFactory(ThemeFactory)
    position = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"Indicator {n}")
    type = IndicatorType.COUNT
    unit = "persons"
    period = Period.YEAR
    basis = Basis.STATED


class MeetingFactory(_Factory):
    class Meta:
        model = Meeting

    code = factory.Sequence(lambda n: f"M-2027-01-{n}")
    kind = MeetingKind.NETWORK
    title = factory.Sequence(lambda n: f"Network meeting {n}")
    starts_on = date(2027, 1, 20)
    ends_on = date(2027, 1, 21)
    timezone = "Europe/Ljubljana"
    city = "Brdo pri Kranju"
    country_code = "SI"


class RoundFactory(_Factory):
    """A round that is open on ``conftest.NOW``; its scope is empty unless ``instruments`` are named."""

    class Meta:
        model = Round

    meeting = factory.SubFactory(MeetingFactory)
    opens_on = date(2026, 11, 2)
    due_on = date(2026, 12, 14)
    closes_on = date(2027, 1, 8)
    share_on = date(2027, 1, 20)
    timezone = "Europe/Vienna"


class ExtensionFactory(_Factory):
    class Meta:
        model = Extension

    round = factory.SubFactory(RoundFactory)
    party = factory.SubFactory(PartyFactory)
    due_on = date(2026, 12, 18)
    reason = "Change of government."
    granted_at = NOON


class ItemFactory(_Factory):
    class Meta:
        model = Item

    commitment = factory.SubFactory(CommitmentFactory)
    party = factory.SubFactory(PartyFactory)
    standing = factory.LazyFunction(Standing)


class UpdateFactory(_Factory):
    """An update with a draft that could be submitted."""

    class Meta:
        model = Update

    item = factory.SubFactory(ItemFactory)
    round = factory.SubFactory(RoundFactory)
    state = UpdateState.DRAFT
    status = Status.PARTLY_IN_PLACE
    narrative = "The by-law was drafted."
    cleared_by_name = "State secretary"
    cleared_by_function = "Ministry of the Interior"
    cleared_on = date(2026, 11, 19)


class RevisionFactory(_Factory):
    class Meta:
        model = Revision

    item = factory.SubFactory(ItemFactory)
    round = factory.SubFactory(RoundFactory)
    number = 1
    commitment_version = 1
    status = Status.PARTLY_IN_PLACE
    narrative = "The by-law was drafted."
    author = factory.SubFactory(UserFactory)
    submitted_by = factory.SelfAttribute("author")
    submitted_at = NOON
    sha256 = "0" * 64


class AssignmentFactory(_Factory):
    class Meta:
        model = Assignment

    item = factory.SubFactory(ItemFactory)
    person = factory.SubFactory(UserFactory)
    assigned_by_id = factory.SelfAttribute("person.id")
    given_at = datetime(2026, 11, 2, 12, tzinfo=UTC)


def reported(
    item: Item, round_: Round, author: User, *, state: UpdateState = UpdateState.SUBMITTED, **answer: object
) -> Update:
    """Return an update after submission, with its revision and standing as the services leave them."""
    answer = {"status": Status.PARTLY_IN_PLACE, "narrative": "The by-law was drafted."} | answer
    revision = RevisionFactory.create(item=item, round=round_, author=author, submitted_by=author, **answer)
    is_accepted = state is UpdateState.ACCEPTED
    update = UpdateFactory.create(
        item=item,
        round=round_,
        state=state,
        author_id=author.id,
        submitted_at=NOON,
        submitted_by_id=author.id,
        latest_revision=revision,
        accepted_revision=revision if is_accepted else None,
        decided_at=NOON if is_accepted else None,
        **answer,
    )
    standing = item.standing
    standing.has_pending = state is UpdateState.SUBMITTED
    if is_accepted:
        standing.accepted_revision_id, standing.accepted_status = revision.id, revision.status
        standing.accepted_round_id = round_.id
        if not revision.is_restricted:
            standing.shared_revision_id, standing.shared_status = revision.id, revision.status
            standing.shared_round_id, standing.shared_from = round_.id, round_.share_on
    db.session.commit()
    return update


class PaperFactory(_Factory):
    """A paper that waits to be made."""

    class Meta:
        model = Paper

    kind = "trial"
    key = factory.Sequence(lambda n: f"{n:064x}")
    requested_by_id = factory.SelfAttribute("requested_by.id")
    requested_at = NOON
    next_attempt_at = NOON
