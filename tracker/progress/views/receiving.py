"""Taking a file from a form into the storage, before anything of it is written into a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.storage import storage
from tracker.progress.services.keeping import NewFile
from tracker.uploads.checking import checked


@contextmanager
def received(upload: FileStorage) -> Iterator[NewFile]:
    """Look at a file and put it into the storage, with no transaction open; what was read before is forgotten.

    A refusal of what follows takes the file back. After any other failure it may be that the commit came through, so
    the file stays: either a row names it, or the sweep finds it.

    Raises:
        UploadRefused: the file is not taken.
        StorageFailed: it could not be kept.
    """
    db.session.rollback()
    with checked(_stream_of(upload), upload.filename, scanner=current_app.config["TRACKER_SCANNER_URL"]) as found:
        blob = storage().put(found.stream)
    try:
        yield NewFile(blob=blob, file_name=found.file_name, media_type=found.kind.media_type)
    except (DomainError, HTTPException):
        db.session.rollback()
        storage().delete(blob.name)
        raise


def _stream_of(upload: FileStorage) -> Any:
    upload.stream.fileno()  # a small file is in memory still: what looks at it wants it on the disk
    return upload.stream
