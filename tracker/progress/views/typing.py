"""What is typed into the update form and not saved: kept by a small script, offered again, never lost."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from tracker.accounts.access import current_user, is_let_in, open_to_links, require, signed_in
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.difference import Part, words
from tracker.core.errors import DomainError
from tracker.core.filters import clock
from tracker.progress import policies
from tracker.progress.forms.updating import UpdateForm
from tracker.progress.models import Update
from tracker.progress.queries.items import item_in_full
from tracker.progress.services import drafting
from tracker.progress.services.answers import ANSWER_FIELDS
from tracker.progress.services.merging import TEXTS, merge, read_seen
from tracker.progress.services.rounds import round_now
from tracker.progress.services.saving import Draft
from tracker.progress.services.typing import Typing, forget_typing, keep_typing, typing_on
from tracker.progress.views.acting import round_for
from tracker.progress.views.blueprint import bp

#: What a form sends beside what was typed: its token, its buttons, and what a script says of it.
_NOT_TYPED: Final = frozenset({"csrf_token", "check", "ready", "clear_as", "add-file", "touched"})
#: Fields that are no answer, and are not compared one by one.
_BESIDE: Final = frozenset({"seen", "window"})
_MOST_FIELDS: Final = 400


@bp.post("/items/<int:item_id>/update/typed")
@open_to_links
def keep_typed(item_id: int) -> ResponseReturnValue:
    """Keep what the form holds so far; the answer is for the script that sent it."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.write_update, item)
    now, by = utc_now(), current_user()
    touched = request.form.get("touched", "")[:20_000].split(",")
    try:
        update = keep_typing(item, round_for(item, at=now), typed_fields(), touched=touched, by=by, at=now)
    except DomainError as error:
        db.session.rollback()
        return jsonify(sentence=str(error)), error.http_status
    _own, others = typing_on(update, by=by, at=now)
    answer = {"at": clock(now), "others": " ".join(is_typing(each) for each in others)}
    db.session.commit()
    return jsonify(answer)


@bp.post("/items/<int:item_id>/update/typed/discard")
@open_to_links
def discard_typed(item_id: int) -> ResponseReturnValue:
    """Forget what the person typed and did not save."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.write_update, item)
    round_ = round_now(item.party_id, at=utc_now()).current
    update = drafting.find_update(item, round_) if round_ is not None else None
    if update is not None:
        forget_typing(update, by=current_user())
        db.session.commit()
        flash(_("What you had typed and not saved is discarded."), "done")
    return redirect(url_for(".edit_update", item_id=item_id))


def typed_fields() -> dict[str, list[str]]:
    """Return what was typed, field by field, as it was sent."""
    sent = [(name, values) for name, values in request.form.lists() if name not in _NOT_TYPED]
    return {name: values for name, values in sent[:_MOST_FIELDS] if not name.startswith("take-")}


def is_typing(typing: Typing) -> str:
    """Say that somebody else is at it."""
    return str(_("%(name)s is typing here since %(time)s.", name=typing.name, time=clock(typing.since)))


def person_mark() -> str:
    """Return a mark of the person for what is kept on their computer; it tells nobody who they are."""
    return hashlib.sha256(f"typed {current_user().fs_uniquifier}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Difference:
    """A field in which what was typed differs from the draft."""

    name: str
    label: Any
    #: None where only the two values are shown.
    parts: list[Part] | None
    typed: Any


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits of a person's own, and who else is typing."""

    own: Typing | None
    differences: list[Difference]
    others: list[str]
    #: The form as it was typed; None where nothing waits, or it is not taken up.
    form: UpdateForm | None
    #: All of its fields, for the other parts of the form.
    sent: MultiDict[str, str] | None


def waiting_on(update: Update | None, draft: Draft, *, take_up: bool) -> Waiting:
    """Return what was typed and not saved, compared with the draft; what says the same as the draft is passed over."""
    own, others = typing_on(update, by=current_user(), at=utc_now())
    form = typed_form(own) if own is not None else None
    found = _differences(form, own, draft) if form is not None and own is not None else []
    return Waiting(
        own=own if found else None,
        differences=found,
        others=[is_typing(each) for each in others],
        form=form if take_up and found else None,
        sent=_sent(own) if take_up and found and own is not None else None,
    )


def typed_form(typing: Typing) -> UpdateForm:
    """Return the form as it was typed."""
    form = UpdateForm(formdata=_sent(typing))
    form.window.data = typing.window
    return form


def _sent(typing: Typing) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in typing.fields.items() for value in values])


def _differences(form: UpdateForm, typing: Typing, draft: Draft) -> list[Difference]:
    """Return what the person changed and the draft does not say; what only others changed since is left out."""
    found: list[Difference] = []
    mine = form.answer()
    theirs = merge(read_seen(form.seen.data), mine=mine, theirs=draft.answer).taken
    for name in ANSWER_FIELDS:
        field, before, now = form[name], getattr(draft.answer, name), getattr(mine, name)
        wrong = " ".join(map(str, field.raw_data or ())) if field.process_errors else ""
        if name in theirs or (now == before and not wrong):
            continue
        found.append(Difference(name, field.label.text, words(before, now) if name in TEXTS else None, wrong or now))
    base = read_seen(form.seen.data).evidence
    if frozenset(form.evidence.data or ()) not in (base, draft.evidence) or form.new_links():
        found.append(Difference("evidence", _l("Evidence"), None, _l("changed")))
    others = typing.touched - set(ANSWER_FIELDS) - _BESIDE - {"evidence"}
    if any(not name.startswith("links-") for name in others):
        found.append(Difference("", _l("Other parts of the form"), None, _l("changed")))
    return found


def show_typed_again(item_id: int, *, again: Callable[[int, UpdateForm], str]) -> str:
    """Answer a form whose token or session has ended with a page that holds what was typed.

    Without a session the page leads through signing in; with one it is the form itself, to be saved once more.
    """
    person = signed_in()
    if person is None:
        return render_template("progress/signed_out.html", item_id=item_id, fields=typed_fields())
    if not is_let_in(person):
        abort(403)
    item = db.first_or_404(item_in_full(item_id))
    require(policies.write_update, item)
    return again(item_id, UpdateForm())
