"""What the meeting's papers say, as plain data: worded, in order, ready to be set. Every form of them reads this."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from tracker.core.filters import day, day_range, moment
from tracker.core.zones import city
from tracker.papers.pack import answers, overview, work
from tracker.papers.pack.chapters import Chapter
from tracker.papers.pack.state import State
from tracker.papers.snapshots.comparing import compare
from tracker.papers.snapshots.models import Circle, Snapshot
from tracker.papers.snapshots.services import content_of

Data = dict[str, Any]

_WRITERS: Final = {
    Chapter.REPORTED: overview.who_reported,
    Chapter.MATRIX: overview.matrix,
    Chapter.THEMES: answers.by_theme,
    Chapter.PARTIES: answers.by_party,
    Chapter.STEPS: work.overdue_steps,
    Chapter.EXCHANGE: work.needs_and_offers,
    Chapter.FIGURES: work.figures,
    Chapter.DECISIONS: work.decisions,
    Chapter.METHOD: overview.method,
}


def pack_data(snapshot: Snapshot, earlier: Snapshot | None, chapters: tuple[Chapter, ...], *, zone_name: str) -> Data:
    """Return the papers made from a snapshot.

    Args:
        snapshot: what they are made from.
        earlier: what "what changed" compares with; the chapter is left out where there is none.
        chapters: which parts.
        zone_name: the network's, for the moment of the freeze.
    """
    state = State(content_of(snapshot))
    parts = []
    for chapter in Chapter:
        if chapter not in chapters:
            continue
        if chapter is Chapter.CHANGES:
            if earlier is not None:
                before = State(content_of(earlier))
                moved = compare(before.content, state.content)
                parts.append({"key": chapter.value, **overview.changes(state, before, earlier.number, moved)})
        else:
            parts.append({"key": chapter.value, **_WRITERS[chapter](state)})
    return {
        "language": str(get_locale() or "en").split("_", maxsplit=1)[0],
        "title": _("Papers for the network meeting"),
        "subtitle": _meeting_words(state),
        "network": _("Network of Anti-Trafficking Coordinators in South-Eastern Europe"),
        "secretariat": _("Secretariat of the network: ICMPD, Vienna"),
        "facts": _facts(snapshot, state, zone_name),
        "watermark": _("For the Secretariat only: holds what is not shared yet")
        if snapshot.circle is Circle.SECRETARIAT
        else "",
        "redacted": _(
            "Redacted on %(day)s because %(reason)s",
            day=day(snapshot.redacted_at.date()),
            reason=snapshot.redaction_reason,
        )
        if snapshot.redacted_at
        else "",
        "about": _(
            "Statuses are each party’s own answers, accepted by the Secretariat for completeness, not graded. "
            "Parties are listed alphabetically. For participants of the meeting; not for publication."
        ),
        "contents_title": _("Contents"),
        "chapters": parts,
        "footnotes": sorted({each["footnote"].lstrip("* ") for each in state.parties.values() if each["footnote"]}),
        "sample": _("Sample data. Statuses, texts, people and figures are made up.")
        if state.meeting["is_sample"]
        else "",
        "page_words": _("Page"),
        "product": _("Commitment Tracker"),
        "as_of": _("Snapshot %(number)s, %(day)s", number=snapshot.number, day=day(state.as_of)),
        "day": state.content["as_of"],
        "number": snapshot.number,
        "sha256": snapshot.sha256,
        "meeting": state.meeting["code"],
        "countries": len(state.countries),
    }


def _meeting_words(state: State) -> str:
    meeting = state.meeting
    starts_on = datetime.fromisoformat(meeting["starts_on"]).date()
    ends_on = datetime.fromisoformat(meeting["ends_on"]).date() if meeting["ends_on"] else None
    return f"{meeting['title']}, {day_range(starts_on, ends_on, meeting['date_precision'])}"


def _facts(snapshot: Snapshot, state: State, zone_name: str) -> list[list[str]]:
    round_: Mapping[str, Any] | None = state.meeting["round"]
    facts = []
    if round_ is not None:
        facts.append([_("Round due"), day(datetime.fromisoformat(round_["due_on"]).date())])
    commitments = state.addressed_to("country")
    facts += [
        [
            _("Scope"),
            ngettext("%(num)s instrument", "%(num)s instruments", len(state.instruments))
            + ", "
            + ngettext(
                "%(num)s commitment addressed to countries",
                "%(num)s commitments addressed to countries",
                len(commitments),
            )
            + ", "
            + ngettext("%(num)s country", "%(num)s countries", len(state.countries)),
        ],
        [
            _("Frozen"),
            _(
                "Snapshot %(number)s, %(moment)s (%(city)s)",
                number=snapshot.number,
                moment=moment(snapshot.taken_at, zone_name),
                city=city(zone_name),
            ),
        ],
    ]
    return facts
