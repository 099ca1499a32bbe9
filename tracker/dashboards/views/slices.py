"""The pages of one commitment and of one party: slices of the matrix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require, use_tracker
from tracker.core.database import db
from tracker.dashboards import queries
from tracker.dashboards.figures import series_of
from tracker.dashboards.forms import PartyForm
from tracker.dashboards.panels import PARTY_PANELS
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.queries.slices import answers_of_party, answers_on_commitment
from tracker.dashboards.rounds import ShownRound, last_ended, shown_rounds
from tracker.dashboards.trend import ROUNDS_SHOWN, TrendRow, drawing, over_rounds
from tracker.dashboards.views.blueprint import bp, reader_here
from tracker.dashboards.views.figures import figures_of, figures_on
from tracker.instruments import facts as instrument_facts
from tracker.instruments import policies as instrument_policies
from tracker.instruments.queries import commitment_by_code
from tracker.parties import facts as party_facts
from tracker.parties.queries import party_by_code
from tracker.progress.counting import Count, count
from tracker.progress.policies import answers_for


@bp.get("/commitments/<code:code>")
def show_commitment(code: str) -> ResponseReturnValue:
    """Show a commitment, and what every party that it is addressed to has answered, as far as the reader sees it."""
    require(use_tracker, None)
    commitment = db.first_or_404(commitment_by_code(code))
    reader = reader_here()
    answers = db.session.execute(answers_on_commitment(reader, commitment.id)).all()
    rounds, older_than = _rounds(reader)
    counted = count(row.status for row in answers)
    trend = _trend(reader, rounds, counted, commitment_ids=(commitment.id,))
    return render_template(
        "dashboards/show_commitment.html",
        commitment=commitment,
        facts=instrument_facts.facts_about(commitment),
        answers=answers,
        counted=counted,
        older_ids=_older_ids(rounds, older_than),
        older_than=older_than,
        trend=trend,
        drawing=drawing(trend),
        reader=reader,
        series=sorted(
            series_of(figures_on(commitment, reader)), key=lambda one: one.indicator.theme_id != commitment.theme_id
        ),
        may_correct=instrument_policies.correct_reference_data(current_user(), commitment),
    )


@dataclass(frozen=True, kw_only=True)
class Group:
    """Items of a party under one heading."""

    code: str
    title: str
    rows: Sequence[Any]
    count: Count


@bp.get("/parties/<code:code>")
def show_party(code: str) -> ResponseReturnValue:
    """Show a party: what it answers for and how far it says it has come, as far as the reader sees it."""
    require(use_tracker, None)
    party = db.first_or_404(party_by_code(code))
    reader = reader_here()
    form = PartyForm(request.args)
    unknown = form.unknown()
    answers = db.session.execute(answers_of_party(reader, party.id)).all()
    rounds, older_than = _rounds(reader)
    counted = count(row.status for row in answers)
    trend = _trend(reader, rounds, counted, party_id=party.id)
    series = series_of(figures_of(party, reader), same_years=True)
    return render_template(
        "dashboards/show_party.html",
        party=party,
        facts=party_facts.facts_about(party),
        unknown=unknown,
        grouping=form.group.data,
        groups=_grouped(answers, by_theme=form.group.data == "theme"),
        counted=counted,
        older_ids=_older_ids(rounds, older_than),
        older_than=older_than,
        trend=trend,
        drawing=drawing(trend),
        panels=PARTY_PANELS.of(party, reader),
        themes=[(theme, list(each)) for theme, each in groupby(series, key=lambda one: one.indicator.theme)],
        enters_figures=answers_for(current_user(), party),
        is_own=party.id in reader.own,
        is_inside=reader.reads_accepted_of(party.id),
    )


def _rounds(reader: Reader) -> tuple[list[ShownRound], ShownRound | None]:
    """Return the rounds that have opened, and the one before which answers are marked as older."""
    rounds = shown_rounds(db.session.execute(queries.begun_rounds(reader.today)), today=reader.today)
    return rounds, last_ended(rounds, today=reader.today)


def _older_ids(rounds: Iterable[ShownRound], older_than: ShownRound | None) -> set[int]:
    return {each.id for each in rounds if older_than is not None and each.due_on < older_than.due_on}


def _trend(
    reader: Reader,
    rounds: Iterable[ShownRound],
    now: Count,
    *,
    commitment_ids: tuple[int, ...] | None = None,
    party_id: int | None = None,
) -> list[TrendRow]:
    ended = [each for each in rounds if each.due_on < reader.today][-ROUNDS_SHOWN:]
    if not ended or not now.items:
        return []
    times = db.session.execute(queries.standing_times(reader, commitment_ids=commitment_ids, party_id=party_id))
    return [*over_rounds(times, ended, items=now.items), TrendRow(name=_("Now"), count=now)]


def _grouped(answers: Sequence[Any], *, by_theme: bool) -> list[Group]:
    """Return a party's items under their instruments, or under their primary themes."""
    if by_theme:
        answers = sorted(answers, key=lambda row: (row.theme_position, row.theme_code))
    groups = []
    for code, rows in groupby(answers, key=lambda row: row.theme_code if by_theme else row.instrument_code):
        kept = list(rows)
        title = kept[0].theme_name if by_theme else kept[0].short_title
        groups.append(Group(code=code, title=title, rows=kept, count=count(row.status for row in kept)))
    return groups
