"""Figures of a party: what is asked for, and entering it once for all items that use it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.numbers import plain
from tracker.core.zones import local_day
from tracker.instruments.models import Indicator
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.disclosure import TOTAL
from tracker.progress.models import AnswerKind, Figure, FigureVersion, Item
from tracker.progress.queries.figures import (
    indicators_with_figures,
    used_by_item,
    used_by_items_of,
    versions_of,
)
from tracker.progress.services.measuring import (
    ANSWER_COLUMNS,
    Doubt,
    FigureAnswer,
    figure_answer,
    require_sound,
    year_asked,
)

#: An indicator, a year and a cell: where a figure of a party stands.
Place = tuple[int, int, str]
TAKEN_BACK: Final = FigureAnswer(kind=AnswerKind.NOT_AVAILABLE)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The latest version of a figure."""

    #: 0 where nothing was entered yet.
    number: int
    answer: FigureAnswer
    by_name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An indicator that a party is asked about, with what stands: for the year asked, and for the year before."""

    indicator: Indicator
    theme: tuple[str, str]
    year: int
    now: Mapping[str, Stored]
    before: Mapping[str, Stored]

    def answers(self) -> dict[str, FigureAnswer]:
        """Return what stands for the year asked, by cell."""
        return {cell: stored.answer for cell, stored in self.now.items()}

    def answers_before(self) -> dict[str, FigureAnswer]:
        """Return what stands for the year before, by cell."""
        return {cell: stored.answer for cell, stored in self.before.items()}


def figures_of_item(item: Item, round_: Round) -> list[Asked]:
    """Return the indicators that an item asks for, its own theme's first, with the party's figures."""
    found = _asked(used_by_item(item.id), item.party_id, round_)
    return sorted(found, key=lambda each: each.indicator.theme_id != item.commitment.theme_id)


def figures_of_party(
    party: Party, round_: Round, *, in_hands_of: User | None = None, year: int | None = None
) -> list[Asked]:
    """Return the indicators that a party's items in a round ask for, theme by theme, with the party's figures.

    Args:
        party: the party.
        round_: the round.
        in_hands_of: only what this person's items ask for.
        year: in place of the year that each indicator is asked about.
    """
    used = used_by_items_of(party.id, round_.id, in_hands_of=in_hands_of.id if in_hands_of is not None else None)
    return _asked(used, party.id, round_, year=year)


def _asked(used: sa.ColumnElement[bool], party_id: int, round_: Round, *, year: int | None = None) -> list[Asked]:
    last = year if year is not None else round_.due_on.year
    rows = db.session.execute(indicators_with_figures(used, party_id, range(last - 2, last + 1))).all()
    found: dict[int, dict[tuple[int, str], Stored]] = defaultdict(dict)
    indicators: dict[int, tuple[Indicator, tuple[str, str]]] = {}
    for row in rows:
        indicator = row.Indicator
        indicators[indicator.id] = indicator, (row.theme_code, row.theme_name)
        if row.version_id is not None:
            found[indicator.id][row.year, row.cell] = Stored(
                number=row.number, answer=figure_answer(row), by_name=row.entered_by, at=row.entered_at
            )
    asked = []
    for id_, (indicator, theme) in indicators.items():
        its_year = year if year is not None else year_asked(indicator, round_)
        now, before = (
            {cell: stored for (at, cell), stored in found[id_].items() if at == wanted}
            for wanted in (its_year, its_year - 1)
        )
        asked.append(Asked(indicator=indicator, theme=theme, year=its_year, now=now, before=before))
    return asked


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a person entered for one cell."""

    indicator: Indicator
    year: int
    cell: str = TOTAL
    #: None: left empty. What stood there is taken back.
    answer: FigureAnswer | None
    #: The version that the form showed, 0 where there was none; None: whatever stands is replaced.
    seen: int | None = None
    #: What was unlikely, and is right all the same.
    confirmed: frozenset[Doubt] = field(default_factory=frozenset)

    @property
    def place(self) -> Place:
        return self.indicator.id, self.year, self.cell


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A cell that two people entered at once."""

    entry: Entry
    theirs: Stored


class FigureClash(DomainError):
    """Somebody else entered the same figures. Nothing was saved; both stand here."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(_("Somebody else entered the same figure while you were writing. Look at both."))
        self.clashes = clashes


def enter_figure(
    indicator: Indicator,
    party: Party,
    *,
    year: int,
    cell: str = TOTAL,
    answer: FigureAnswer,
    seen: int | None = None,
    confirmed: Iterable[Doubt] = (),
    by: User,
    at: datetime,
) -> bool:
    """Enter one figure; see :func:`enter_figures`. Return whether that made a new version."""
    entry = Entry(indicator=indicator, year=year, cell=cell, answer=answer, seen=seen, confirmed=frozenset(confirmed))
    return bool(enter_figures(party, [entry], by=by, at=at))


