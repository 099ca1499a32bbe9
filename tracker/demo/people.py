"""The sample people."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

import sqlalchemy as sa
from flask_security.utils import verify_password

from tracker.accounts.models import Membership, Role, User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.demo.texts import LABEL
from tracker.parties.models import Party

DOMAIN = "demo.example"
#: Memberships begin before the first sample round.
SINCE = date(2020, 1, 1)
#: A few names as people write them in the region; the others go by their function.
_LOCAL_NAMES = {
    ("RS", "deputy"): "Заменик координатора",
    ("MK", "contributor"): "Соработник, внатрешни работи",
    ("BG", "contributor"): "Сътрудник, правосъдие",
    ("RO", "deputy"): "Coordonator adjunct",
    ("HR", "contributor"): "Suradnica, Šibenik",
}


@dataclass(frozen=True)
class Cast:
    """Who is who; people by ``(role, party code)``, where deputies have a role of their own."""

    by_part: dict[tuple[str, str], User]
    secretariat: User
    second_officer: User

    def coordinator(self, party: str) -> User:
        return self.by_part["coordinator", "SI" if party == "NETWORK" else party]

    def contributor(self, party: str) -> User:
        return self.by_part["contributor", party]


def exists() -> bool:
    """Tell whether the sample data was loaded before."""
    return bool(db.session.scalar(sa.select(sa.exists().where(User.is_sample))))


def among_real_people() -> bool:
    """Tell whether somebody real has an account here."""
    return bool(db.session.scalar(sa.select(sa.exists().where(User.is_sample.is_(False)))))


def other_passwords(password: str) -> list[str]:
    """Return the password hashes of sample people that are not of this password."""
    hashes = db.session.scalars(sa.select(User.password).where(User.is_sample).distinct())
    return [each for each in hashes if each is not None and not verify_password(password, each)]


def replace_passwords(hashes: list[str], *, password_hash: str, at: datetime) -> None:
    """Give the sample people with one of these hashes another password."""
    db.session.execute(
        sa.update(User)
        .where(User.is_sample, User.password.in_(hashes))
        .values(password=password_hash, password_set_at=at)
    )
    record("demo.passwords_replaced", None, at=at, job="tracker demo")


def make_cast(parties: dict[str, Party], *, password_hash: str, at: datetime) -> Cast:
    """Make a coordinator, a deputy and a contributor for each country, and the people of the network."""
    by_part: dict[tuple[str, str], User] = {}
    for code, party in parties.items():
        if not party.is_country:
            continue
        for part in ("coordinator", "deputy", "contributor"):
            name = _LOCAL_NAMES.get((code, part), f"{part.capitalize()}, {code}")
            person = _person(f"{part}.{code.lower()}", name, password_hash, at)
            role = Role.CONTRIBUTOR if part == "contributor" else Role.COORDINATOR
            _member(person, role, party, is_deputy=part == "deputy")
            by_part[part, code] = person
    _member(by_part["coordinator", "SI"], Role.COORDINATOR, parties["NETWORK"])
    officer = _person("secretariat", "Secretariat", password_hash, at)
    second = _person("secretariat2", "Second officer", password_hash, at)
    for person, role in (
        (officer, Role.SECRETARIAT),
        (second, Role.SECRETARIAT),
        (_person("observer", "Observer", password_hash, at), Role.OBSERVER),
        (_person("administrator", "Administrator", password_hash, at), Role.ADMINISTRATOR),
    ):
        _member(person, role, None)
    db.session.flush()
    return Cast(by_part, officer, second)


def _person(local_part: str, name: str, password_hash: str, at: datetime) -> User:
    person = User(
        email=f"{local_part}@{DOMAIN}",
        name=f"{name} {LABEL}",
        password=password_hash,
        password_set_at=at,
        fs_uniquifier=uuid4().hex,
        is_sample=True,
    )
    db.session.add(person)
    return person


def _member(person: User, role: Role, party: Party | None, *, is_deputy: bool = False) -> None:
    db.session.add(Membership(person=person, role=role, party=party, is_deputy=is_deputy, starts_on=SINCE))
