"""Putting a questionnaire together from what stands in the tracker."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _

from tracker.core.filters import day, day_range, moment, weekday_day
from tracker.core.zones import city, end_of_day, local
from tracker.meetings.models import Meeting, Round
from tracker.meetings.rules import effective_due_on
from tracker.papers.questionnaire.content import Entry, Questionnaire, StepRow
from tracker.papers.questionnaire.fields import ANSWERS, BY_NAME, Value, cell_of, empty, fit, in_words
from tracker.papers.questionnaire.figures import digest_of, rows_of
from tracker.papers.questionnaire.stamp import Made, Stamp, cells_of, digest_of_steps, sign
from tracker.papers.questionnaire.standing import AskedItem
from tracker.parties.models import Party
from tracker.progress.labels import state_label, status_label
from tracker.progress.models import Revision
from tracker.progress.services.figures import Asked
from tracker.progress.services.planning import Plan

#: The texts of the last answer, in the order in which they are shown.
_TEXTS = ("narrative", "reason", "obstacles", "next_steps", "help_text", "share_text")


def questionnaire_of(
    items: Sequence[AskedItem],
    *,
    party: Party,
    round_: Round,
    for_name: str,
    is_filled: bool,
    with_steps: bool,
    figures: Sequence[Asked] = (),
    address: str,
    key: str,
    at: datetime,
) -> Questionnaire:
    """Return the questionnaire about these items.

    Args:
        items: where they stand now.
        party: whose they are.
        round_: the round that asks, with its meeting and extensions.
        for_name: whose questions they are, as printed at the front.
        is_filled: whether the drafts stand in the cells.
        with_steps: whether practical steps are asked for.
        figures: the indicators that are asked for, with what stands.
        address: where the file is handed in.
        key: the application's key, for the stamp.
        at: now (UTC).
    """
    entries = tuple(_entry(item, is_filled=is_filled, with_steps=with_steps) for item in items)
    rows = rows_of(figures, is_filled=is_filled)
    stamp = Stamp(
        party=party.code,
        meeting=round_.meeting.code,
        made_at=at,
        is_filled=is_filled,
        items={
            entry.code: Made(
                seen=item.draft.seen.write(),
                cells=cells_of(entry.values),
                plan=item.plan.mark if with_steps else "",
                steps=digest_of_steps(entry.steps) if with_steps else "",
            )
            for item, entry in zip(items, entries, strict=True)
        },
        figures={row.key: (row.number, digest_of(row.answer)) for row in rows},
    )
    return Questionnaire(
        party=party.short_name,
        footnote=party.footnote_text or "",
        meeting=meeting_words(round_.meeting),
        meeting_code=round_.meeting.code,
        deadline=deadline_words(round_, party),
        made=str(_("Made on %(moment)s for %(name)s.", moment=moment(at, party.timezone), name=for_name)),
        address=address,
        is_filled=is_filled,
        with_steps=with_steps,
        is_sample=round_.meeting.is_sample,
        entries=entries,
        figures=rows,
        stamp=sign(stamp, key),
    )


def meeting_words(meeting: Meeting) -> str:
    """Return a meeting's title and days."""
    return f"{meeting.title}, {day_range(meeting.starts_on, meeting.ends_on, meeting.date_precision.value)}"


def deadline_words(round_: Round, party: Party) -> str:
    """Return the last minute, by the party's clock and, where it shows another time, the network's."""
    ends = end_of_day(effective_due_on(round_, party.id), round_.timezone) - timedelta(minutes=1)
    theirs, network = local(ends, party.timezone), local(ends, round_.timezone)
    words = str(
        _(
            "%(day)s, %(time)s, %(city)s time",
            day=weekday_day(theirs.date()),
            time=f"{theirs:%H:%M}",
            city=city(party.timezone),
        )
    )
    if theirs.replace(tzinfo=None) == network.replace(tzinfo=None):
        return words
    there = str(
        _(
            "%(day)s, %(time)s in %(city)s",
            day=day(network.date()),
            time=f"{network:%H:%M}",
            city=city(round_.timezone),
        )
    )
    return f"{words} ({there})"


def _entry(item: AskedItem, *, is_filled: bool, with_steps: bool) -> Entry:
    answer = item.draft.answer
    values: dict[str, Value] = {
        field.name: cell_of(field, answer) if is_filled or not item.is_open else empty(field) for field in ANSWERS
    }
    return Entry(
        code=item.code,
        title=item.title,
        instrument=item.instrument,
        state=state_label(item.state),
        is_open=item.is_open,
        last_status=status_label(item.last.status) if item.last is not None else "",
        last_text=_last_text(item.last) if item.last is not None else "",
        note=item.return_reason,
        values=values,
        steps=step_rows(item.plan) if with_steps else (),
    )


def step_rows(plan: Plan) -> tuple[StepRow, ...]:
    """Return the steps of a plan as the rows of the sheet hold them."""
    return tuple(
        StepRow(
            id=step.id,
            what=" ".join(fit(step.what).split()),
            responsible=" ".join(fit(step.responsible).split()),
            due_on=step.due_on,
            done_on=step.done_on,
        )
        for step in plan.steps
    )


def _last_text(last: Revision) -> str:
    parts = [
        text if name == "narrative" else f"{in_question(name)} {text}"
        for name in _TEXTS
        if (text := fit(getattr(last, name)))
    ]
    return "\n\n".join(parts)


def in_question(name: str) -> str:
    """Return the words of a question."""
    return in_words(BY_NAME[name], str(BY_NAME[name].words))
