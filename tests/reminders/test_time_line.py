"""The page of a meeting shows the ladder that its round really has."""

from tests.client import TrackerClient, page
from tests.factories import RoundFactory
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.reminders.models import ReminderRule
from tracker.reminders.schedule import Audience


def rungs(client: TrackerClient, address: str) -> list[str]:
    return [rung.b.text for rung in page(client.get(address)).select(".ladder li")]


def test_the_round_shows_its_own_ladder(client: TrackerClient, observer: User) -> None:
    round_ = RoundFactory.create()
    address = f"/meetings/{round_.meeting_id}"
    usual = rungs(client.sign_in(observer), address)
    db.session.add(ReminderRule(round_id=round_.id, offset_days=-14, audience=Audience.PARTY))
    db.session.add(ReminderRule(round_id=round_.id, offset_days=-3, audience=Audience.PARTY, is_enabled=False))
    db.session.commit()

    own = rungs(client, address)

    assert usual == ["D−42", "D−21", "D−7", "D−1", "Due", "D+3", "D+10", "Closes", "Meeting"]
    assert own == ["Opens", "D−14", "Due", "Closes", "Meeting"]
