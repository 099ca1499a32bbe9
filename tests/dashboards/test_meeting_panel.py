"""The page of a meeting shows how far its round has come, to those who may know."""

from tests.client import TrackerClient, page
from tests.factories import CommitmentFactory, ItemFactory, RoundFactory, reported
from tracker.accounts.models import User
from tracker.parties.models import Party


def test_each_party_reads_its_own_progress_and_the_secretariat_all(
    client: TrackerClient, coordinator: User, peer: User, secretariat: User, observer: User, party: Party,
    other_party: Party,
) -> None:  # fmt: skip
    commitment = CommitmentFactory.create()
    round_ = RoundFactory.create(instruments=[commitment.instrument])
    reported(ItemFactory.create(commitment=commitment, party=party), round_, coordinator)
    ItemFactory.create(commitment=commitment, party=other_party)

    def shown(person: User) -> list[str]:
        found = page(client.sign_in(person).get(f"/meetings/{round_.meeting_id}"))
        return [bar.text for bar in found.select("main progress")]

    assert shown(secretariat) == ["1 of 2", "1 of 1", "0 of 1"]
    assert shown(coordinator) == ["1 of 1"]
    assert shown(peer) == ["0 of 1"]
    assert shown(observer) == []
