"""Made-up figures of several years, and which of them past revisions pinned."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from tracker.core.database import db
from tracker.demo.people import Cast
from tracker.demo.texts import LABEL
from tracker.instruments.models import Commitment, CommitmentTheme, Indicator, IndicatorType, Period
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.disclosure import TOTAL
from tracker.progress.models import AnswerKind, Figure, FigureVersion, Item, Revision, RevisionFigure
from tracker.progress.services.measuring import ANSWER_COLUMNS, WORDS, cells_of
from tracker.progress.services.revisions import YEARS_PINNED

#: The indicators that the sample parties answer, and about how high their counts lie.
_ANSWERED: Final = {
    "COMP-1": 0, "COMP-3": 7, "COMP-4": 5, "COMP-5": 2400, "PREV-1": 0, "PREV-3": 6, "PREV-4": 600, "PROS-3": 9,
    "PROS-4": 0, "PROT-1": 24, "PROT-5": 45, "REF-1": 0, "TECH-1": 30, "DEM-3": 5, "DATA-2": 0,
}  # fmt: skip
#: Those of them that are told by their first breakdown too.
_BROKEN_DOWN: Final = frozenset({"COMP-3", "COMP-4", "COMP-5", "PROT-1", "PROS-3"})
_YEARS: Final = 4
#: Share of parties that have not yet entered what the open round asks for.
_STILL_OPEN: Final = 0.5
_SOURCES: Final = ("Yearly report of the national coordinator", "Statistics of the prosecution service")


@dataclass(frozen=True)
class SampleFigure:
    """A version of a figure, with what a revision's digest needs of it."""

    Indicator: Indicator
    year: int
    cell: str
    version: FigureVersion

    def __getattr__(self, name: str) -> Any:
        if name in ANSWER_COLUMNS:
            return getattr(self.version, name)
        raise AttributeError(name)


class SampleFigures:
    """All sample figures, by party; and which of them an item uses."""

    def __init__(self) -> None:
        self._by_party: dict[int, list[SampleFigure]] = {}
        themes = sa.select(Commitment.id, Commitment.theme_id).union(
            sa.select(CommitmentTheme.commitment_id, CommitmentTheme.theme_id)
        )
        self._themes: dict[int, set[int]] = {}
        for commitment_id, theme_id in db.session.execute(themes):
            self._themes.setdefault(commitment_id, set()).add(theme_id)

    def add(self, party: Party, figure: SampleFigure) -> None:
        """Keep a figure of a party."""
        self._by_party.setdefault(party.id, []).append(figure)

    def used_by(self, item: Item, round_: Round) -> list[SampleFigure]:
        """Return what a revision of the item in the round pinned: what could be known by then."""
        last = round_.due_on.year
        return [
            each
            for each in self._by_party.get(item.party_id, [])
            if each.Indicator.theme_id in self._themes[item.commitment_id]
            and last - YEARS_PINNED <= each.year <= last - (each.Indicator.period is Period.YEAR)
        ]


def pin(pinned: Iterable[tuple[Revision, Sequence[SampleFigure]]]) -> None:
    """Pin figures by revisions; both must have ids."""
    rows = [
        {"revision_id": revision.id, "figure_version_id": each.version.id}
        for revision, figures in pinned
        for each in figures
    ]
    if rows:
        db.session.execute(sa.insert(RevisionFigure), rows)


def make_figures(parties: Iterable[Party], rounds: Sequence[Round], cast: Cast, *, now: datetime) -> SampleFigures:
    """Enter figures of the last years for each country; some that the open round asks for are left open."""
    dice = random.Random("figures")  # noqa: S311  # repeatable, not secret
    found = SampleFigures()
    indicators = db.session.scalars(
        sa.select(Indicator).where(Indicator.code.in_(_ANSWERED)).order_by(Indicator.code)
    ).all()
    last = rounds[-1].due_on.year
    for party in parties:
        if not party.is_country:
            continue
        person = cast.coordinator(party.code)
        for indicator in indicators:
            asked = last - (indicator.period is Period.YEAR)
            level = Decimal(_ANSWERED[indicator.code])
            is_open = dice.random() < _STILL_OPEN
            for year in range(asked - _YEARS + 1, asked + (not is_open)):
                at = min(now, datetime(year + 1, 2, 1, 10, tzinfo=UTC))
                for cell, values in _answers(indicator, level, dice).items():
                    version = FigureVersion(number=1, note="", entered_by_id=person.id, entered_at=at, **values)
                    figure = Figure(
                        indicator_id=indicator.id, party_id=party.id, year=year, cell=cell, versions=[version]
                    )
                    db.session.add(figure)
                    found.add(party, SampleFigure(indicator, year, cell, version))
    db.session.flush()
    return found


def _answers(indicator: Indicator, level: Decimal, dice: random.Random) -> dict[str, dict[str, Any]]:
    """Return the answers for one year: the total, and the first breakdown of some."""
    source = f"{dice.choice(_SOURCES)} {LABEL}"
    if dice.random() < 0.12:  # noqa: PLR2004
        reason = dice.choice((AnswerKind.NOT_AVAILABLE, AnswerKind.NOT_AVAILABLE, AnswerKind.NOT_DISCLOSED))
        return {TOTAL: _columns(kind=reason, source=source)}
    if indicator.type in WORDS:
        return {TOTAL: _columns(text=dice.choice(WORDS[indicator.type]), source=source)}
    if indicator.type is IndicatorType.PERCENT:
        return {TOTAL: _columns(value=Decimal(dice.randrange(0, 21) * 5), source=source)}
    currency = "EUR" if indicator.type is IndicatorType.AMOUNT else ""
    spread = int(level)
    total = dice.randrange(max(0, spread // 2), spread * 2 + 1)
    answers = {TOTAL: _columns(value=Decimal(total), source=source, currency=currency)}
    if indicator.code in _BROKEN_DOWN:
        cells = next(iter(cells_of(indicator).values()))
        cuts = sorted(dice.randrange(0, total + 1) for _ in cells[1:])
        for cell, low, high in zip(cells, [0, *cuts], [*cuts, total], strict=True):
            answers[cell] = _columns(value=Decimal(high - low), currency=currency)
    return answers


def _columns(**given: Any) -> dict[str, Any]:
    return {"kind": AnswerKind.VALUE, "value": None, "text": "", "currency": "", "source": ""} | given
