"""Settings, read once from the environment. The only module that reads ``os.environ``."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

_HERE: Final = Path(__file__).resolve().parent
_ROLES: Final = ("administrator", "secretariat", "coordinator", "contributor", "observer")
_MINIMUM_KEY_LENGTH: Final = 32


class ConfigurationError(SystemExit):
    """A setting is missing or unsafe. Its text says what to set; the process ends with it."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting of the application; the names are Flask's where Flask has one."""

    #: ``development`` or ``production``.
    TRACKER_ENV: str = "development"
    SECRET_KEY: str
    #: Earlier values of it: what they sealed (keys of authenticator apps) is still opened. They sign nothing.
    TRACKER_OLD_SECRET_KEYS: tuple[str, ...] = ()
    #: The address that links in mail use, without a slash at its end. Never taken from the Host header.
    TRACKER_BASE_URL: str = "http://localhost:8000"
    #: Folder for the embedded database, files and mailbox.
    TRACKER_INSTANCE: Path = _HERE / "instance"
    SQLALCHEMY_DATABASE_URI: str
    #: What people typed never stands in the log, not even beside a statement that failed.
    SQLALCHEMY_ENGINE_OPTIONS: dict[str, bool] = field(default_factory=lambda: {"hide_parameters": True})
    #: ``smtp://user:password@host:port?tls=starttls|implicit|none`` or ``mailbox:`` (a Maildir in the instance folder).
    MAIL_URL: str = "mailbox:"
    #: Address that mail comes from, and the one that answers go to.
    MAIL_SENDER: str = "tracker@localhost"
    MAIL_REPLY_TO: str = "secretariat@localhost"
    #: ``file:///a/folder`` or ``s3://bucket/prefix``: where files lie. Empty: a folder in the instance folder.
    STORAGE_URL: str = ""
    #: A virus scanner that is asked about each file, ``tcp://host:port`` or ``unix:///path``. Empty: none is.
    TRACKER_SCANNER_URL: str = ""
    #: How many megabytes of files each party may keep.
    TRACKER_PARTY_FILES_MB: int = 1000
    REDIS_URL: str = ""
    #: The network's IANA zone: due dates end at midnight here.
    TRACKER_TIMEZONE: str = "Europe/Vienna"
    TRACKER_TICK_SECONDS: int = 60
    #: Roles that need a second factor: whoever has none is led to set one up, and can do nothing else before.
    TRACKER_REQUIRE_2FA: tuple[str, ...] = ("administrator", "secretariat")
    #: One password for all demo accounts; generated where empty.
    TRACKER_DEMO_PASSWORD: str = ""
    #: Proxies in front of the application whose X-Forwarded-* headers are believed; 0 believes none.
    TRACKER_PROXIES: int = 0
    #: Whoever shows it reads /metrics; empty: there is no such page.
    TRACKER_METRICS_TOKEN: str = ""
    #: Folder into which the workers of one server count together; gunicorn.conf.py makes it.
    PROMETHEUS_MULTIPROC_DIR: str = ""
    TESTING: bool = False
    WTF_CSRF_ENABLED: bool = True
    WTF_CSRF_TIME_LIMIT: int | None = None
    MAX_CONTENT_LENGTH: int = 1_000_000
    MAX_FORM_MEMORY_SIZE: int = 500_000
    MAX_FORM_PARTS: int = 1_000
    BABEL_DEFAULT_LOCALE: str = "en_GB"
    BOOTSTRAP_SERVE_LOCAL: bool = True
    PERMANENT_SESSION_LIFETIME: timedelta = timedelta(hours=12)
    SESSION_COOKIE_HTTPONLY: bool = True
    SESSION_COOKIE_SAMESITE: str = "Lax"
    SESSION_COOKIE_NAME: str = field(default="tracker")
    SESSION_COOKIE_SECURE: bool = field(default=False)

    @classmethod
    def from_environment(cls) -> "Config":
        """Read the settings.

        Raises:
            ConfigurationError: a setting is missing or unsafe; the text says what to set.
        """
        env = os.environ.get("TRACKER_ENV", "development")
        if env not in ("development", "production"):
            raise ConfigurationError(f"TRACKER_ENV is {env!r}. Set it to development or production.")
        instance = Path(os.environ.get("TRACKER_INSTANCE") or _HERE / "instance").resolve()
        base_url = _base_url(os.environ.get("TRACKER_BASE_URL", ""), env)
        https = base_url.startswith("https://")
        return cls(
            TRACKER_ENV=env,
            SECRET_KEY=_secret_key(os.environ.get("TRACKER_SECRET_KEY", ""), env, instance),
            TRACKER_OLD_SECRET_KEYS=tuple(os.environ.get("TRACKER_OLD_SECRET_KEYS", "").split()),
            TRACKER_BASE_URL=base_url,
            TRACKER_INSTANCE=instance,
            SQLALCHEMY_DATABASE_URI=_database_url(os.environ.get("DATABASE_URL", ""), instance),
            MAIL_URL=_mail_url(os.environ.get("MAIL_URL", ""), env),
            MAIL_SENDER=_address("MAIL_SENDER", env),
            MAIL_REPLY_TO=_address("MAIL_REPLY_TO", env),
            STORAGE_URL=_storage_url(os.environ.get("STORAGE_URL", ""), instance),
            TRACKER_SCANNER_URL=_scanner_url(os.environ.get("TRACKER_SCANNER_URL", "")),
            TRACKER_PARTY_FILES_MB=_whole_number("TRACKER_PARTY_FILES_MB", 1000, least=1, most=1_000_000),
            REDIS_URL=os.environ.get("REDIS_URL", ""),
            TRACKER_TIMEZONE=os.environ.get("TRACKER_TIMEZONE") or "Europe/Vienna",
            TRACKER_TICK_SECONDS=_whole_number("TRACKER_TICK_SECONDS", 60, least=1, most=3600),
            TRACKER_REQUIRE_2FA=_roles(os.environ.get("TRACKER_REQUIRE_2FA")),
            TRACKER_DEMO_PASSWORD=os.environ.get("TRACKER_DEMO_PASSWORD", ""),
            TRACKER_PROXIES=_whole_number("TRACKER_PROXIES", 0, least=0, most=5),
            TRACKER_METRICS_TOKEN=_metrics_token(os.environ.get("TRACKER_METRICS_TOKEN", "")),
            PROMETHEUS_MULTIPROC_DIR=os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""),
            SESSION_COOKIE_NAME="__Host-tracker" if https else "tracker",
            SESSION_COOKIE_SECURE=https,
        )

    @property
    def is_production(self) -> bool:
        """Tell whether real people rely on this installation."""
        return self.TRACKER_ENV == "production"


