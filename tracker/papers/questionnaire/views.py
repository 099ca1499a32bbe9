"""The questionnaire on paper: asking for it, handing it in, and choosing what to take of it."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.core.forms import options
from tracker.core.storage import storage
from tracker.core.web import takes_files
from tracker.meetings.models import Round
from tracker.papers.models import Paper, PaperSource, PaperState
from tracker.papers.policies import view_paper
from tracker.papers.queries import paper_in_full, papers_of_party
from tracker.papers.questionnaire.comparing import Comparison, ItemDifference, compare
from tracker.papers.questionnaire.content import Reading, reading_from
from tracker.papers.questionnaire.figures import entries_of
from tracker.papers.questionnaire.findings import sentence
from tracker.papers.questionnaire.forms import AskForm, HandInForm, TakeForm
from tracker.papers.questionnaire.gathering import deadline_words, meeting_words
from tracker.papers.questionnaire.kinds import DOCUMENT, IMPORT, WORKBOOK
from tracker.papers.questionnaire.packages import MOST_BYTES, FileRefused, too_large
from tracker.papers.questionnaire.policies import fill_in_questionnaire, seen_by
from tracker.papers.questionnaire.queries import people_with_items, round_in_full
from tracker.papers.questionnaire.services import Taken, take
from tracker.papers.questionnaire.standing import AskedItem, asked_items
from tracker.papers.services.asking import Asked, ask_paper
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code
from tracker.progress.policies import answers_for
from tracker.progress.services.drafting import use_key
from tracker.progress.services.figures import figures_of_party
from tracker.progress.services.keeping import NewFile
from tracker.progress.services.rounds import round_now
from tracker.progress.views.acting import key_of, new_key
from tracker.progress.views.receiving import received

bp = Blueprint("questionnaire", __name__)

_FORMATS: Final = {"xlsx": WORKBOOK.code, "docx": DOCUMENT.code}
_LISTED: Final = 10
_SIDES: Final = frozenset({"mine", "theirs", "both"})


@bp.route("/parties/<code:code>/questionnaire", methods=["GET", "POST"])
def show_questionnaire(code: str) -> ResponseReturnValue:
    """Let the party's people ask for the questionnaire of the open round, and hand one in."""
    party = db.first_or_404(party_by_code(code))
    require(fill_in_questionnaire, party)
    form = AskForm()
    round_ = round_now(party.id, at=utc_now()).current
    form.offer(_people(party, round_))
    if form.is_submitted() and form.validate() and round_ is not None:
        return _ask(party, round_, form)
    return _page(party, round_, form, HandInForm(formdata=None))


@bp.post("/parties/<code:code>/questionnaire/hand-in")
@takes_files
def hand_in(code: str) -> ResponseReturnValue:
    """Take a file that was filled in, to be read by the job process. Nothing of it is saved in drafts yet."""
    party = db.first_or_404(party_by_code(code))
    require(fill_in_questionnaire, party)
    form = HandInForm()
    if form.validate():
        try:
            with received(form.file.data) as file:
                asked = _ask_to_read(file, code)
                target = url_for("papers.show_paper", paper_id=asked.paper.id)
                db.session.commit()
        except DomainError as refusal:
            form.refuse(form.file, str(refusal))
        else:
            return redirect(target)
    set_reading_only(True)
    party = db.first_or_404(party_by_code(code))
    round_ = round_now(party.id, at=utc_now()).current
    ask = AskForm(formdata=None)
    ask.offer(_people(party, round_))
    return _page(party, round_, ask, form)


def _ask_to_read(file: NewFile, code: str) -> Asked:
    """Let the job process read a file for the open round.

    Raises:
        DomainError: no round is open, or the file is larger than any questionnaire.
    """
    party, now = db.first_or_404(party_by_code(code)), utc_now()
    require(fill_in_questionnaire, party)
    round_ = round_now(party.id, at=now).current
    if round_ is None:
        raise DomainError(_("No round is open. The Secretariat opens one before each meeting."))
    if file.blob.size_bytes > MOST_BYTES:
        raise FileRefused(too_large())
    source = PaperSource(
        storage_name=file.blob.name,
        file_name=file.file_name,
        size_bytes=file.blob.size_bytes,
        sha256=file.blob.sha256,
    )
    items = [item.item_id for item in _items(party, round_)]
    return ask_paper(
        IMPORT.code, {"items": items}, by=current_user(), at=now, party_id=party.id, round_id=round_.id, source=source
    )


@bp.route("/questionnaires/<int:paper_id>", methods=["GET", "POST"])
def show_import(paper_id: int) -> ResponseReturnValue:
    """Show what a file would change, item by item, and take what the person ticks."""
    paper = _handed_in(paper_id)
    reading, round_ = _reading(paper), _round_of(paper)
    form = TakeForm()
    if request.method == "POST":
        return _take(paper, reading, round_, form)
    return _show(paper, reading, round_, form)


def _handed_in(paper_id: int) -> Paper:
    paper: Paper = db.first_or_404(paper_in_full(paper_id).where(Paper.kind == IMPORT.code))
    require(view_paper, paper)
    if paper.state is not PaperState.READY:
        db.first_or_404(paper_in_full(-1))
    return paper


def _reading(paper: Paper) -> Reading:
    assert paper.storage_name is not None
    with storage().open(paper.storage_name) as file:
        return reading_from(file.read())


def _round_of(paper: Paper) -> Round:
    return db.session.scalars(round_in_full(paper.round_id or 0)).unique().one()


