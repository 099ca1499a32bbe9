"""The page that shows administrators who may do what."""

from tests.client import TrackerClient, page
from tracker.accounts.access import POLICIES
from tracker.accounts.models import User


def test_every_rule_stands_on_the_page_in_its_own_words(client: TrackerClient, administrator: User) -> None:
    shown = page(client.sign_in(administrator).get("/people/rules"))

    assert len(shown.select("main tbody tr")) == len(POLICIES)
    assert "Only a coordinator or deputy submits" in shown.text


def test_a_tick_says_what_the_rule_says(client: TrackerClient, administrator: User) -> None:
    shown = page(client.sign_in(administrator).get("/people/rules"))
    line = next(row for row in shown.select("main tbody tr") if "see who has an account" in row.text)

    assert [cell.select_one(".visually-hidden").text.strip() for cell in line.select("td")] == [  # type: ignore[union-attr]
        "no", "no", "yes", "yes", "no",
    ]  # fmt: skip
    assert "depends on what it is about" in shown.text
