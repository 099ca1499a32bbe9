"""One paper: how far it is, and its file when it is ready."""

from collections.abc import Callable, Iterator
from typing import Final

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from tracker.accounts.access import View, require
from tracker.core.database import db
from tracker.core.extensions import talisman
from tracker.core.storage import storage
from tracker.papers.kinds import KINDS
from tracker.papers.models import Paper, PaperState
from tracker.papers.policies import view_paper
from tracker.papers.queries import paper_in_full
from tracker.papers.views.blueprint import bp

_PIECE: Final = 1 << 18
#: Whatever a browser does with the file, nothing in it runs here.
_runs_nothing: Final[Callable[[View], View]] = talisman(
    content_security_policy={
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "sandbox": "",
    }
)


@bp.get("/papers/<int:paper_id>")
def show_paper(paper_id: int) -> ResponseReturnValue:
    """Say how far a paper is; offer its file when it is ready."""
    paper = _visible(paper_id)
    kind = KINDS[paper.kind]
    return render_template(
        "papers/show_paper.html",
        paper=paper,
        words=kind.words,
        failed=kind.failed,
        asked_on=kind.asked_on(paper),
        leads_to=kind.leads_to(paper) if kind.leads_to is not None and paper.state is PaperState.READY else None,
    )


@bp.get("/papers/<int:paper_id>/file")
@_runs_nothing
def download_paper(paper_id: int) -> ResponseReturnValue:
    """Hand out the file. Whether the person may have it is asked each time."""
    paper = _visible(paper_id)
    if paper.storage_name is None:
        abort(404)
    return _attached(paper)


def _visible(paper_id: int) -> Paper:
    paper: Paper = db.first_or_404(paper_in_full(paper_id))
    require(view_paper, paper)
    return paper


def _attached(paper: Paper) -> Response:
    """Answer with the stored file, piece by piece; nothing in it ever runs here."""
    assert paper.storage_name is not None
    file = storage().open(paper.storage_name)

    def pieces() -> Iterator[bytes]:
        with file as opened:
            while piece := opened.read(_PIECE):
                yield piece

    response = Response(pieces(), mimetype=paper.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=paper.file_name)
    response.headers["Cache-Control"] = "no-store"
    if paper.size_bytes is not None:
        response.content_length = paper.size_bytes
    return response
