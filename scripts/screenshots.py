"""Take the pictures of the README from the running application: what ``make screenshots`` does."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.serving import PASSWORD, ROOT, chromium_path, demo_served

FOLDER: Final = ROOT / "docs" / "screenshots"
WIDTH, HEIGHT = 1280, 860
#: Name of the picture: who looks, where they start, and the link that they follow from there.
PICTURES: Final = {
    "work": ("coordinator.al", "/work", None),
    "update": ("coordinator.al", "/work", "main a.btn-primary"),
    "dashboard": ("secretariat", "/dashboard", None),
    "review": ("secretariat", "/review", "main a[href^='/review/']"),
    "meeting": ("secretariat", "/meetings", "main a[href^='/meetings/']:not([href$=new])"),
    "reminders": ("secretariat", "/reminders", None),
    "assignments": ("coordinator.al", "/work/assignments", None),
    "snapshot": ("secretariat", "/snapshots/2", None),
}


def main() -> int:
    """Serve the demo, take each picture, and say where it is; return the exit code."""
    path = chromium_path()
    if path is None:
        sys.stderr.write("The pictures need Chromium. Install it (on Debian, as root: apt-get install chromium).\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo_served(Path(folder)) as demo, sync_playwright() as playwright:
        demo.command("tick")  # so that reminders have gone out
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name, (who, address, link) in PICTURES.items():
            page = signed_in(browser, demo.url, who)
            page.goto(address)
            if link is not None:
                page.locator(link).first.click()
                page.wait_for_load_state()
            page.screenshot(path=FOLDER / f"{name}.png")
            sys.stdout.write(f"docs/screenshots/{name}.png\n")
            page.context.close()
        browser.close()
    return 0


def signed_in(browser: Browser, url: str, who: str) -> Page:
    """Return a page of a demo person who has signed in."""
    page = browser.new_context(
        base_url=url, locale="en-GB", color_scheme="light", viewport={"width": WIDTH, "height": HEIGHT}
    ).new_page()
    page.goto("/login")
    page.locator("input[name=email]").fill(f"{who}@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("details.person").wait_for()
    return page


if __name__ == "__main__":
    sys.exit(main())
