"""What a file that came back would change, item by item, against the drafts as they are now. Nothing here writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker.core.difference import Part, words
from tracker.papers.questionnaire.content import Reading, Row, StepRow
from tracker.papers.questionnaire.fields import BY_NAME, NO_CHANGE, Field, FieldKind, Value
from tracker.papers.questionnaire.figures import FigureDifference, compare_figures
from tracker.papers.questionnaire.gathering import step_rows
from tracker.papers.questionnaire.stamp import Made, digest, digest_of_steps
from tracker.papers.questionnaire.standing import AskedItem
from tracker.progress.services.answers import DraftAnswer
from tracker.progress.services.figures import Asked
from tracker.progress.services.merging import TEXTS, read_seen, seen


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that the file changes."""

    field: Field
    #: What stands in the tracker now, and what the file says.
    theirs: Value
    mine: Value
    #: The way from one to the other, for texts.
    parts: Sequence[Part] | None
    #: Somebody else changed it since the file was made: the person chooses.
    is_clash: bool

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def allows_both(self) -> bool:
        """Tell whether both texts can stand, one after the other."""
        return self.is_clash and self.field.name in TEXTS and bool(self.theirs) and bool(self.mine)


@dataclass(frozen=True, kw_only=True)
class StepsChange:
    """The steps of an item, as the file has them."""

    rows: tuple[StepRow, ...]
    parts: Sequence[Part]
    #: Somebody changed the plan since the file was made; then they are not offered.
    is_clash: bool


@dataclass(frozen=True, kw_only=True)
class ItemDifference:
    """What the file changes about one item."""

    item: AskedItem
    changes: tuple[Change, ...]
    steps: StepsChange | None
    says_no_change: bool
    #: The draft was saved after the file was made.
    is_older: bool

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def can_be_taken(self) -> bool:
        """Tell whether there is something to take, and the item is in the party's hands."""
        return self.item.is_open and (bool(self.changes) or (self.steps is not None and not self.steps.is_clash))

    @property
    def is_expected(self) -> bool:
        """Tell whether its box is ticked from the start: where nothing speaks against it, and nobody else was there."""
        return not self.says_no_change and not any(change.is_clash for change in self.changes)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the file changes."""

    made_at: datetime
    items: tuple[ItemDifference, ...]
    figures: tuple[FigureDifference, ...]
    #: Items of which the file says only that nothing has changed.
    unchanged: tuple[AskedItem, ...]
    #: Codes that the file has and that are not in the person's hands, or not asked about any more.
    out_of_hands: tuple[str, ...]

    @property
    def offered(self) -> list[ItemDifference]:
        return [item for item in self.items if item.can_be_taken]

    @property
    def boxes(self) -> list[str]:
        """What may be ticked: items by their codes, figures by their indicator and year."""
        return [*(item.code for item in self.offered), *(figure.code for figure in self.figures)]

    @property
    def ticked(self) -> list[str]:
        """What is ticked from the start."""
        items = [item.code for item in self.offered if item.is_expected]
        return [*items, *(figure.code for figure in self.figures if figure.is_expected)]

    @property
    def older(self) -> list[ItemDifference]:
        return [item for item in self.items if item.is_older]


def compare(
    reading: Reading, items: Sequence[AskedItem], figures: Sequence[Asked] = (), *, with_steps: bool
) -> Comparison:
    """Return what a file changes.

    Args:
        reading: what it says.
        items: the items that the person may write, as they stand now.
        figures: the indicators that the person may answer, as they stand now.
        with_steps: whether the person keeps the plans too.
    """
    rows = {row.code: row for row in reading.rows}
    known = {item.code for item in items}
    found = [
        _difference(item, rows[item.code], reading.stamp.items[item.code], with_steps=with_steps)
        for item in items
        if item.code in rows
    ]
    return Comparison(
        made_at=reading.stamp.made_at,
        items=tuple(each for each in found if each.changes or each.steps is not None),
        figures=compare_figures(reading.figures, reading.stamp.figures, figures),
        unchanged=tuple(each.item for each in found if each.says_no_change and not each.changes and each.steps is None),
        out_of_hands=tuple(
            row.code for row in reading.rows if row.code not in known and _changed(row, reading.stamp.items[row.code])
        ),
    )


def answer_with(theirs: DraftAnswer, changes: Sequence[Change], sides: Mapping[str, str]) -> DraftAnswer:
    """Return the draft with the changes of a file; where two people changed a field, as the person chose.

    Args:
        theirs: what stands now.
        changes: what the file changes.
        sides: whose text stands in a field: ``mine``, which goes without saying, ``theirs`` or ``both``.
    """
    values: dict[str, Any] = {}
    for change in changes:
        side = sides.get(change.name, "mine") if change.is_clash else "mine"
        if side == "theirs":
            continue
        both = side == "both" and change.allows_both
        values[change.name] = f"{change.theirs}\n\n{change.mine}" if both else change.mine
    return replace(theirs, **values)


def _changed(row: Row, made: Made) -> dict[str, Value]:
    """Return the cells that hold something else than when the file was made."""
    return {name: value for name, value in row.values.items() if name != NO_CHANGE and digest(value) != made.held(name)}


def _difference(item: AskedItem, row: Row, made: Made, *, with_steps: bool) -> ItemDifference:
    before, theirs = read_seen(made.seen), item.draft.answer
    now = seen(item.draft.version, theirs, frozenset()).marks
    changes = []
    for name, value in _changed(row, made).items():
        field, their = BY_NAME[name], getattr(theirs, name)
        mine = False if field.kind is FieldKind.TICK and value is None else value
        if mine == their:
            continue
        is_clash = before.marks.get(name) != now[name]
        parts = words(str(their), str(mine)) if name in TEXTS else None
        changes.append(Change(field=field, theirs=their, mine=mine, parts=parts, is_clash=is_clash))
    return ItemDifference(
        item=item,
        changes=tuple(changes),
        steps=_steps(item, row, made) if with_steps else None,
        says_no_change=row.values.get(NO_CHANGE) is True,
        is_older=item.draft.version != before.version,
    )


def _steps(item: AskedItem, row: Row, made: Made) -> StepsChange | None:
    if row.steps is None or not made.steps or digest_of_steps(row.steps) == made.steps:
        return None
    standing = step_rows(item.plan)
    if row.steps == standing:
        return None
    return StepsChange(
        rows=row.steps,
        parts=words(_written(standing), _written(row.steps)),
        is_clash=item.plan.mark != made.plan,
    )


def _written(steps: Sequence[StepRow]) -> str:
    return "\n".join(
        " · ".join(str(part) for part in (step.what, step.responsible, step.due_on, step.done_on) if part)
        for step in steps
    )
