"""A whole round of one party, as its coordinator does it: presses and keys are counted, in the browser itself."""

import re
import time
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.e2e.visitor import Visitor
from tests.factories import ItemFactory, MembershipFactory, PartyFactory, reported
from tracker.accounts.models import Role, User
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Standing, Update
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.journey

#: A press takes so many seconds with moving the mouse, a key so many, and a new page so many to look at.
#: Source: the keystroke-level model of Card, Moran and Newell, rounded up.
PRESS, KEY, LOOK = 1.4, 0.3, 4.0
MOST_PRESSES = 60

_COUNTS = """
for (const kind of ["pointerdown", "keydown"])
  addEventListener(kind, (event) => { if (event.isTrusted) window.counted(kind); }, true);
addEventListener("DOMContentLoaded", () => window.counted("page"));
"""


class Counted(Visitor):
    """A visitor whose presses, keys and pages are counted where they arrive: in the browser."""

    def __init__(self, page: Page) -> None:
        self.counts = {"pointerdown": 0, "keydown": 0, "page": 0}
        page.expose_binding("counted", lambda _source, kind: self.counts.__setitem__(kind, self.counts[kind] + 1))
        page.add_init_script(_COUNTS)
        super().__init__(page)

    def types(self, label: str, text: str) -> None:
        """Press into a field and type."""
        field = self.page.locator("main").get_by_label(label, exact=True).first
        field.click()
        field.press_sequentially(text)

    def opens(self, link: Locator) -> None:
        """Press a link and wait for its page."""
        with self.page.expect_navigation():
            link.click()

    def opens_your_work(self) -> None:
        self.opens(self.page.locator("nav.mainnav").get_by_role("link", name="Your work"))

    def opens_update_of(self, place: int) -> None:
        """Open the form of one of the items that are not begun."""
        row = self.page.locator("main li.item", has_text="Not begun").nth(place)
        self.opens(row.get_by_role("link", name="Update"))

    @property
    def seconds(self) -> float:
        """How long a practised person takes."""
        return self.counts["pointerdown"] * PRESS + self.counts["keydown"] * KEY + self.counts["page"] * LOOK


@pytest.fixture
def newcomer(sample_app: Flask) -> Party:
    """A country with 28 items that all have an accepted answer from the last round, and nothing begun in this one."""
    model = db.session.scalars(sa.select(Party).filter_by(code="AL")).one()
    like = db.session.scalars(sa.select(User).filter_by(email="coordinator.al@demo.example")).one()
    party = PartyFactory.create(code="ZZ", name="Sampleland", short_name="Sampleland", position=999)
    people = {}
    for part, role in (("coordinator", Role.COORDINATOR), ("contributor", Role.CONTRIBUTOR)):
        held = MembershipFactory.create(
            role=role,
            party=party,
            person__email=f"{part}.zz@demo.example",
            person__name=f"{part.capitalize()}, ZZ (sample)",
            person__password=like.password,
            person__fs_uniquifier=uuid4().hex,
            person__is_sample=True,
        )
        people[part] = held.person
    rounds = db.session.scalars(sa.select(Round).order_by(Round.due_on)).all()
    items = db.session.scalars(
        sa.select(Item).where(Item.party_id == model.id, Item.state == "active").order_by(Item.id).limit(28)
    ).all()
    for each in items:
        item = ItemFactory.create(party=party, commitment=each.commitment, standing=Standing())
        reported(
            item,
            rounds[-2],
            people["coordinator"],
            state=UpdateState.ACCEPTED,
            cleared_by_name="Ana Sample",
            cleared_by_function="Deputy minister",
            cleared_on=date(2026, 1, 5),
        )
    db.session.commit()
    return party


@pytest.fixture
def counted(new_page: Callable[..., Page]) -> Callable[[str], Counted]:
    """Signs somebody in; what follows is counted."""

    def sign_in(who: str) -> Counted:
        visitor = Counted(new_page())
        visitor.sign_in(who)
        visitor.counts.update(dict.fromkeys(visitor.counts, 0))
        return visitor

    return sign_in


