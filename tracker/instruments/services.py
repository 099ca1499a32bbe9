"""Correcting what is said about instruments and commitments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tracker.audit.services import record
from tracker.core.changes import put
from tracker.core.database import db
from tracker.instruments.models import (
    Commitment,
    CommitmentState,
    CommitmentVersion,
    Indicator,
    Instrument,
    Strength,
    Theme,
    TitleStatus,
)

#: Fields whose change makes a new version of a commitment.
WORDING: Final = frozenset({"title", "summary", "paragraph", "strength"})


@dataclass(frozen=True, kw_only=True)
class InstrumentTexts:
    """What the Secretariat may correct in an instrument; the fields are named as the columns are."""

    title: str
    title_status: TitleStatus
    short_title: str
    adopted_on: date
    date_note: str
    place_city: str
    place_country: str | None
    adopters_body: str
    adopters_count: int | None
    valid_from: date | None
    valid_to: date | None
    full_text_seen: bool
    notes: str


@dataclass(frozen=True, kw_only=True)
class CommitmentTexts:
    """What the Secretariat may correct in a commitment; the fields are named as the columns are."""

    title: str
    summary: str
    strength: Strength
    paragraph: str
    evidence_hint: str
    theme: Theme
    other_themes: tuple[Theme, ...]
    other_indicators: tuple[Indicator, ...]
    is_tracked: bool
    state: CommitmentState
    state_changed_on: date | None
    state_reason: str


def correct_instrument(instrument: Instrument, texts: InstrumentTexts, *, by: Any, at: datetime) -> frozenset[str]:
    """Write the texts; return the names of the fields that changed."""
    changes = put(instrument, vars(texts))
    if changes:
        record("instrument.corrected", instrument, at=at, by=by, changes=changes)
    return frozenset(changes)


def correct_commitment(
    commitment: Commitment, texts: CommitmentTexts, *, reason: str, by: Any, at: datetime
) -> frozenset[str]:
    """Write the texts; a change of the wording makes a new version. Return the names of the fields that changed.

    Items are not touched here: see ``progress.services.corrections``.
    """
    values = dict(vars(texts))
    changes = _put_themes(commitment, values.pop("theme"), values.pop("other_themes"))
    changes |= _put_indicators(commitment, values.pop("other_indicators"))
    changes |= put(commitment, values)
    if not changes:
        return frozenset()
    if WORDING & changes.keys():
        make_version(commitment, at=at, by=by, reason=reason)
    record("commitment.corrected", commitment, at=at, by=by, changes={**changes, "reason": reason})
    return frozenset(changes)


def _put_themes(commitment: Commitment, theme: Theme, others: tuple[Theme, ...]) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {}
    if commitment.theme is not theme:
        changes["theme"] = [commitment.theme.code, theme.code]
        commitment.theme = theme
    before = [each.code for each in commitment.other_themes]
    after = sorted((each for each in others if each is not theme), key=lambda each: each.position)
    if before != [each.code for each in after]:
        changes["other_themes"] = [before, [each.code for each in after]]
        commitment.other_themes = after
    return changes


def _put_indicators(commitment: Commitment, others: tuple[Indicator, ...]) -> dict[str, list[Any]]:
    before = sorted(each.code for each in commitment.other_indicators)
    after = sorted(each.code for each in others)
    if before == after:
        return {}
    commitment.other_indicators = sorted(others, key=lambda each: each.code)
    return {"other_indicators": [before, after]}


def make_version(commitment: Commitment, *, at: datetime, by: Any = None, reason: str = "") -> None:
    """Keep the present wording as a version of its own."""
    commitment.version += 1
    db.session.add(
        CommitmentVersion(
            commitment=commitment,
            number=commitment.version,
            title=commitment.title,
            summary=commitment.summary,
            paragraph=commitment.paragraph,
            strength=commitment.strength,
            made_at=at,
            made_by_id=by.id if by is not None else None,
            reason=reason,
        )
    )


def texts_of_instrument(instrument: Instrument) -> InstrumentTexts:
    """Return what is stored now."""
    return InstrumentTexts(**_values(instrument, InstrumentTexts))


def texts_of_commitment(commitment: Commitment) -> CommitmentTexts:
    """Return what is stored now."""
    values = _values(commitment, CommitmentTexts)
    return CommitmentTexts(
        **{
            **values,
            "other_themes": tuple(commitment.other_themes),
            "other_indicators": tuple(commitment.other_indicators),
        }
    )


def _values(row: object, texts: type) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in texts.__dataclass_fields__}  # type: ignore[attr-defined]  # a dataclass
