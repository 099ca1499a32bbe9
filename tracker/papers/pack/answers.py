"""The chapters that print answers: commitment by commitment under its theme, and party by party."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.core import labels
from tracker.core.filters import day
from tracker.core.labels import label
from tracker.instruments.models import Strength
from tracker.papers.national.data import paragraphs_of
from tracker.papers.pack.overview import bar, headline
from tracker.papers.pack.state import Entry, State, counted, status_of
from tracker.progress.labels import status_label
from tracker.progress.models import HelpKind, ShareKind

Data = dict[str, Any]


def by_theme(state: State) -> Data:
    """Print what every party says about each commitment."""
    groups = []
    for code, commitments in state.by_theme.items():
        items = [_commitment(state, each) for each in commitments]
        groups.append({"title": state.themes[code]["name"], "items": items})
    return {"title": _("Answers by commitment"), "groups": groups}


def _commitment(state: State, commitment: Entry) -> Data:
    pairs = state.answers_of(commitment["code"])
    count = counted([item for _party, item in pairs])
    silent = [party["short_name"] for party, item in pairs if item["answer"] is None]
    return {
        "code": commitment["code"],
        "title": commitment["title"],
        "instrument": state.instruments[commitment["instrument"]]["short_title"],
        "text": commitment["summary"],
        "binds": _("How it binds: %(strength)s", strength=label(Strength(commitment["strength"])).lower()),
        "headline": _("%(headline)s in place, or in place and used", headline=headline(count)),
        "bar": bar(count),
        "answers": [_answer(party, item) for party, item in pairs if item["answer"] is not None],
        "silent": _("Not reported: %(parties)s.", parties=", ".join(silent)) if silent else "",
    }


def _answer(party: Entry, item: Entry) -> Data:
    answer = item["answer"]
    marks = [_("round of %(meeting)s", meeting=answer["meeting_title"])]
    if answer["is_unchanged"]:
        marks.append(_("no change"))
    if answer["is_restricted"]:
        marks.append(_("restricted"))
    if answer["is_redacted"]:
        marks.append(_("redacted"))
    return {
        "party": party["short_name"],
        "status": status_of(item),
        "words": str(status_label(status_of(item))),
        "marks": ", ".join(str(each) for each in marks),
        "texts": texts_of(answer),
    }


def texts_of(answer: Entry) -> list[Data]:
    """Return the texts of an answer under their headings; those that are empty are left out."""
    found = (
        (_("Why it does not apply"), answer["reason"]),
        (_("Done"), answer["narrative"]),
        (_("In the way"), answer["obstacles"]),
        (_("Next"), answer["next_steps"]),
        (_kind(_("Help needed"), HelpKind, answer["help_kind"]), answer["help_text"] if answer["needs_help"] else ""),
        (_kind(_("Can share"), ShareKind, answer["share_kind"]), answer["share_text"] if answer["can_share"] else ""),
    )
    return [{"heading": str(heading), "paragraphs": paragraphs_of(text)} for heading, text in found if text.strip()]


def _kind(heading: str, kinds: Any, value: str | None) -> str:
    return f"{heading} ({labels.label(kinds(value)).lower()})" if value else heading


def by_party(state: State) -> Data:
    """Print half a page for each country: how its own items stand, what comes next, what it needs and offers."""
    pages = []
    for party in state.countries:
        pairs = state.items_of(party["code"])
        if not pairs:
            continue
        count = counted([item for _commitment_, item in pairs])
        pages.append(
            {
                "party": party["short_name"],
                "headline": _("%(headline)s in place, or in place and used", headline=headline(count)),
                "bar": bar(count),
                "lists": [each for each in _lists(state, pairs) if each["rows"]],
            }
        )
    return {
        "title": _("Party by party"),
        "lede": _("In alphabetical order. The number of items that apply differs; parties are not compared."),
        "pages": pages,
    }


def _lists(state: State, pairs: list[tuple[Entry, Entry]]) -> list[Data]:
    here = state.meeting["code"]
    in_use, needs, offers, steps, silent = [], [], [], [], []
    for commitment, item in pairs:
        answer = item["answer"]
        named = f"{commitment['code']} {commitment['title']}"
        if answer is None:
            silent.append(named)
            continue
        if answer["status"] == "in_use":
            in_use.append(named)
        if answer["needs_help"]:
            needs.append(f"{commitment['code']}: {answer['help_text']}")
        if answer["can_share"]:
            offers.append(f"{commitment['code']}: {answer['share_text']}")
        if answer["meeting"] == here:
            steps += [
                _step(commitment, step) for step in answer["steps"] if not step["done_on"] and step["what"].strip()
            ]
    return [
        {"title": str(_("In place and used")), "rows": in_use},
        {"title": str(_("Open steps")), "rows": steps},
        {"title": str(_("Needs help with")), "rows": needs},
        {"title": str(_("Can share")), "rows": offers},
        {"title": str(_("Not reported")), "rows": silent},
    ]


def _step(commitment: Entry, step: Entry) -> str:
    due = f", {day(date.fromisoformat(step['due_on']))}" if step["due_on"] else ""
    responsible = f" ({step['responsible']})" if step["responsible"] else ""
    return f"{commitment['code']}: {step['what']}{responsible}{due}"