def test_a_round_of_28_items_takes_under_sixty_presses(
    newcomer: Party,
    counted: Callable[[str], Counted],
    sample_app: Flask,
) -> None:
    began = time.monotonic()
    coordinator = counted("coordinator.zz")
    page = coordinator.page
    page.goto("/work")
    expect(page.locator("main li.item")).to_have_count(28)

    # Three go into the contributor's hands.
    for place in range(3):
        page.locator("main li.item input[name=item]").nth(place).check()
    coordinator.presses("Assign the ticked items")
    page.get_by_label("Contributor, ZZ (sample)").check()
    coordinator.presses("Assign the ticked items")

    # Five have changed.
    for _ in range(5):
        coordinator.opens_your_work()
        coordinator.opens_update_of(3)
        page.get_by_label(re.compile("^In place ")).first.check()
        coordinator.types("What has been done since the last round?", "The by-law was adopted in May. ")
        coordinator.presses("Save draft")

    contributor = counted("contributor.zz")
    for _ in range(3):
        contributor.page.goto("/work")
        contributor.opens_update_of(0)
        contributor.types("What has been done since the last round?", "Two trainings were held. ")
        contributor.presses("Save, and say that it can go")

    # Twenty have not changed.
    coordinator.opens_your_work()
    coordinator.opens(page.locator("main").get_by_role("link", name="No change on several items"))
    expect(page.locator("main input[name=items]:checked")).to_have_count(20)
    coordinator.presses("Submit the ticked items without change")

    # All that is ready goes, cleared in one place.
    coordinator.opens(page.locator("main").get_by_role("link", name="Submit what is ready"))
    expect(page.locator("main input[name=items]:checked")).to_have_count(8)
    coordinator.types("Name", "Ana Sample")
    coordinator.types("Function", "Deputy minister")
    page.get_by_label("Date", exact=True).click()
    page.get_by_label("Date", exact=True).fill("2026-11-20")
    coordinator.counts["keydown"] += 8  # in which order a browser wants day and month differs
    assert coordinator.finds_barriers() == []
    coordinator.presses("Submit the ticked items to the Secretariat")
    coordinator.reads("8 updates are submitted")

    db.session.rollback()
    submitted = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Update)
        .join(Item, Item.id == Update.item_id)
        .where(Item.party_id == newcomer.id, Update.state == UpdateState.SUBMITTED)
    )
    db.session.rollback()  # this process must not keep the one that serves from writing
    assert submitted == 28
    figures = coordinator.counts | {
        "seconds of a practised person": round(coordinator.seconds),
        "seconds of the machine": round(time.monotonic() - began),
    }
    assert 20 < coordinator.counts["pointerdown"] < MOST_PRESSES, figures
    assert coordinator.seconds < 15 * 60, figures


def test_a_lost_line_and_a_lost_session_lose_no_text(visitor: Callable[..., Visitor]) -> None:
    coordinator = visitor("coordinator.ba")
    page = coordinator.page
    coordinator.goes_to("/work?state=drafts")
    coordinator.opens(page.locator("main li.item").first.get_by_role("link", name="Continue"))
    narrative = page.get_by_label("What has been done since the last round?")
    narrative.fill("Typed on the line.")
    expect(page.locator(".typing-kept")).to_contain_text("Saved at", timeout=20_000)
    page.context.set_offline(True)
    narrative.fill("Typed without a line.")
    coordinator.page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".typing-said")).to_contain_text("Not saved: no connection.")
    assert coordinator.finds_barriers() == []
    page.context.set_offline(False)
    expect(page.locator(".typing-kept")).to_contain_text("Saved at", timeout=30_000)

    page.reload()
    coordinator.reads("and did not save it")
    assert coordinator.finds_barriers() == []
    coordinator.follows("Take it up")
    expect(narrative).to_have_value("Typed without a line.")
    page.context.clear_cookies()
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    coordinator.reads("Nothing is saved yet, and nothing is lost")
    coordinator.reads("Typed without a line.")
    with page.context.expect_page() as opened:
        coordinator.follows("Sign in, in a new window")
    other = Visitor(opened.value)
    other.sign_in("coordinator.ba")
    coordinator.presses("Go on with what I typed")
    expect(narrative).to_have_value("Typed without a line.")
    coordinator.presses("Save draft")

    coordinator.reads("It counts when it is submitted.")
