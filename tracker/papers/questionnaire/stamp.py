"""The stamp of a questionnaire: whose it is, of which round, and what the drafts said when it was made.

It is signed, so that a file of another party, or one whose stamp was changed, is refused. With it an upload is put
together with what was saved meanwhile, as a form that was left open. Source: DESIGN §3.7, ``docs/adr/0013``.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from itsdangerous import BadData, URLSafeSerializer

from tracker.audit.services import canonical
from tracker.papers.questionnaire.fields import ANSWERS, Value

_VERSION: Final = 1
_SALT: Final = "tracker.questionnaire"
_BYTES: Final = 6
#: Length of the digest of one cell: six bytes as text.
DIGITS: Final = 8
#: No stamp is longer; a questionnaire of three hundred items has a shorter one.
LONGEST: Final = 200_000


class Step(Protocol):
    """A practical step, in whatever row it stands."""

    @property
    def id(self) -> int | None: ...
    @property
    def what(self) -> str: ...
    @property
    def responsible(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def done_on(self) -> date | None: ...


class NoStamp(ValueError):
    """There is no stamp, or it is not one that this tracker signed."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What one item's part of the questionnaire was made from."""

    #: The draft, as a form carries it; see ``services.merging``.
    seen: str
    #: Digests of what stood in the cells, one after the other.
    cells: str
    #: The mark of the plan, and the digest of the rows of its steps; empty where steps are not asked for.
    plan: str = ""
    steps: str = ""

    def held(self, name: str) -> str:
        """Return the digest of what stood in the cell of a question."""
        place = _PLACES[name] * DIGITS
        return self.cells[place : place + DIGITS]


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a questionnaire says of itself."""

    party: str
    meeting: str
    made_at: datetime
    is_filled: bool
    #: By the code of the commitment.
    items: Mapping[str, Made] = field(default_factory=dict)
    #: By the name of a row of figures: the version that stood, and the digest of the row.
    figures: Mapping[str, tuple[int, str]] = field(default_factory=dict)


_PLACES: Final = {each.name: place for place, each in enumerate(ANSWERS)}


def digest(value: object) -> str:
    """Return the short digest of what stands in a cell."""
    found = hashlib.sha256(canonical(value).encode()).digest()[:_BYTES]
    return base64.urlsafe_b64encode(found).decode()


def cells_of(values: Mapping[str, Value]) -> str:
    """Return the digests of a row, in the order of the questions."""
    return "".join(digest(values.get(each.name)) for each in ANSWERS)


def digest_of_steps(steps: Iterable[Step]) -> str:
    """Return the digest of the rows of an item's steps."""
    return digest([[step.id, step.what, step.responsible, step.due_on, step.done_on] for step in steps])


def sign(stamp: Stamp, key: str) -> str:
    """Return the stamp as the file carries it: one line of plain letters."""
    content = {
        "v": _VERSION,
        "party": stamp.party,
        "meeting": stamp.meeting,
        "at": int(stamp.made_at.timestamp()),
        "filled": stamp.is_filled,
        "items": {code: [made.seen, made.cells, made.plan, made.steps] for code, made in stamp.items.items()},
        "figures": {key: list(held) for key, held in stamp.figures.items()},
    }
    return str(URLSafeSerializer(key, salt=_SALT).dumps(content))


def read(text: str, *keys: str) -> Stamp:
    """Return the stamp that a file carries.

    Args:
        text: the stamp as it stands in the file.
        keys: the application's key, and earlier ones that still count.

    Raises:
        NoStamp: it is none of ours, or was changed.
    """
    if not text or len(text) > LONGEST:
        raise NoStamp
    try:
        content: Any = URLSafeSerializer([*reversed(keys)], salt=_SALT).loads(text)
    except BadData as error:
        raise NoStamp from error
    if not isinstance(content, dict) or content.get("v") != _VERSION:
        raise NoStamp
    return Stamp(
        party=content["party"],
        meeting=content["meeting"],
        made_at=datetime.fromtimestamp(content["at"], UTC),
        is_filled=content["filled"],
        items={code: _made(parts) for code, parts in content["items"].items()},
        figures={key: (number, digest) for key, (number, digest) in content.get("figures", {}).items()},
    )


def _made(parts: Sequence[str]) -> Made:
    seen, cells, plan, steps = parts
    return Made(seen=seen, cells=cells, plan=plan, steps=steps)
