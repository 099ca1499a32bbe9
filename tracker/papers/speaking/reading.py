"""Speaking points as plain data, for the page and the makers alike."""

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.core import footnotes
from tracker.core.filters import moment
from tracker.core.zones import city
from tracker.papers.national.data import SAMPLE_WORDS, meeting_words
from tracker.papers.speaking.models import SpeakingPoints
from tracker.papers.speaking.rules import blocks_of

Data = dict[str, Any]


def points_data(points: SpeakingPoints) -> Data:
    """Return what the paper says."""
    party, round_ = points.party, points.round
    footnotes.forget()
    name = footnotes.named(party)
    zone = party.timezone
    return {
        "language": str(get_locale() or "en").split("_", maxsplit=1)[0],
        "title": _("Speaking points of %(party)s", party=name),
        "subtitle": meeting_words(round_),
        "network": _("Network of Anti-Trafficking Coordinators in South-Eastern Europe"),
        "party": {"code": party.code, "name": name},
        "blocks": [{"words": each.words, "points": list(each.points)} for each in blocks_of(points.text)],
        "footnotes": footnotes.footnotes(),
        "sample": str(SAMPLE_WORDS) if round_.meeting.is_sample else "",
        "as_of": _("Written %(moment)s, %(city)s time", moment=moment(points.written_at, zone), city=city(zone)),
        "day": points.written_at.date().isoformat(),
    }
