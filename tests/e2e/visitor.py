"""Somebody who sits in front of the tracker."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from scripts.serving import PASSWORD


class Visitor:
    """Does in a browser what people do, by the words they read."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_in(self, who: str) -> None:
        """Sign in as a sample person: ``secretariat``, ``coordinator.al``."""
        self.page.goto("/login")
        self.page.locator("input[name=email]").fill(f"{who}@demo.example")
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        expect(self.page.locator("header.mast details.person")).to_be_visible()

    def goes_to(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"

    def follows(self, words: str) -> None:
        """Follow the first link of the page's main part that reads so."""
        self.page.locator("main").get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()

    def opens(self, link: Locator) -> None:
        """Follow a link and wait until its page is whole: half a page has half its styles."""
        with self.page.expect_navigation():
            link.click()

    def presses(self, words: str) -> None:
        """Press the first such button of the main part, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=words).first.click()

    def row_of_work(self, code: str) -> Locator:
        """The line of an item in the list of work."""
        return self.page.locator("main li.item", has_text=code)

    def row_of_review(self, code: str, party: str) -> Locator:
        """The line of an update in the queue."""
        return self.page.locator("main tbody tr", has_text=code).filter(has_text=party)

    def cell_of_matrix(self, code: str, party: str) -> Locator:
        """The cell where the row of a commitment and the column of a party meet."""
        matrix = self.page.locator("main table.matrix")
        columns = matrix.locator("thead th").all_text_contents()
        place = next(i for i, words in enumerate(columns) if party in words)
        return matrix.locator("tbody tr", has_text=code).locator("th, td").nth(place)

    def reads(self, words: str) -> None:
        """See that the page's main part says so."""
        expect(self.page.locator("main")).to_contain_text(words)

    def finds_barriers(self) -> list[str]:
        """Return what axe finds on the page, and sideways scrolling of the page as a whole."""
        found = [
            f"{violation['id']}: {node['html'][:200]}"
            for violation in Axe().run(self.page).response["violations"]
            for node in violation["nodes"]
        ]
        width, shown = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        return found + ([f"the page is {width} pixels wide and the window {shown}"] if width > shown else [])
