"""Settings are documented, and an unsafe one stops the start with a sentence."""

import re
from pathlib import Path

import pytest

from config import Config, ConfigurationError

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "TRACKER_ENV": "production",
    "TRACKER_SECRET_KEY": "S0me-long-and-random-looking-key-for-the-tests",
    "TRACKER_BASE_URL": "https://tracker.example.org",
    "MAIL_URL": "smtp://tracker:secret@mail.example.org:587?tls=starttls",
    "MAIL_SENDER": "tracker@example.org",
    "MAIL_REPLY_TO": "secretariat@example.org",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without any of our settings but the folder."""
    for name in settings_read():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))
    return monkeypatch


def settings_read() -> set[str]:
    """The names that config.py asks the environment for."""
    return set(
        re.findall(r'"((?:TRACKER_|MAIL_|DATABASE_|STORAGE_|REDIS_)[A-Z0-9_]+)"', (ROOT / "config.py").read_text())
    )


def test_the_example_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(named) == sorted(settings_read())


def test_every_setting_of_the_example_has_its_line_of_meaning() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert all(lines[i - 1].startswith("# ") for i, line in enumerate(lines) if re.match(r"[A-Z0-9_]+=", line))


def test_only_the_settings_file_reads_the_environment() -> None:
    readers = [
        path for path in (ROOT / "tracker").rglob("*.py") if re.search(r"os\.(environ|getenv)", path.read_text())
    ]

    assert readers == []


def test_nothing_set_is_a_development_installation(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = Config.from_environment()

    assert f"sqlite:///{tmp_path / 'tracker.db'}" == config.SQLALCHEMY_DATABASE_URI
    assert config.MAIL_URL == "mailbox:"
    assert config.SECRET_KEY == Config.from_environment().SECRET_KEY == (tmp_path / "secret-key").read_text()


def test_production_starts_with_all_it_needs(environment: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        environment.setenv(name, value)

    config = Config.from_environment()

    assert config.is_production
    assert config.SESSION_COOKIE_NAME == "__Host-tracker"
    assert config.SESSION_COOKIE_SECURE


@pytest.mark.parametrize("missing", sorted(set(PRODUCTION) - {"TRACKER_ENV"}))
def test_production_does_not_start_without(environment: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in PRODUCTION.items():
        if name != missing:
            environment.setenv(name, value)

    with pytest.raises(ConfigurationError, match=f"^{missing} is not set. Set it to"):
        Config.from_environment()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TRACKER_ENV", "live", "Set it to development or production"),
        ("TRACKER_SECRET_KEY", "short", "is too short or too plain"),
        ("TRACKER_SECRET_KEY", "a" * 64, "is too short or too plain"),
        ("TRACKER_BASE_URL", "tracker.example.org", "must be an address such as https://"),
        ("DATABASE_URL", "mysql://root@localhost/x", "must begin with sqlite:/// or postgresql://"),
        ("MAIL_URL", "mail.example.org", "must be smtp://"),
        ("MAIL_REPLY_TO", "Secretariat <s@example.org>", "must be one plain e-mail address"),
        ("MAIL_SENDER", "s@example.org\nBcc: x@example.org", "must be one plain e-mail address"),
        ("TRACKER_TICK_SECONDS", "0", "must be a whole number from 1 to 3600"),
        ("TRACKER_TICK_SECONDS", "١", "must be a whole number from 1 to 3600"),
        ("TRACKER_PROXIES", "many", "must be a whole number from 0 to 5"),
        ("TRACKER_REQUIRE_2FA", "minister", "The roles are"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said(
    environment: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    environment.setenv(name, value)

    with pytest.raises(ConfigurationError, match=re.escape(words)):
        Config.from_environment()
