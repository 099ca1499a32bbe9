"""Which passwords are taken, and how they are kept."""

import pytest

from tracker.accounts import passwords

ABOUT = ("Marija Petrović", "marija.petrovic@mup.example", "National Coordinator, Ministry of the Interior")


@pytest.mark.parametrize(
    "password",
    [
        "123456789012", "1q2w3e4r5t6y", "qwertyuiop12", "unbelievable", "passwordpassword", "Password1234!",
        "aaaaaaaaaaaa", "abcdefghijkl", "letmeinletmein", "finalfantasy", "ghbdtnrfrltkf",
        "icmpd-tracker-2026", "brdo-tracker-2026", "natc-see-natc-see", "commitment tracker", "ICMPD2026ICMPD",
        "marija.petrovic", "PetrovićMarija1", "petrovic marija 84", "ministryinterior", "National-Coordinator",
    ],
)  # fmt: skip
def test_a_password_that_is_tried_first_is_refused(password: str) -> None:
    assert passwords.is_easy_to_guess(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "šuma reka nebo",
        "correct horse battery",
        "kobila-trava-dez",
        "x7Kq-2pLm-9vRt",
        "шума река небо",
        "🐎 🌲 🌊 and some rain",
    ],
)
def test_other_passwords_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert not passwords.is_easy_to_guess(password, about=ABOUT)


def test_a_password_is_kept_as_argon2id() -> None:
    kept = passwords.hash_password("šuma reka nebo")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("šuma reka nebo", kept)
    assert not passwords.matches("šuma reka more", kept)
    assert not passwords.matches("šuma reka nebo", None)
    assert not passwords.matches("šuma reka nebo", "garbage")


def test_the_same_letters_are_the_same_password_however_they_are_typed() -> None:
    composed, combined = "ž reka ž nebo", "z\u030c reka z\u030c nebo"

    assert passwords.matches(combined, passwords.hash_password(composed))


def test_a_long_password_is_weighed_quickly() -> None:
    assert passwords.is_easy_to_guess("ab" * 64)