def _people(party: Party, round_: Round | None) -> list[tuple[str, Any]]:
    """Return whose items a questionnaire may be about: all, or one contributor's; contributors have their own only."""
    user = current_user()
    if not answers_for(user, party):
        return [(str(user.id), _("Those in your hands"))]
    people = db.session.scalars(people_with_items(party.id, round_.id)) if round_ is not None else ()
    named = [(str(person.id), _("Those in the hands of %(name)s", name=person.name)) for person in people]
    return [("", _("All of the party")), *named]


def _ask(party: Party, round_: Round, form: AskForm) -> ResponseReturnValue:
    kind = _FORMATS.get(request.form.get("format", ""), WORKBOOK.code)
    person = form.person_id()
    items = [item.item_id for item in asked_items(party.id, round_.id, in_hands_of=person)] if person else []
    parameters = {"person": person, "filled": form.holds.data == "drafts", "items": items}
    asked = ask_paper(kind, parameters, by=current_user(), at=utc_now(), party_id=party.id, round_id=round_.id)
    target = url_for("papers.show_paper", paper_id=asked.paper.id)
    db.session.commit()
    return redirect(target)


def _page(party: Party, round_: Round | None, form: AskForm, hand_in_form: HandInForm) -> str:
    query = papers_of_party(party.id, [WORKBOOK.code, DOCUMENT.code, IMPORT.code], limit=_LISTED)
    if not answers_for(current_user(), party):
        query = query.where(Paper.requested_by_id == current_user().id)
    papers = db.session.scalars(query).all()
    return render_template(
        "questionnaire/show_questionnaire.html",
        party=party,
        round=round_,
        meeting=meeting_words(round_.meeting) if round_ is not None else "",
        deadline=deadline_words(round_, party) if round_ is not None else "",
        form=form,
        hand_in_form=hand_in_form,
        papers=seen_by(current_user(), papers),
    )


def _items(party: Party, round_: Round) -> list[AskedItem]:
    """Return the items that the person may write."""
    user = current_user()
    return asked_items(party.id, round_.id, in_hands_of=None if answers_for(user, party) else user.id)


def _compare(paper: Paper, reading: Reading, round_: Round) -> Comparison:
    assert paper.party is not None
    user = current_user()
    is_coordinator = answers_for(user, paper.party)
    figures = figures_of_party(paper.party, round_, in_hands_of=None if is_coordinator else user)
    return compare(reading, _items(paper.party, round_), figures, with_steps=is_coordinator)


def _show(
    paper: Paper, reading: Reading, round_: Round, form: TakeForm, *, sentence_: str = "", comparison: Any = None
) -> str:
    comparison = comparison or _compare(paper, reading, round_)
    form.items.choices = options((each, each) for each in comparison.boxes)
    if not form.is_submitted():
        form.items.data = comparison.ticked
    form.key.data = new_key()
    assert paper.party is not None
    return render_template(
        "questionnaire/show_import.html",
        paper=paper,
        party=paper.party,
        meeting=meeting_words(round_.meeting),
        form=form,
        ticks={option.data: option for option in form.items},
        comparison=comparison,
        findings=[(finding.place, sentence(finding)) for finding in reading.findings],
        can_submit=answers_for(current_user(), paper.party),
        sentence=sentence_,
    )


def _take(paper: Paper, reading: Reading, round_: Round, form: TakeForm) -> ResponseReturnValue:
    """Save the items that are ticked; if anything stands against one of them, none is saved and the page says why."""
    by, now, party = current_user(), utc_now(), paper.party
    assert party is not None
    code = party.code
    comparison = _compare(paper, reading, round_)
    offered = {each.code: each for each in comparison.offered}
    form.items.choices = options((each, each) for each in comparison.boxes)
    if not use_key(key_of(form, paper.id), by=by, at=now):
        return redirect(url_for("progress.show_work", party=code))
    if not form.validate():
        db.session.rollback()
        return _show(*_read_again(paper.id, reading), form, sentence_=" ".join(map(str, form.items.errors)))
    ticked = set(form.items.data or ())
    chosen = [_taken(offered[each]) for each in offered if each in ticked]
    figures = [
        entry
        for each in comparison.figures
        if each.code in ticked
        for entry in entries_of(each, request.form.get(f"seen-{each.code}", ""))
    ]
    try:
        take(paper, chosen, figures, round_, by=by, at=now)
    except DomainError as error:
        db.session.rollback()
        return _show(*_read_again(paper.id, reading), form, sentence_=str(error)), 409
    db.session.commit()
    flash(
        ngettext(
            "%(num)s thing was taken from the file. It counts when it is submitted.",
            "%(num)s things were taken from the file. They count when they are submitted.",
            len(ticked),
        ),
        "done",
    )
    return redirect(url_for("progress.show_work", party=code))


def _read_again(paper_id: int, reading: Reading) -> tuple[Paper, Reading, Round]:
    set_reading_only(True)
    paper = _handed_in(paper_id)
    return paper, reading, _round_of(paper)


def _taken(difference: ItemDifference) -> Taken:
    """Return what the person was shown of an item, and chose where two texts stood."""
    code = difference.code
    sides = {change.name: request.form.get(f"take-{code}-{change.name}", "") for change in difference.changes}
    return Taken(
        difference=difference,
        seen=request.form.get(f"seen-{code}", ""),
        plan=request.form.get(f"plan-{code}", ""),
        sides={name: side for name, side in sides.items() if side in _SIDES},
    )
