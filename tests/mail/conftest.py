"""What tests of the outbox share: a kind of mail of their own."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from tracker.core.database import db
from tracker.mail import rendering
from tracker.mail.models import Notification
from tracker.mail.rendering import Mail
from tracker.mail.services import Recipient, enqueue

Queue = Callable[..., Notification]


@pytest.fixture(autouse=True)
def sample_kind() -> Iterator[None]:
    """A kind of mail that says which row it is."""

    def written(notification: Notification, _now: datetime) -> Mail:
        key = notification.unique_key
        return Mail(f"About {key}", f"Text of {key}\n", f"<h1>Text of {key}</h1>")

    before = dict(rendering._KINDS)
    rendering.register("sample", written)
    rendering.register("sample_reminder", written, is_reminder=True)
    yield
    rendering._KINDS.clear()
    rendering._KINDS.update(before)


@pytest.fixture
def queue(now: datetime) -> Queue:
    """Puts a mail into the outbox."""

    def put(key: str, *, kind: str = "sample", address: str = "", **more: object) -> Notification:
        to = Recipient(person_id=None, address=address or f"{key}@example.org", name=key.capitalize())
        notification = enqueue(kind, unique_key=key, to=to, at=now, **more)  # type: ignore[arg-type]
        assert notification is not None
        db.session.commit()
        return notification

    return put
