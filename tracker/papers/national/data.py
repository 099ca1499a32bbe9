"""What a national report says, as plain data: worded, in order, ready to be set. Every form of it reads this."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.core import footnotes
from tracker.core.filters import DASH, day, day_range, file_size, moment, number
from tracker.core.labels import label
from tracker.core.zones import city
from tracker.instruments.models import Commitment
from tracker.meetings.models import Round
from tracker.papers.national.answers import Printed
from tracker.papers.national.choices import Holds, Order
from tracker.parties.models import Party
from tracker.progress.counting import CLASSES, Count, count
from tracker.progress.labels import status_label
from tracker.progress.models import Revision
from tracker.progress.statuses import NOT_REPORTED
from tracker.progress.workflow import UpdateState

Data = dict[str, Any]
SAMPLE_WORDS: Final = _l("Sample data. Statuses, texts, people and figures are made up.")
#: Schemes that a printed address may lead to.
_LINKS: Final = ("https://", "http://")


def report_data(
    party: Party,
    round_: Round,
    printed: list[Printed],
    figures: Data | None,
    *,
    holds: Holds,
    order: Order,
    at: datetime,
) -> Data:
    """Return the report; ``at`` is the moment as of which it speaks."""
    footnotes.forget()
    name = footnotes.named(party)
    counted = count(each.counted for each in printed)
    groups = [_group(heading, rows) for heading, rows in _grouped(printed, order)]
    return {
        "language": str(get_locale() or "en").split("_", maxsplit=1)[0],
        "title": _("National report of %(party)s", party=name),
        "subtitle": meeting_words(round_),
        "network": _("Network of Anti-Trafficking Coordinators in South-Eastern Europe"),
        "party": {"code": party.code, "name": name},
        "contents_title": _("Contents"),
        "summary_title": _("Summary"),
        "facts": _facts(party, round_, printed, at),
        "watermark": _watermark(printed, holds),
        "about": _about(holds),
        "headline": _headline(counted),
        "headline_note": _headline_note(printed),
        "bar": [
            {"status": key, "count": counted.by_class[key], "words": f"{counted.by_class[key]} {_lower(key)}"}
            for key in reversed(CLASSES[:5])
            if counted.by_class[key]
        ]
        + [
            {"status": key, "count": counted.by_class[key], "words": f"{counted.by_class[key]} {_lower(key)}"}
            for key in CLASSES[5:]
            if counted.by_class[key]
        ],
        "overview": {
            "title": _("All items"),
            "heads": [_("Code"), _("Commitment"), _("Status")],
            "rows": [_overview_row(each) for each in printed],
        },
        "exchange": _exchange(printed),
        "groups": groups,
        "figures": figures,
        "footnotes": footnotes.footnotes(),
        "sample": str(SAMPLE_WORDS) if round_.meeting.is_sample else "",
        "page_words": _("Page"),
        "product": _("Commitment Tracker"),
        "as_of": _("As of %(moment)s", moment=local_words(at, party)),
        "day": at.date().isoformat(),
    }


def timeless(data: Mapping[str, Any]) -> Data:
    """Return what the report says, without the moment at which it was read: to tell whether anything changed."""
    kept = {key: value for key, value in data.items() if key not in ("as_of", "day", "facts")}
    return kept | {"facts": data["facts"][1:]}


def meeting_words(round_: Round) -> str:
    """Return the meeting that a round leads up to: title and date."""
    meeting = round_.meeting
    return f"{meeting.title}, {day_range(meeting.starts_on, meeting.ends_on, meeting.date_precision)}"


def local_words(at: datetime, party: Party) -> str:
    """Return a moment by the clocks of a party, with the city that they go by."""
    return str(_("%(moment)s, %(city)s time", moment=moment(at, party.timezone), city=city(party.timezone)))


def _facts(party: Party, round_: Round, printed: list[Printed], at: datetime) -> list[list[str]]:
    reported = sum(each.answer is not None for each in printed)
    return [
        [_("As of"), local_words(at, party)],
        [_("Meeting"), meeting_words(round_)],
        [_("Due on"), day(round_.due_on)],
        [_("Coordinator"), party.coordinator_institution or _("Not known")],
        [
            _("Items"),
            ngettext("%(num)s commitment asked about", "%(num)s commitments asked about", len(printed))
            + ", "
            + _("%(n)s with an answer here", n=number(reported)),
        ],
    ]


def _watermark(printed: list[Printed], holds: Holds) -> str:
    states = {each.state for each in printed}
    if holds is Holds.DRAFTS and UpdateState.DRAFT in states:
        return str(_("Draft: contains answers that have not been submitted"))
    if UpdateState.SUBMITTED in states:
        return str(_("Contains answers that have not been accepted yet"))
    return ""


def _about(holds: Holds) -> list[str]:
    held = {
        Holds.ACCEPTED: _("It prints accepted answers only."),
        Holds.SUBMITTED: _("It prints accepted answers, and those that wait for review; each of these is marked."),
        Holds.DRAFTS: _("It prints accepted and submitted answers and working drafts; each is marked as what it is."),
    }[holds]
    return [
        _(
            "This report says what has been done about each commitment that the round asks about, "
            "in the party’s own words."
        )
        + " "
        + held,
        _(
            "Accepted means that the Secretariat found the answer complete and clear; "
            "it does not approve of it or grade it."
        ),
    ]


def _headline(counted: Count) -> Data:
    pair = counted.headline
    return {
        "number": _("%(a)s of %(b)s", a=number(pair[0]), b=number(pair[1])) if pair else DASH,
        "words": _("in place, or in place and used"),
        "beside": _("Not applicable, beside these: %(n)s.", n=number(counted.not_applicable))
        if counted.not_applicable
        else "",
    }


def _headline_note(printed: list[Printed]) -> str:
    waiting = sum(each.state is UpdateState.SUBMITTED or each.has_newer for each in printed)
    note = str(_("Counted by the last accepted answer to each item."))
    if waiting:
        note += " " + ngettext(
            "%(num)s newer answer waits for review and does not count yet.",
            "%(num)s newer answers wait for review and do not count yet.",
            waiting,
        )
    return note


def _overview_row(each: Printed) -> Data:
    commitment = each.item.commitment
    status = each.answer.status if each.answer is not None else None
    return {
        "code": commitment.code,
        "title": commitment.title,
        "status": status.value if status is not None else NOT_REPORTED,
        "words": status_label(status),
        "state": _state_mark(each),
    }


def _exchange(printed: list[Printed]) -> list[Data]:
    """Return needs and offers, each with its heading; nothing where there are none."""
    needs, offers = [], []
    for each in printed:
        answer, code = each.answer, each.item.commitment.code
        if answer is not None and answer.needs_help:
            needs.append({"code": code, "kind": label(answer.help_kind), "text": answer.help_text})
        if answer is not None and answer.can_share:
            offers.append({"code": code, "kind": label(answer.share_kind), "text": answer.share_text})
    found = [{"title": _("Where help is needed"), "rows": needs}, {"title": _("What can be shared"), "rows": offers}]
    return [part for part in found if part["rows"]]


def _grouped(printed: list[Printed], order: Order) -> Iterable[tuple[str, list[Printed]]]:
    def heading(each: Printed) -> tuple[Any, ...]:
        commitment = each.item.commitment
        if order is Order.THEME:
            return (commitment.theme.position, commitment.theme.name)
        return (commitment.instrument.adopted_on, commitment.instrument.code, commitment.instrument.short_title)

    for key, rows in groupby(sorted(printed, key=heading), key=heading):
        yield key[-1], list(rows)


def _group(heading: str, rows: list[Printed]) -> Data:
    return {"title": heading, "items": [_item(each) for each in rows]}


def _item(each: Printed) -> Data:
    commitment, answer = each.item.commitment, each.answer
    status = answer.status if answer is not None else None
    redacted = answer.redacted_at if isinstance(answer, Revision) else None
    return {
        "code": commitment.code,
        "title": commitment.title,
        "text_title": _("Commitment"),
        "text": commitment.summary,
        "binds": _binds(commitment),
        "status": status.value if status is not None else NOT_REPORTED,
        "status_words": status_label(status),
        "state": each.state.value if each.state is not None else "",
        "marks": _marks(each),
        "redacted": _(
            "Redacted on %(day)s because: %(reason)s", day=day(redacted.date()), reason=answer.redaction_reason
        )
        if redacted is not None and isinstance(answer, Revision)
        else "",
        "texts": answer_texts(answer),
        "facts": _item_facts(each),
        "steps": _steps(each),
        "documents": _documents(each),
        "missing": _missing(each),
    }


def _binds(commitment: Commitment) -> str:
    words = _("How it binds: %(strength)s", strength=label(commitment.strength).lower())
    return f"{words}. {_('Paragraph %(paragraph)s', paragraph=commitment.paragraph)}" if commitment.paragraph else words


def _state_mark(each: Printed) -> str:
    words = {UpdateState.DRAFT: str(_("Draft")), UpdateState.SUBMITTED: str(_("Submitted"))}
    return words.get(each.state, "") if each.state is not None else ""


def _marks(each: Printed) -> list[str]:
    """Return what a reader must know before the text: whose state it is in, from when, for whose eyes."""
    answer, marks = each.answer, []
    if answer is None:
        return [_("A first answer waits for review.")] if each.has_newer else []
    if each.state is UpdateState.DRAFT:
        marks.append(_("Draft, not submitted"))
    elif each.state is UpdateState.SUBMITTED:
        marks.append(_("Submitted, waits for review"))
    else:
        assert each.round is not None
        earlier = _("Accepted in an earlier round: %(meeting)s", meeting=meeting_words(each.round))
        marks.append(earlier if each.is_earlier else _("Accepted"))
        if each.has_newer:
            marks.append(_("A newer answer waits for review"))
    if isinstance(answer, Revision) and answer.unchanged_from_id is not None:
        marks.append(_("Said to be unchanged since the answer before"))
    if answer.is_restricted:
        marks.append(_("Restricted: for the party and the Secretariat only"))
    return marks


def answer_texts(answer: Any) -> list[Data]:
    """Return the texts of an answer that are not empty, each with its heading."""
    if answer is None:
        return []
    found = (
        (_("Why the commitment does not apply"), answer.reason),
        (_("What has been done"), answer.narrative),
        (_("What stands in the way"), answer.obstacles),
        (_("What comes next"), answer.next_steps),
        (_with_kind(_("Help that is asked for"), answer.help_kind), answer.help_text if answer.needs_help else ""),
        (_with_kind(_("What can be shared"), answer.share_kind), answer.share_text if answer.can_share else ""),
    )
    return [{"heading": heading, "paragraphs": paragraphs_of(text)} for heading, text in found if text.strip()]


def _with_kind(heading: str, kind: Any) -> str:
    return f"{heading} ({label(kind).lower()})" if kind is not None else heading


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of typed text; line breaks inside one stay."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [part.strip("\n ") for part in parts if part.strip()]


def _item_facts(each: Printed) -> list[list[str]]:
    answer = each.answer
    if answer is None:
        return []
    cleared = ", ".join(filter(None, [answer.cleared_by_name, answer.cleared_by_function, _day(answer.cleared_on)]))
    facts = [[_("Lead"), each.lead], [_("Target date"), _day(each.target_on)], [_("Cleared by"), cleared]]
    if isinstance(answer, Revision):
        facts.append([_("Submitted"), day(answer.submitted_at.date())])
    return [[term, words] for term, words in facts if words]


def _day(value: Any) -> str:
    return day(value) if value else ""


def _steps(each: Printed) -> Data | None:
    if not each.steps:
        return None
    return {
        "title": _("Practical steps"),
        "heads": [_("What"), _("Responsible"), _("Due on"), _("Done on")],
        "rows": [
            [step.what, step.responsible or DASH, _day(step.due_on) or DASH, _day(step.done_on) or DASH]
            for step in each.steps
        ],
    }


def _documents(each: Printed) -> Data | None:
    if not each.documents:
        return None
    return {
        "title": _("Evidence"),
        "rows": [
            {
                "title": row.title,
                "where": _where(row),
                "link": row.url if (row.url or "").lower().startswith(_LINKS) else "",
                "version": _("version %(number)s", number=row.number),
                "sha256": row.sha256,
                "restricted": _("restricted") if row.is_restricted else "",
            }
            for row in each.documents
        ],
    }


def _where(document: Any) -> str:
    """Return where a document lies: its address, or the name and size of the file."""
    if document.url or document.file_name:
        return document.url or f"{document.file_name}, {file_size(document.size_bytes or 0)}"
    return str(_("Redacted"))


def _missing(each: Printed) -> str:
    """Return in one line what was not given; nothing is left out in silence."""
    answer = each.answer
    if answer is None:
        return str(_("No answer has been given that this report may print."))
    absent = [
        words
        for words, is_there in (
            (_("lead institution"), each.lead),
            (_("target date"), each.target_on),
            (_("obstacles"), answer.obstacles),
            (_("next steps"), answer.next_steps),
            (_("practical steps"), each.steps),
            (_("evidence"), each.documents),
            (_("who cleared it"), answer.cleared_by_name),
        )
        if not is_there
    ]
    return str(_("Not given: %(what)s.", what=", ".join(absent))) if absent else ""


def _lower(key: str) -> str:
    return status_label(key).lower()