def enter_figures(party: Party, entries: Sequence[Entry], *, by: User, at: datetime) -> int:
    """Keep figures of a party, each as a new version; what says the same as before is left. Return how many are new.

    What somebody else entered since the form was made stays, unless the person changed the same cell.

    Raises:
        FigureRefused: a figure cannot be one of its indicator.
        FigureClash: two people changed the same cell, each in their own way.
    """
    if not entries:
        return 0
    _lock(party)
    versions = _versions(party, entries)
    wanted, clashes = [], []
    for entry in entries:
        mine, past = _meant(entry, versions.get(entry.place, [])), versions.get(entry.place, [])
        current = past[-1] if past else None
        if mine is None or (current is not None and mine.said == current.answer.said):
            continue
        if entry.seen is not None and entry.seen != (current.number if current else 0):
            base = next((each for each in past if each.number == entry.seen), None)
            if base is not None and mine.said == base.answer.said:
                continue
            assert current is not None
            clashes.append(Clash(entry=entry, theirs=current))
            continue
        wanted.append((entry, mine, current))
    if clashes:
        raise FigureClash(clashes)
    this_year = local_day(at, party.timezone).year
    for entry, mine, _before in wanted:
        require_sound(entry.indicator, entry.cell, mine, year=entry.year, this_year=this_year)
    _write(party, wanted, by=by, at=at)
    return len(wanted)


def _meant(entry: Entry, past: Sequence[Stored]) -> FigureAnswer | None:
    """Return what an entry says: an emptied cell is taken back; one that was always empty says nothing."""
    if entry.answer is not None:
        return entry.answer
    shown = next((each for each in past if each.number == entry.seen), None) if entry.seen is not None else None
    if shown is None or shown.answer.kind is not AnswerKind.VALUE:
        return None
    return TAKEN_BACK


def _lock(party: Party) -> None:
    """Let one person at a time enter figures of a party. Rows that point to the party are not kept waiting."""
    db.session.execute(sa.select(Party.id).where(Party.id == party.id).with_for_update(key_share=True))


def _versions(party: Party, entries: Iterable[Entry]) -> dict[Place, list[Stored]]:
    places = {entry.place for entry in entries}
    rows = db.session.execute(
        versions_of(party.id, {indicator for indicator, _, _ in places}, {year for _, year, _ in places})
    )
    found: dict[Place, list[Stored]] = defaultdict(list)
    for version, figure, name in rows:
        found[figure.indicator_id, figure.year, figure.cell].append(
            Stored(number=version.number, answer=figure_answer(version), by_name=name, at=version.entered_at)
        )
    return found


_Wanted = Sequence[tuple[Entry, FigureAnswer, Stored | None]]


def _write(party: Party, wanted: _Wanted, *, by: User, at: datetime) -> None:
    figures = _figures(party, [entry for entry, _, _ in wanted])
    changes: dict[tuple[int, int], dict[str, Any]] = defaultdict(dict)
    first: dict[tuple[int, int], tuple[Entry, Figure]] = {}
    for entry, mine, before in wanted:
        figure = figures.get(entry.place)
        if figure is None:
            figure = Figure(indicator=entry.indicator, party_id=party.id, year=entry.year, cell=entry.cell)
            db.session.add(figure)
        number = before.number + 1 if before else 1
        values = {name: getattr(mine, name) for name in ANSWER_COLUMNS}
        db.session.add(FigureVersion(figure=figure, number=number, entered_by_id=by.id, entered_at=at, **values))
        key = entry.indicator.id, entry.year
        first.setdefault(key, (entry, figure))
        changes[key] |= {entry.cell or "total": [in_short(before.answer) if before else "", in_short(mine)]}
        if entry.confirmed:
            changes[key]["confirmed"] = sorted({*changes[key].get("confirmed", ()), *entry.confirmed})
    db.session.flush()
    for key, (entry, figure) in first.items():
        about = {"indicator": entry.indicator.code, "year": str(entry.year)}
        record("figure.entered", figure, at=at, by=by, party_id=party.id, changes=about | changes[key])


def _figures(party: Party, entries: Iterable[Entry]) -> dict[Place, Figure]:
    places = {entry.place for entry in entries}
    rows = db.session.scalars(
        sa.select(Figure).where(
            Figure.party_id == party.id,
            Figure.indicator_id.in_({indicator for indicator, _, _ in places}),
            Figure.year.in_({year for _, year, _ in places}),
        )
    )
    return {(each.indicator_id, each.year, each.cell): each for each in rows}


def in_short(answer: FigureAnswer) -> str:
    """Return a figure as the log keeps it."""
    if answer.kind is not AnswerKind.VALUE:
        said = answer.kind.value
    elif answer.value is not None:
        said = f"{plain(answer.value)} {answer.currency}".strip()
    else:
        said = answer.text
    return "; ".join(part for part in (said, answer.source, answer.note) if part)
