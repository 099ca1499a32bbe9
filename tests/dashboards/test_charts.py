"""The charts count what the reader may see, by the one rule, and hand it out as drawing and table."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from xml.etree import ElementTree as ET

import pytest
import time_machine

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted, words
from tests.factories import CommitmentFactory, ItemFactory, UpdateFactory
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.dashboards.charts.reading import CHARTS
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.parties.models import Footnote, Party
from tracker.progress.jobs import share_accepted
from tracker.progress.models import Item
from tracker.progress.statuses import Status


def table(client: TrackerClient, person: User, name: str, query: str = "") -> list[dict[str, str]]:
    text = client.sign_in(person).get(f"/dashboard/charts/{name}.csv{query}").text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def coverage(client: TrackerClient, person: User) -> dict[str, tuple[str, str]]:
    return {row["party"]: (row["reported"], row["asked"]) for row in table(client, person, "coverage")}


@pytest.mark.parametrize(("moment", "seen"), [("2027-01-19T12:00:00Z", "0"), ("2027-01-20T12:00:00Z", "1")])
def test_what_is_not_shared_restricted_or_a_draft_is_not_reported(
    client: TrackerClient, coordinator: User, peer: User, observer: User, secretariat: User, item: Item, party: Party,
    winter: Round, moment: str, seen: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    accepted(item, winter, coordinator, Status.IN_PLACE)
    hidden, drafted = ItemFactory.create(party=party), ItemFactory.create(party=party)
    accepted(hidden, winter, coordinator, Status.IN_USE, is_restricted=True)
    UpdateFactory.create(item=drafted, round=winter)

    with time_machine.travel(moment, tick=False):
        monkeypatch.setattr("tracker.dashboards.views.blueprint.network_today", lambda: utc_now().date())
        share_accepted(utc_now())
        db.session.commit()
        for insider in (coordinator, secretariat):
            assert coverage(client, insider)["AL"] == ("2", "3")
        for outsider in (peer, observer):
            assert coverage(client, outsider)["AL"] == (seen, "3")
            ages = table(client, outsider, "age-by-theme")
            assert sum(1 for row in ages if row["median_age_in_months"]) == int(seen)
            assert sum(int(row["in_use"]) for row in table(client, outsider, "statuses-by-commitment")) == 0
            assert sum(int(row["in_use"]) for row in table(client, outsider, "themes-over-rounds")) == 0


def test_the_map_counts_a_commitment_under_each_of_its_themes(
    client: TrackerClient, observer: User, coordinator: User, item: Item, party: Party, other_party: Party,
    commitment: Commitment, spring: Round,
) -> None:  # fmt: skip
    accepted(item, spring, coordinator, Status.NOT_APPLICABLE)
    ItemFactory.create(party=party, commitment=CommitmentFactory.create(theme=commitment.theme))

    rows = table(client, observer, "reported-by-theme")

    assert [(row["theme"], row["party"], row["reported"], row["asked"]) for row in rows] == [
        (commitment.theme.code, "AL", "1", "2"), (commitment.theme.code, "RS", "0", "0"),
    ]  # fmt: skip


def test_freshness_says_from_which_round_answers_are(
    client: TrackerClient, coordinator: User, item: Item, party: Party, spring: Round, winter: Round
) -> None:
    accepted(item, winter, coordinator, Status.IN_PLACE)  # the open round: newer than any that was due
    accepted(ItemFactory.create(party=party), spring, coordinator, Status.IN_USE)
    ItemFactory.create(party=party)

    (row,) = [row for row in table(client, coordinator, "freshness") if row["party"] == "AL"]

    assert (row["latest_round"], row["round_before"], row["older"], row["not_reported"]) == ("2", "0", "0", "1")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_stands_alone_as_a_drawing(
    client: TrackerClient, observer: User, coordinator: User, item: Item, party: Party, spring: Round, name: str
) -> None:
    party.short_name, party.footnote = (
        "Kosovo* <&>",
        Footnote(family="XK", form="un", text="* This designation"),
    )
    db.session.commit()
    accepted(item, spring, coordinator, Status.IN_PLACE)

    response = client.sign_in(observer).get(f"/dashboard/charts/{name}.svg")

    assert response.mimetype == "image/svg+xml"
    assert "attachment" in response.headers["Content-Disposition"]
    root = ET.fromstring(response.text)  # noqa: S314  # our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.find("{http://www.w3.org/2000/svg}title") is not None


def test_every_chart_has_a_table_and_files(
    client: TrackerClient, observer: User, coordinator: User, item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE)
    shown = page(client.sign_in(observer).get("/dashboard/charts"))

    assert len(shown.select("svg.plot")) == len(shown.select("figure table.grid")) == len(CHARTS)
    for link in shown.select("section .section-head a"):
        assert client.get(str(link["href"])).status_code == 200
    assert "1 of 1" in words(shown.select_one("section[aria-labelledby=c-coverage] svg"))


def test_unknown_values_give_the_whole_page_and_a_notice(
    client: TrackerClient, observer: User, coordinator: User, item: Item, spring: Round
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE)
    client.sign_in(observer)

    text = client.get("/dashboard/charts?theme=x&instrument=%00&addressee=moon").text
    assert "There is no such choice for Addressed to, Instrument, Theme." in text
    assert client.get("/dashboard/charts/nothing.svg").status_code == 404
    assert client.get("/dashboard/charts?addressee=network").status_code == 200


def test_the_charts_cost_the_same_whatever_their_size(
    client: TrackerClient,
    coordinator: User,
    item: Item,
    party: Party,
    spring: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    accepted(item, spring, coordinator, Status.IN_PLACE)
    client.sign_in(coordinator)

    def statements() -> int:
        with recording_sql() as recorded:
            assert client.get("/dashboard/charts").status_code == 200
        return len(recorded)

    few = statements()
    for _ in range(8):
        accepted(ItemFactory.create(party=party), spring, coordinator, Status.IN_USE)
    assert statements() == few <= 8
