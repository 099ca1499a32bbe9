"""P11, P12, P12b: failures, timing, passwords. The heavier of these stand in ``tests/accounts``; here, each once."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import zxcvbn.frequency_lists
from argon2 import extract_parameters

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory
from tracker.accounts import passwords
from tracker.accounts.models import Role, SignInAttempt, User
from tracker.accounts.passwords import is_easy_to_guess
from tracker.core.database import db

PASSWORD = "šuma reka nebo"


@pytest.fixture
def person() -> User:
    return MembershipFactory.create(
        role=Role.OBSERVER, party=None, person__email="ana@example.org",
        person__password=passwords.hash_password(PASSWORD),
    ).person  # fmt: skip


def sign_in(client: TrackerClient, password: str, address: str = "192.0.2.1", **headers: str) -> int:
    return client.post(
        "/login",
        data={"email": "ana@example.org", "password": password},
        environ_base={"REMOTE_ADDR": address},
        headers=headers,
    ).status_code


def test_p11_five_failures_make_an_address_wait_for_the_account_and_no_other(
    client: TrackerClient, person: User
) -> None:
    given = [sign_in(client, "wrong password", **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(6)]

    assert given == [200] * 5 + [429]
    assert sign_in(client, PASSWORD) == 429
    assert db.session.scalar(sa.select(sa.func.count(SignInAttempt.id))) == 5
    assert sign_in(client, PASSWORD, "192.0.2.2") == 302


def test_p12_known_and_unknown_addresses_get_the_same_page(client: TrackerClient, person: User) -> None:
    def told(email: str) -> str:
        answer = client.post("/login", data={"email": email, "password": "wrong password"})
        for field in page(answer).select("input[name=csrf_token]"):
            field.decompose()
        return str(page(answer).main).replace(email, "")

    assert told("ana@example.org") == told("nobody@example.org")


def test_p12b_passwords_are_kept_as_argon2id_with_the_promised_costs() -> None:
    kept = extract_parameters(passwords.hash_password(PASSWORD))

    assert (kept.type.name, kept.parallelism) == ("ID", 1)
    assert kept.memory_cost >= 19 * 1024
    assert kept.time_cost >= 2


def test_p12b_the_ten_thousand_most_common_passwords_are_refused() -> None:
    common = zxcvbn.frequency_lists.FREQUENCY_LISTS["passwords"][:10_000]
    long_enough = [password for password in common if len(password) >= passwords.LEAST]

    assert len(common) == 10_000
    assert [password for password in long_enough if not is_easy_to_guess(password)] == []


@pytest.mark.parametrize(
    ("length", "is_taken"), [(11, False), (12, True), (64, True), (128, True), (129, False), (100_000, False)]
)
def test_p12b_passwords_have_12_to_128_characters_and_longer_ones_are_not_hashed(
    client: TrackerClient, person: User, length: int, is_taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = ("kobila trava dez šuma reka nebo " * 4000)[:length].replace(" ", "-")
    hashed: list[str] = []
    weigh = passwords.hash_password
    monkeypatch.setattr(passwords, "hash_password", lambda typed: hashed.append(typed) or weigh(typed))
    client.sign_in(person)

    answer = client.post("/me/password", data={"current": PASSWORD, "password": password, "again": password})

    assert (answer.status_code == 302) == is_taken
    assert bool(hashed) == is_taken


def test_p12b_no_rules_of_composition() -> None:
    source = Path(passwords.__file__).read_text()

    assert "isupper" not in source
    assert not is_easy_to_guess("kobila trava dez")