def _base_url(value: str, env: str) -> str:
    if not value:
        if env == "production":
            raise ConfigurationError("TRACKER_BASE_URL is not set. Set it to the https address that people open.")
        return "http://localhost:8000"
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError("TRACKER_BASE_URL must be an address such as https://tracker.example.org.")
    if env == "production" and parts.scheme != "https":
        raise ConfigurationError("TRACKER_BASE_URL must begin with https:// in production.")
    return value.rstrip("/")


def _secret_key(value: str, env: str, instance: Path) -> str:
    if value:
        if len(value) < _MINIMUM_KEY_LENGTH or len(set(value)) < _MINIMUM_KEY_LENGTH // 4:
            raise ConfigurationError(
                "TRACKER_SECRET_KEY is too short or too plain. Set it to the output of: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return value
    if env == "production":
        raise ConfigurationError(
            "TRACKER_SECRET_KEY is not set. Set it to the output of: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    kept = instance / "secret-key"
    try:
        instance.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return kept.read_text().strip()
    except OSError as error:
        raise ConfigurationError(
            f"The instance folder {instance} cannot be used ({error.strerror}). "
            "Set TRACKER_INSTANCE to a folder you may write."
        ) from error


def _metrics_token(value: str) -> str:
    if value and len(value) < _MINIMUM_KEY_LENGTH:
        raise ConfigurationError("TRACKER_METRICS_TOKEN is too short. Set it to 32 or more characters of chance.")
    return value


def _database_url(value: str, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'tracker.db'}"
    if value.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if value.startswith(("sqlite:///", "postgresql+psycopg://")):
        return value
    raise ConfigurationError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _mail_url(value: str, env: str) -> str:
    if not value or value == "mailbox:":
        if env == "production":
            raise ConfigurationError("MAIL_URL is not set. Set it to smtp://user:password@host:port?tls=starttls.")
        return "mailbox:"
    parts = urlsplit(value)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ConfigurationError("MAIL_URL must be smtp://user:password@host:port?tls=starttls, or mailbox:.")
    return value


def _storage_url(value: str, instance: Path) -> str:
    if not value:
        return f"file://{quote(str(instance / 'files'))}"
    parts = urlsplit(value)
    is_folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/") and len(parts.path) > 1
    if not is_folder and not (parts.scheme == "s3" and parts.netloc):
        raise ConfigurationError("STORAGE_URL must be a folder, file:///var/lib/tracker/files, or s3://bucket/prefix.")
    return value


def _scanner_url(value: str) -> str:
    parts = urlsplit(value)
    if value and not (parts.scheme == "tcp" and parts.hostname) and not (parts.scheme == "unix" and parts.path):
        raise ConfigurationError("TRACKER_SCANNER_URL must be tcp://host:port or unix:///path of clamd.")
    return value


def _address(name: str, env: str) -> str:
    value = os.environ.get(name, "")
    if not value and env == "production":
        raise ConfigurationError(f"{name} is not set. Set it to an e-mail address of the Secretariat.")
    if value and ("@" not in value or any(c in value for c in "\r\n \t,;")):
        raise ConfigurationError(f"{name} must be one plain e-mail address, for example secretariat@example.org.")
    return value or ("tracker@localhost" if name == "MAIL_SENDER" else "secretariat@localhost")


def _whole_number(name: str, default: int, *, least: int, most: int) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise ConfigurationError(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def _roles(value: str | None) -> tuple[str, ...]:
    if value is None:
        return ("administrator", "secretariat")
    roles = tuple(role.strip() for role in value.split(",") if role.strip())
    unknown = [role for role in roles if role not in _ROLES]
    if unknown:
        raise ConfigurationError(f"TRACKER_REQUIRE_2FA names {unknown[0]!r}. The roles are {', '.join(_ROLES)}.")
    return roles
