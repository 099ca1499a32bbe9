"""What the sample parties reported in past rounds: rows as the services leave them, written in bulk."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zlib import crc32

from tracker.core.database import db
from tracker.demo.figures import SampleFigures, pin
from tracker.demo.people import Cast
from tracker.demo.texts import (
    HELP,
    LABEL,
    LOCAL_NARRATIVES,
    NARRATIVES,
    NEXT_STEPS,
    OBSTACLES,
    OFFERS,
    REASON,
    SUBJECTS,
    said,
    sentence,
)
from tracker.meetings.models import Round
from tracker.progress.models import HelpKind, Item, Revision, ShareKind, Update, UpdateEvent
from tracker.progress.services.answers import ANSWER_FIELDS, DraftAnswer
from tracker.progress.services.revisions import digest
from tracker.progress.services.standing import refresh_standing
from tracker.progress.statuses import REACHED, Status
from tracker.progress.workflow import UpdateAction, UpdateState

_ORDER: Final = (
    Status.NOT_STARTED,
    Status.IN_PREPARATION,
    Status.PARTLY_IN_PLACE,
    Status.IN_PLACE,
    Status.IN_USE,
)
#: The item that a newcomer reports on first: told through three rounds, open in the present one.
NEWCOMERS_ITEM: Final = ("BRDO-2018-05", "AL")
#: What the newcomer asks for, and who offers it on the same commitment: places in the lists of texts.
_NEEDS: Final = {NEWCOMERS_ITEM: 1}
_OFFERS: Final = {("BRDO-2018-05", "SI"): 2, ("BRDO-2018-05", "HR"): 0}
#: Shares of items on which a party has never reported, and of those that do not concern it.
_NEVER_REPORTED: Final = 0.06
_NOT_APPLICABLE: Final = 0.035
#: Share of answers, among those on what is in place, that are written in the party's own language.
_IN_OWN_LANGUAGE: Final = 0.3
_NEWCOMERS_PATH: Final = (Status.NOT_STARTED, Status.IN_PREPARATION, Status.PARTLY_IN_PLACE)


def sample_answer(item: Item, status: Status, dice: random.Random, *, cleared_on: date | None) -> DraftAnswer:
    """Return a made-up answer with this status."""
    subject = SUBJECTS[item.commitment.theme.code]
    narrative = sentence(said(dice.choice(NARRATIVES[status]), subject))
    local = LOCAL_NARRATIVES.get(item.party.code)
    if local and status in REACHED and dice.random() < _IN_OWN_LANGUAGE:
        narrative = said(local)
    answer = DraftAnswer(
        status=status,
        narrative=narrative,
        obstacles=said(dice.choice(OBSTACLES)) if status is not Status.NOT_APPLICABLE else "",
        next_steps=said(dice.choice(NEXT_STEPS)) if status is not Status.NOT_APPLICABLE else "",
        reason=said(REASON) if status is Status.NOT_APPLICABLE else "",
        cleared_by_name=f"State secretary {LABEL}" if cleared_on else "",
        cleared_by_function="Ministry responsible for the interior" if cleared_on else "",
        cleared_on=cleared_on,
    )
    return with_needs_and_offers(answer, item)


def with_needs_and_offers(answer: DraftAnswer, item: Item) -> DraftAnswer:
    """Let some items ask for help and others offer something, the same ones in every round."""
    key = (item.commitment.code, item.party.code)
    lot = crc32("".join(key).encode())
    needs, offers = key in _NEEDS or lot % 16 == 0, key in _OFFERS or lot % 16 == 1
    if needs:
        kind, text = HELP[_NEEDS.get(key, lot // 16 % len(HELP))]
        answer = replace(answer, needs_help=True, help_kind=HelpKind(kind), help_text=said(text))
    if offers:
        what, text = OFFERS[_OFFERS.get(key, lot // 16 % len(OFFERS))]
        answer = replace(answer, can_share=True, share_kind=ShareKind(what), share_text=said(text))
    return answer


def paths(items: list[Item], rounds: int, dice: random.Random) -> dict[int, list[Status | None]]:
    """Return for each item what it said in each past round; None where nothing was reported."""
    found: dict[int, list[Status | None]] = {}
    for item in items:
        if (item.commitment.code, item.party.code) == NEWCOMERS_ITEM:
            found[item.id] = list(_NEWCOMERS_PATH[-rounds:])
            continue
        share = dice.random()
        if share < _NEVER_REPORTED + _NOT_APPLICABLE:
            found[item.id] = [None if share < _NEVER_REPORTED else Status.NOT_APPLICABLE] * rounds
            continue
        level = dice.choices(range(len(_ORDER)), weights=(34, 30, 20, 11, 5))[0]
        path: list[Status | None] = []
        for _ in range(rounds):
            path.append(_ORDER[level] if dice.random() > 0.09 else None)  # noqa: PLR2004
            level = max(0, min(len(_ORDER) - 1, level + dice.choices((-1, 0, 1), weights=(4, 51, 45))[0]))
        found[item.id] = path
    return found


def report_past(
    items: list[Item], rounds: list[Round], cast: Cast, dice: random.Random, figures: SampleFigures
) -> None:
    """Write accepted updates for the past rounds, with revision, events and digest."""
    said_by = paths(items, len(rounds), dice)
    pairs: list[tuple[Update, Revision]] = []
    for number, round_ in enumerate(rounds):
        for item in items:
            status = said_by[item.id][number]
            if status is not None and item.commitment.instrument.adopted_on < round_.opens_on:
                pairs.append(_accepted(item, round_, status, cast, dice, figures=figures))
    db.session.flush()
    pin((revision, figures.used_by(revision.item, revision.round)) for _, revision in pairs)
    for update, revision in pairs:
        update.accepted_revision_id = update.latest_revision_id = revision.id
        update.state = UpdateState.ACCEPTED
        for event in update.events:
            event.revision_id = revision.id
    db.session.flush()
    today = max(round_.share_on or round_.due_on for round_ in rounds)
    for item in items:
        refresh_standing(item, today=today)


def _accepted(
    item: Item, round_: Round, status: Status, cast: Cast, dice: random.Random, *, figures: SampleFigures
) -> tuple[Update, Revision]:
    due = datetime.combine(round_.due_on, time(10), tzinfo=UTC)
    submitted_at = due - timedelta(days=dice.randrange(1, 30), minutes=dice.randrange(400))
    accepted_at = submitted_at + timedelta(days=dice.randrange(1, 9), minutes=dice.randrange(300))
    person = cast.coordinator(item.party.code)
    answer = sample_answer(item, status, dice, cleared_on=submitted_at.date())
    columns = {name: getattr(answer, name) for name in ANSWER_FIELDS}
    revision = Revision(
        item=item,
        round=round_,
        number=1,
        commitment_version=item.commitment.version,
        steps=[],
        lead_institution=item.lead_institution,
        author_id=person.id,
        submitted_by_id=person.id,
        submitted_at=submitted_at,
        **columns,
    )
    revision.sha256 = digest(revision, revision, [], figures.used_by(item, round_))
    update = Update(
        item=item,
        round=round_,
        version=2,
        author_id=person.id,
        drafted_at=submitted_at,
        submitted_at=submitted_at,
        submitted_by_id=person.id,
        decided_at=accepted_at,
        reviewer_id=cast.secretariat.id,
        events=[
            UpdateEvent(action=UpdateAction.SUBMIT, actor_id=person.id, taken_at=submitted_at),
            UpdateEvent(action=UpdateAction.ACCEPT, actor_id=cast.secretariat.id, taken_at=accepted_at),
        ],
        **columns,
    )
    db.session.add_all([revision, update])
    return update, revision
