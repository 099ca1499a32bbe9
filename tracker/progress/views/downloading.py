"""Handing out a file: the right asked each time, its bytes checked, nothing that a browser would run."""

import hashlib
import io
import logging
import tempfile
from collections.abc import Iterator
from typing import IO, Final
from urllib.parse import quote

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, open_to_links, require
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.storage import StorageFailed, storage
from tracker.progress import policies
from tracker.progress.models import EvidenceVersion
from tracker.progress.queries.library import is_pinned_in_restricted, version_of
from tracker.progress.services.keeping import note_reading
from tracker.progress.views.evidence import bp
from tracker.uploads.kinds import MEDIA_TYPES

__all__ = ["bp"]

logger = logging.getLogger(__name__)

_CHUNK: Final = 1 << 16
_IN_MEMORY: Final = 1 << 20
#: A file is shown to nobody, and may do nothing where somebody shows it all the same.
_NOTHING: Final = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


class FileAltered(StorageFailed):
    """The bytes are not those that were stored."""


@bp.get("/evidence/<int:evidence_id>/versions/<int:number>/file")
@open_to_links
def download_file(evidence_id: int, number: int) -> ResponseReturnValue:
    """Hand out one version of a file. Taking a restricted one away leaves an entry in the log."""
    version = db.first_or_404(version_of(evidence_id, number))
    require(policies.view_evidence_version, version)
    if version.storage_name is None:  # a link, or redacted
        abort(404)
    file = _verified(version)
    media_type = version.media_type if version.media_type in MEDIA_TYPES else "application/octet-stream"
    response = Response(_pieces(file), mimetype=media_type)
    names = {"filename": _plain(version.file_name), "filename*": f"UTF-8''{quote(version.file_name, safe='-._~')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Content-Length"] = str(version.size_bytes)
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(file.close)
    g.content_policy = _NOTHING
    is_restricted = version.evidence.is_restricted or db.session.scalar(is_pinned_in_restricted(version.id))
    if is_restricted and request.method == "GET":
        _note(evidence_id, number)
    return response


def _note(evidence_id: int, number: int) -> None:
    db.session.rollback()
    set_reading_only(False)  # the one page that is read and leaves something: an entry
    version = db.first_or_404(version_of(evidence_id, number))
    note_reading(version, by=current_user(), at=utc_now())
    db.session.commit()
    set_reading_only(True)


def _verified(version: EvidenceVersion) -> IO[bytes]:
    """Return a copy of a file after reading it to its end: a wrong one is told by a page, not by a broken download."""
    assert version.storage_name is not None
    digest = hashlib.sha256()
    copy = io.BytesIO() if (version.size_bytes or 0) <= _IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        for piece in storage().pieces(version.storage_name):
            digest.update(piece)
            copy.write(piece)
        if digest.hexdigest() != version.sha256:
            logger.error("the file %s is not what was stored: SHA-256 %s", version.storage_name, digest.hexdigest())
            raise FileAltered(
                _("The file is not as it was stored, so it is not handed out. Tell the Secretariat which one it is.")
            )
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece


def _plain(name: str) -> str:
    """Return the name as every program can write it; the exact one stands beside it."""
    return "".join(letter if letter.isascii() and letter not in '"\\%' else "_" for letter in name)
