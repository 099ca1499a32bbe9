"""The sample data: what it holds, that it says so, and that it is as the services would leave it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from flask_security.utils import verify_password

from config import Config
from tracker import create_app
from tracker.accounts.models import Role, User
from tracker.accounts.services.people import Grant, invite
from tracker.audit.services import verify_chain
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.instruments.models import Commitment
from tracker.mail.models import DeliveryState, Notification
from tracker.meetings.models import Extension, Meeting, Round
from tracker.meetings.schedule import RoundPhase
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision, Standing, Update
from tracker.progress.services.revisions import is_unaltered
from tracker.progress.services.standing import refresh_standing
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.processes


@contextmanager
def migrated(config: Config) -> Iterator[Flask]:
    """An application on a migrated database of its own."""
    app = create_app(config)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def sample(new_database: Callable[[], str], make_config: Callable[..., Config]) -> Iterator[Flask]:
    """An application with reference data and sample data, loaded by the commands."""
    config = make_config(SQLALCHEMY_DATABASE_URI=new_database(), TRACKER_DEMO_PASSWORD="sample-password-1")
    with migrated(config) as app:
        for command in ("init", "demo"):
            result = app.test_cli_runner().invoke(args=["tracker", command])
            assert result.exit_code == 0, result.output
        yield app


def test_every_state_is_there_and_the_newcomers_item_is_open(sample: Flask) -> None:
    with sample.app_context():
        assert set(db.session.scalars(sa.select(Update.state))) == set(UpdateState)
        item = db.session.scalars(
            sa.select(Item)
            .join(Item.commitment)
            .join(Item.party)
            .where(Commitment.code == "BRDO-2018-05", Party.code == "AL")
        ).one()
        assert item.standing.accepted_status is Status.PARTLY_IN_PLACE
        assert not item.standing.has_pending


def test_one_round_is_open(sample: Flask) -> None:
    with sample.app_context():
        phases = [round_.phase_on(network_today()) for round_ in db.session.scalars(sa.select(Round))]
        assert sorted(phases) == [RoundPhase.CLOSED] * 3 + [RoundPhase.OPEN]


def test_everything_made_up_says_so(sample: Flask) -> None:
    with sample.app_context():
        assert all(
            person.is_sample and person.name.endswith("(sample)") for person in db.session.scalars(sa.select(User))
        )
        meetings = db.session.scalars(sa.select(Meeting).where(Meeting.is_sample)).all()
        assert len(meetings) == 4
        assert all("(sample)" in meeting.title for meeting in meetings)
        texts = db.session.execute(sa.select(Revision.narrative, Revision.reason)).all()
        assert all("(sample)" in row.narrative + row.reason for row in texts)


def test_revisions_and_standings_are_what_the_services_leave(sample: Flask) -> None:
    with sample.app_context():
        for revision in db.session.scalars(sa.select(Revision).order_by(Revision.id).limit(200)):
            assert is_unaltered(revision)
        columns = ("accepted_revision_id", "accepted_status", "shared_revision_id", "shared_from", "has_pending")
        for item in db.session.scalars(sa.select(Item).limit(60)):
            before = [getattr(item.standing, name) for name in columns]
            refresh_standing(item, today=network_today())
            assert [getattr(item.standing, name) for name in columns] == before
        assert verify_chain().faults == ()
        db.session.rollback()


def test_nothing_of_the_past_is_sent(sample: Flask) -> None:
    with sample.app_context():
        assert set(db.session.scalars(sa.select(Notification.state))) <= {DeliveryState.CANCELLED}


def test_a_second_run_changes_nothing_and_prints_the_sign_ins(sample: Flask) -> None:
    with sample.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Update))

    result = sample.test_cli_runner().invoke(args=["tracker", "demo"])

    assert "there already" in result.output
    assert "coordinator.al@demo.example" in result.output
    assert "sample-password-1" in result.output
    with sample.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Update)) == before
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Standing)) == db.session.scalar(
            sa.select(sa.func.count()).select_from(Item)
        )


def test_it_refuses_in_production(new_database: Callable[[], str], make_config: Callable[..., Config]) -> None:
    with migrated(make_config(SQLALCHEMY_DATABASE_URI=new_database(), TRACKER_ENV="production")) as app:
        result = app.test_cli_runner().invoke(args=["tracker", "demo"])

    assert result.exit_code == 1
    assert "never loaded in production" in result.output


def test_without_reference_data_it_says_what_to_run(
    new_database: Callable[[], str], make_config: Callable[..., Config]
) -> None:
    with migrated(make_config(SQLALCHEMY_DATABASE_URI=new_database())) as app:
        result = app.test_cli_runner().invoke(args=["tracker", "demo"])

    assert result.exit_code == 1
    assert "tracker init" in result.output


def test_another_password_holds_from_the_next_run_on(sample: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sample.config, "TRACKER_DEMO_PASSWORD", "sample-password-2")

    result = sample.test_cli_runner().invoke(args=["tracker", "demo"])

    assert "sample-password-2" in result.output
    with sample.app_context():
        (password_hash,) = db.session.scalars(sa.select(User.password).distinct())
        assert password_hash is not None
        assert verify_password("sample-password-2", password_hash)


def test_one_party_has_more_time(sample: Flask) -> None:
    with sample.app_context():
        extensions = db.session.scalars(sa.select(Extension)).all()
        assert [(each.party.code, "(sample)" in each.reason) for each in extensions] == [("ME", True)]


def test_whoever_is_invited_there_is_marked_as_sample(sample: Flask) -> None:
    with sample.app_context():
        grant = Grant(role=Role.OBSERVER, party_id=None, is_deputy=False, starts_on=network_today(), ends_on=None)
        person = invite("new@example.org", name="New", function="", grant=grant, by=None, at=utc_now()).person
        assert person.is_sample
        db.session.rollback()


def test_it_refuses_beside_real_people(new_database: Callable[[], str], make_config: Callable[..., Config]) -> None:
    with migrated(make_config(SQLALCHEMY_DATABASE_URI=new_database())) as app:
        with app.app_context():
            db.session.add(User(email="real@example.org", name="Real", fs_uniquifier="real"))
            db.session.commit()
        result = app.test_cli_runner().invoke(args=["tracker", "demo"])

    assert result.exit_code == 1
    assert "accounts of real people" in result.output
