"""The chapters about what is to be done: steps that are overdue, needs and offers, figures, decisions."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from tracker.core.filters import DASH, day, number
from tracker.core.labels import label
from tracker.papers.pack.state import Entry, State
from tracker.progress.disclosure import TOTAL, Shown
from tracker.progress.models import AnswerKind, HelpKind, ShareKind

Data = dict[str, Any]


def overdue_steps(state: State) -> Data:
    """List the steps whose day has passed and that are not done, as the answers copied them."""
    rows = []
    for commitment in state.commitments.values():
        for party, item in state.answers_of(commitment["code"]):
            answer = item["answer"]
            for step in answer["steps"] if answer is not None else ():
                due_on = date.fromisoformat(step["due_on"]) if step["due_on"] else None
                if due_on is not None and due_on < state.as_of and not step["done_on"]:
                    rows.append(
                        [
                            party["short_name"],
                            commitment["code"],
                            step["what"],
                            step["responsible"] or DASH,
                            day(due_on),
                        ]
                    )
    return {
        "title": _("Steps that are overdue"),
        "heads": [_("Party"), _("Commitment"), _("Step"), _("Responsible"), _("Was due")],
        "rows": rows,
        "none": "" if rows else str(_("No step that was reported is overdue.")),
    }


def needs_and_offers(state: State) -> Data:
    """List what is needed beside who offers it on the same commitment, then the rest."""
    needs: list[Data] = []
    offers: dict[str, list[Data]] = defaultdict(list)
    for commitment in state.commitments.values():
        for party, item in state.answers_of(commitment["code"]):
            answer = item["answer"]
            if answer is None:
                continue
            if answer["can_share"]:
                offers[commitment["code"]].append(
                    _entry(commitment, party, ShareKind, answer["share_kind"], answer["share_text"])
                )
            if answer["needs_help"]:
                needs.append(_entry(commitment, party, HelpKind, answer["help_kind"], answer["help_text"]))
    pairs = [
        {"code": need["code"], "title": need["title"], "need": need, "offers": found}
        for need in needs
        if (found := [each for each in offers[need["code"]] if each["party"] != need["party"]])
    ]
    paired = {(pair["code"], pair["need"]["party"]) for pair in pairs}
    return {
        "title": _("Needs and offers"),
        "pairs_title": str(_("Who needs what another offers")),
        "pairs": pairs,
        "needs_title": str(_("Other needs")) if pairs else str(_("Needs")),
        "needs": [each for each in needs if (each["code"], each["party"]) not in paired],
        "offers_title": str(_("All offers")),
        "offers": [each for rows in offers.values() for each in rows],
        "need_word": str(_("needs")),
        "offer_word": str(_("offers")),
        "none": "" if needs or any(offers.values()) else str(_("Nobody asks for or offers anything.")),
    }


def _entry(commitment: Entry, party: Entry, kinds: Any, kind: str | None, text: str) -> Data:
    return {
        "code": commitment["code"],
        "title": commitment["title"],
        "party": party["short_name"],
        "kind": label(kinds(kind)) if kind else "",
        "text": text,
    }


def figures(state: State) -> Data:
    """Print the totals of each indicator by party and year; no sums over parties, no ranking."""
    by_indicator: dict[str, list[Entry]] = defaultdict(list)
    for each in state.content["figures"]:
        if TOTAL in each["cells"] and each["party"] in state.parties:
            by_indicator[each["indicator"]].append(each)
    themes = {code: place for place, code in enumerate(state.themes)}
    tables = []
    for code in sorted(by_indicator, key=lambda each: (themes.get(by_indicator[each][0]["theme"], 99), each)):
        sets = by_indicator[code]
        years = sorted({each["year"] for each in sets})
        cells = {(each["party"], each["year"]): each["cells"][TOTAL] for each in sets}
        tables.append(
            {
                "code": code,
                "title": sets[0]["title"],
                "unit": sets[0]["unit"],
                "heads": [str(_("Party")), *(str(year) for year in years)],
                "rows": [
                    [party["short_name"], *(figure_words(cells.get((party["code"], year))) for year in years)]
                    for party in state.parties.values()
                    if any((party["code"], year) in cells for year in years)
                ],
            }
        )
    return {
        "title": _("Figures"),
        "lede": _(
            "As the parties state them, with the totals only. A dash: no figure was given. Counts of one to four are "
            "shown as “fewer than 5”."
        ),
        "tables": tables,
        "none": "" if tables else str(_("No figures are shared.")),
    }


def figure_words(cell: Entry | None) -> str:
    """Return a figure as people read it."""
    if cell is None:
        return DASH
    if cell["shown"] == Shown.FEWER:
        return str(_("fewer than 5"))
    if cell["shown"] == Shown.WITHHELD:
        return str(_("withheld"))
    if cell["kind"] != AnswerKind.VALUE:
        return label(AnswerKind(cell["kind"])).lower()
    if cell["value"] is None:
        return str(cell["text"]).replace("_", " ")
    written = number(Decimal(cell["value"]))
    return f"{written} {cell['currency']}" if cell["currency"] else written


def decisions(state: State) -> Data:
    """List what earlier meetings left open, and what this one decided."""
    return {
        "title": _("Matters arising and decisions"),
        "groups": [
            each
            for each in (
                {
                    "title": str(_("Matters arising")),
                    "rows": [_decision(row, row["meeting_title"]) for row in state.content["matters_arising"]],
                },
                {"title": str(_("Decisions")), "rows": [_decision(row, "") for row in state.content["decisions"]]},
            )
            if each["rows"]
        ],
        "none": ""
        if state.content["decisions"] or state.content["matters_arising"]
        else str(_("Nothing is open from earlier meetings, and nothing is decided yet.")),
    }


def _decision(row: Entry, meeting: str) -> Data:
    facts = [meeting, row["addressee"]]
    if row["due_on"]:
        facts.append(str(_("by %(day)s", day=day(date.fromisoformat(row["due_on"])))))
    if row["settled_on"]:
        facts.append(str(_("settled on %(day)s", day=day(date.fromisoformat(row["settled_on"])))))
    if row["commitment"]:
        facts.append(str(_("followed as %(code)s", code=row["commitment"])))
    return {"number": row["number"], "text": row["text"], "facts": " · ".join(each for each in facts if each)}
