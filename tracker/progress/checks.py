"""A quiet second look at an answer before it is submitted. No Flask, no SQLAlchemy; nothing is ever fetched.

What it says is advice: whoever submits may go on. Only what looks like personal data has to be confirmed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from tracker.progress.expiry import Expiry, expiry
from tracker.progress.personal_data import PersonalKind, personal_data_in
from tracker.progress.statuses import ORDER, REACHED, Status

#: Documents older than this are pointed out.
YEARS_OF_EVIDENCE: Final = 3
#: The fields whose text a reader compares with the last answer.
_COMPARED: Final = ("reason", "narrative", "obstacles", "next_steps")
#: The fields that may hold what nobody should read.
_READ: Final = (*_COMPARED, "help_text", "share_text")


class Flag(StrEnum):
    """What is worth a second look."""

    NO_EVIDENCE = "no_evidence"
    WENT_BACK = "went_back"
    SAME_TEXT = "same_text"
    LINK = "link"
    OLD_EVIDENCE = "old_evidence"
    EVIDENCE_RAN_OUT = "evidence_ran_out"
    EVIDENCE_RUNS_OUT = "evidence_runs_out"
    PAST_TARGET = "past_target"
    PERSONAL_DATA = "personal_data"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A piece of evidence, as far as it is looked at."""

    title: str
    #: None for a file.
    url: str | None
    #: The day of the document itself, else the day on which it was added.
    day: date | None
    #: Its last day, where it has one.
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Texts:
    """A status and its texts: an answer, as far as it is looked at."""

    status: Status | None
    by_field: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One piece of advice. It holds no text of the answer, so it may be kept and shown."""

    flag: Flag
    #: Where to look: names of fields of the update form.
    fields: tuple[str, ...] = ()
    #: For personal data: what it looks like.
    kinds: tuple[PersonalKind, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {"flag": self.flag.value, "fields": list(self.fields), "kinds": [kind.value for kind in self.kinds]}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Remark":
        """Return what was stored."""
        kinds = tuple(PersonalKind(kind) for kind in stored.get("kinds", ()))
        return cls(flag=Flag(stored["flag"]), fields=tuple(stored.get("fields", ())), kinds=kinds)


def look_at(
    answer: Texts, *, last: Texts | None, evidence: Sequence[Document], target_on: date | None, today: date
) -> list[Remark]:
    """Return what is worth a second look.

    Args:
        answer: what is about to be submitted.
        last: what was accepted last; None where nothing was, or where it is repeated unchanged.
        evidence: the documents that the answer names.
        target_on: the day by which the party wants to have it in place.
        today: the day for the party.
    """
    remarks: list[Remark] = []
    if answer.status is Status.IN_USE and not evidence:
        remarks.append(Remark(flag=Flag.NO_EVIDENCE, fields=("evidence",)))
    if last is not None:
        if _went_back(last.status, answer.status):
            remarks.append(Remark(flag=Flag.WENT_BACK, fields=("status",)))
        if last.status != answer.status and _same(last, answer):
            remarks.append(Remark(flag=Flag.SAME_TEXT, fields=("narrative",)))
    remarks += [Remark(flag=flag, fields=("evidence",)) for flag in _flags_of(evidence, today)]
    if target_on is not None and target_on < today and answer.status not in REACHED | {Status.NOT_APPLICABLE}:
        remarks.append(Remark(flag=Flag.PAST_TARGET, fields=("status",)))
    if (found := looks_personal(answer, [document.title for document in evidence])) is not None:
        remarks.append(found)
    return remarks


def looks_personal(answer: Texts, titles: Iterable[str]) -> Remark | None:
    """Return the remark on what looks like personal data in an answer and the titles of its evidence."""
    found = _personal_data(answer, titles)
    if not found:
        return None
    kinds = sorted({kind for each in found.values() for kind in each})
    return Remark(flag=Flag.PERSONAL_DATA, fields=tuple(found), kinds=tuple(kinds))


def personal_data(remarks: Iterable[Remark]) -> Remark | None:
    """Return the remark that has to be confirmed, if there is one."""
    return next((remark for remark in remarks if remark.flag is Flag.PERSONAL_DATA), None)


def is_sound(url: str) -> bool:
    """Tell whether an address is an ``https`` one that names a host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host.strip(".") and not any(c.isspace() or c in '<>"\\' for c in url)


def _went_back(before: Status | None, now: Status | None) -> bool:
    ordered = [status for status in ORDER if status is not Status.NOT_APPLICABLE]
    return before in ordered and now in ordered and ordered.index(now) < ordered.index(before)


def _same(one: Texts, other: Texts) -> bool:
    texts = [[" ".join(each.by_field.get(name, "").split()) for name in _COMPARED] for each in (one, other)]
    return texts[0] == texts[1]


def _flags_of(evidence: Sequence[Document], today: date) -> Iterator[Flag]:
    if any(document.url is not None and not is_sound(document.url) for document in evidence):
        yield Flag.LINK
    if any(document.day is not None and _is_old(document.day, today) for document in evidence):
        yield Flag.OLD_EVIDENCE
    states = {expiry(document.expires_on, today) for document in evidence}
    if Expiry.PAST in states:
        yield Flag.EVIDENCE_RAN_OUT
    if Expiry.SOON in states:
        yield Flag.EVIDENCE_RUNS_OUT


def _is_old(day: date, today: date) -> bool:
    return (day.year + YEARS_OF_EVIDENCE, day.month, day.day) < (today.year, today.month, today.day)


def _personal_data(answer: Texts, titles: Iterable[str]) -> dict[str, frozenset[PersonalKind]]:
    found = {name: personal_data_in(answer.by_field.get(name, "")) for name in _READ}
    found["evidence"] = frozenset[PersonalKind]().union(*(personal_data_in(title) for title in titles))
    return {name: kinds for name, kinds in found.items() if kinds}
