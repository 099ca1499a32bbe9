"""A second factor in a browser: an app's codes, recovery codes on paper, and passkeys in a made-up device."""

from collections.abc import Callable, Iterator

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Page, expect

from scripts.serving import PASSWORD
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.journey
Device = Callable[[Page], None]


@pytest.fixture
def device() -> Iterator[Device]:
    """Gives a browser a device that makes passkeys, as a laptop with a fingerprint reader does."""

    def plug_in(page: Page) -> None:
        chrome = page.context.new_cdp_session(page)
        chrome.send("WebAuthn.enable")
        chrome.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )

    return plug_in


def signs_out(person: Visitor) -> None:
    person.page.locator("header details.person summary").click()
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Sign out").click()


def gives_password(person: Visitor, who: str) -> None:
    person.goes_to("/login")
    person.page.locator("input[name=email]").fill(f"{who}@demo.example")
    person.page.locator("input[name=password]").fill(PASSWORD)
    person.page.locator("input[name=password]").press("Enter")


def is_in(person: Visitor) -> None:
    expect(person.page.locator("header.mast details.person")).to_be_visible()


def test_an_app_and_recovery_codes(visitor: Callable[..., Visitor]) -> None:
    person = visitor("contributor.rs")
    person.goes_to("/me")
    person.follows("Set up a second factor")
    person.follows("Set up an app")
    picture = person.page.locator("img.app-key")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    key = TOTP((person.page.locator(".typed-key").text_content() or "").replace(" ", ""))
    person.page.locator("input[name=code]").fill(key.generate().token)
    person.presses("Use this app")
    codes = person.page.locator(".recovery-codes code").all_text_contents()
    assert len(codes) == 10
    assert person.finds_barriers() == []
    expect(person.page.get_by_role("button", name="Print this page")).to_be_visible()

    signs_out(person)
    gives_password(person, "contributor.rs")
    expect(person.page.get_by_role("heading", name="Second step")).to_be_visible()
    assert person.finds_barriers() == []
    person.follows("My device is lost")
    assert person.finds_barriers() == []
    person.page.locator("input[name=code]").fill(codes[0])
    person.presses("Sign in")
    is_in(person)
    person.goes_to("/me/second-factor")
    person.reads("9 codes are left")
    assert person.finds_barriers() == []


def test_a_passkey_is_made_signs_in_after_the_password_and_alone_and_is_removed(
    visitor: Callable[..., Visitor], device: Device
) -> None:
    person = visitor("contributor.me")
    device(person.page)
    person.goes_to("/me/second-factor/passkeys")
    person.page.get_by_label("Name of this passkey").fill("Laptop")
    with person.page.expect_response(lambda got: got.request.method == "POST"):
        person.page.get_by_role("button", name="Add the passkey").click()
    expect(person.page.locator(".recovery-codes code")).to_have_count(10)

    signs_out(person)
    gives_password(person, "contributor.me")
    assert person.finds_barriers() == []
    person.page.get_by_role("button", name="Use your passkey").click()
    is_in(person)

    signs_out(person)
    person.goes_to("/login?next=/meetings")
    person.follows("Sign in with a passkey")
    person.page.get_by_role("button", name="Use your passkey").click()
    is_in(person)
    assert person.page.url.endswith("/meetings")

    person.goes_to("/me/second-factor")
    person.follows("Remove")
    person.presses("Remove the passkey")
    person.reads("Set up an app")
    signs_out(person)
    person.goes_to("/login/passkey")
    person.page.get_by_role("button", name="Use your passkey").click()
    person.reads("This passkey was not accepted")
    gives_password(person, "contributor.me")
    is_in(person)
