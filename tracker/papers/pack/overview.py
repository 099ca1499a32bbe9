"""The chapters that show the whole: who reported, the matrix, what changed, how to read it."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.filters import DASH, day, number
from tracker.dashboards.stack import STACK, parts_of
from tracker.papers.pack.state import Entry, State, counted, status_of
from tracker.papers.snapshots.comparing import Move, Moved
from tracker.progress.counting import CLASSES, Count
from tracker.progress.labels import status_label

Data = dict[str, Any]


def headline(count: Count) -> str:
    """Return "a of b"; a dash where there is nothing to count."""
    pair = count.headline
    return str(_("%(a)s of %(b)s", a=number(pair[0]), b=number(pair[1]))) if pair else DASH


def bar(count: Count) -> list[Data]:
    """Return the parts of a bar with their words."""
    return [
        {"status": key, "count": length, "words": f"{length} {str(status_label(key)).lower()}"}
        for key, _begin, length in parts_of(count)
    ]


def who_reported(state: State) -> Data:
    """Say who has answered in the round of the meeting, and who before only; in alphabetical order, no totals."""
    here = state.meeting["code"]
    rows = []
    for party in state.parties.values():
        items = [item for _commitment, item in state.items_of(party["code"])]
        if not items:
            continue
        answers = [item["answer"] for item in items if item["answer"] is not None]
        now = sum(answer["meeting"] == here for answer in answers)
        rows.append(
            [
                party["short_name"],
                number(len(items)),
                number(now),
                number(len(answers) - now),
                number(len(items) - len(answers)),
            ]
        )
    return {
        "title": _("Who reported"),
        "lede": _("Answers that are accepted and, unless this is the Secretariat’s own copy, shared."),
        "heads": [_("Party"), _("Items"), _("Answered in this round"), _("Answered before"), _("Not reported")],
        "rows": rows,
    }


def matrix(state: State) -> Data:
    """Return every commitment addressed to countries by every country."""
    commitments = state.addressed_to("country")
    groups = []
    for instrument, rows in state.by_instrument(commitments):
        groups.append({"title": instrument["short_title"], "rows": [_row(state, each) for each in rows]})
    return {
        "title": _("State of play"),
        "lede": ngettext(
            "%(num)s commitment addressed to countries; latest accepted answers on %(day)s.",
            "%(num)s commitments addressed to countries; latest accepted answers on %(day)s.",
            len(commitments),
            day=day(state.as_of),
        ),
        "legend": [{"status": key, "words": str(status_label(key))} for key in CLASSES],
        "pending": str(_("Newer update waits")) if state.content["circle"] == "secretariat" else "",
        "head": str(_("Commitment")),
        "total_head": str(_("All")),
        "parties": [
            {"code": _starred(each["code"], each["short_name"]), "name": each["short_name"]} for each in state.countries
        ],
        "groups": groups,
        "others": _others(state),
    }


def _starred(code: str, name: str) -> str:
    return f"{code}*" if name.endswith("*") else code


def _row(state: State, commitment: Entry) -> Data:
    cells, items = [], []
    for party in state.countries:
        item = state.items.get((commitment["code"], party["code"]))
        if item is None:
            cells.append({"status": "", "words": str(_("Not asked")), "pending": False})
            continue
        items.append(item)
        status = status_of(item)
        cells.append({"status": status, "words": str(status_label(status)), "pending": item["is_pending"]})
    count = counted(items)
    return {
        "code": commitment["code"],
        "title": commitment["title"],
        "cells": cells,
        "bar": [[key, length] for key, _begin, length in parts_of(count)],
        "reported": _("%(a)s of %(b)s reported", a=count.reported, b=count.items),
    }


def _others(state: State) -> list[Data]:
    """Return the items of the network and the Secretariat: counted apart, never with the countries."""
    found = []
    titles = {"network": _("The network’s own commitments"), "secretariat": _("The Secretariat’s own commitments")}
    for addressee, title in titles.items():
        rows = [
            {
                "code": commitment["code"],
                "title": commitment["title"],
                "status": status_of(item),
                "words": str(status_label(status_of(item))),
            }
            for commitment in state.addressed_to(addressee)
            for _party, item in state.answers_of(commitment["code"])
        ]
        if rows:
            found.append({"title": str(title), "rows": rows})
    return found


_MOVES: Final = (Move.UP, Move.DOWN, Move.OTHER, Move.NEW, Move.GONE, Move.SAID_ANEW)


def changes(state: State, before: State, earlier_number: int, moved: Sequence[Moved]) -> Data:
    """Say what moved since an earlier snapshot, commitment by commitment."""
    titles = {
        Move.UP: _("Moved on"),
        Move.DOWN: _("Went back"),
        Move.OTHER: _("From or to “not applicable”"),
        Move.NEW: _("First reported"),
        Move.GONE: _("Answered before, not any more"),
        Move.SAID_ANEW: _("The same status, said anew"),
    }
    groups = []
    for move in _MOVES:
        rows = [
            {
                "code": each.commitment,
                "title": _named(state, before, each.commitment),
                "party": _party_named(state, before, each.party),
                "before": each.before or "not_reported",
                "before_words": str(status_label(each.before)),
                "after": each.after or "not_reported",
                "after_words": str(status_label(each.after)),
            }
            for each in _in_order(state, [each for each in moved if each.move is move])
        ]
        if rows:
            groups.append({"title": str(titles[move]), "key": move.value, "rows": rows})
    return {
        "title": _("What changed"),
        "lede": _(
            "Compared with snapshot %(number)s of %(day)s, meeting: %(meeting)s.",
            number=earlier_number,
            day=day(before.as_of),
            meeting=before.meeting["title"],
        ),
        "heads": [_("Commitment"), _("Party"), _("Then"), _("Now")],
        "groups": groups,
        "none": "" if groups else str(_("Nothing moved.")),
    }


def _named(state: State, before: State, code: str) -> str:
    found = state.commitments.get(code) or before.commitments.get(code)
    return str(found["title"]) if found is not None else ""


def _party_named(state: State, before: State, code: str) -> str:
    found = state.parties.get(code) or before.parties.get(code)
    return str(found["short_name"]) if found is not None else code


def _in_order(state: State, moved: list[Moved]) -> list[Moved]:
    commitments = {code: place for place, code in enumerate(state.commitments)}
    parties = {code: place for place, code in enumerate(state.parties)}
    last = len(commitments) + len(parties)
    return sorted(moved, key=lambda each: (commitments.get(each.commitment, last), parties.get(each.party, last)))


def method(_state: State) -> Data:
    """Say how the papers are made and how to read them."""
    return {
        "title": _("How to read these papers"),
        "paragraphs": [
            _(
                "Each commitment is an item for each party that it is addressed to. Parties answer before a "
                "meeting; the "
                "Secretariat accepts an answer when it is complete and clear. Accepting does not approve of it."
            ),
            _(
                "The status says how far a commitment is carried out: not started, in preparation, partly in "
                "place, in place "
                "(adopted, set up), in place and used (works in practice). “Not applicable” stands outside this "
                "order and needs "
                "a reason. “Not reported” is the absence of an answer."
            ),
            _(
                "Counting: “in place” and “in place and used” together, of the items that apply. Not applicable "
                "leaves the "
                "count; not reported stays in it. An answer of an earlier round counts until a newer one is accepted."
            ),
            _(
                "Instruments bind in different ways: some commit, others reaffirm, acknowledge or recommend. "
                "Numbers of cases or "
                "victims say nothing about performance. Counts of one to four are shown as “fewer than 5”, and "
                "more is held "
                "back where a number could be worked out."
            ),
            _(
                "These papers are made from a frozen snapshot. Its number and hash stand on the title page; the "
                "same snapshot "
                "makes the same papers."
            ),
        ],
        "statuses": [{"status": key, "words": str(status_label(key))} for key in (*reversed(STACK[:5]), *STACK[5:])],
    }
