"""What the sample parties did in the open round so far: through the services, as people would."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from tracker.core.database import db
from tracker.demo.documents import attach_document
from tracker.demo.history import NEWCOMERS_ITEM, sample_answer
from tracker.demo.people import Cast
from tracker.demo.texts import HELP, LABEL, LEADS, NOTE, OFFERS, RETURN_REASON, STEPS, said
from tracker.meetings.models import Round
from tracker.progress.models import (
    Assignment,
    HelpKind,
    Item,
    ShareKind,
    Step,
)
from tracker.progress.services import assigning, drafting, handing_on, review, round_links, signing_off
from tracker.progress.services.evidence import NewLink, attach
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

#: How many items each party has handed in so far, and how many drafts it holds.
_PROGRESS: Final = {
    "AL": (12, 4), "BA": (9, 2), "BG": (16, 3), "HR": (21, 2), "XK": (4, 5), "MD": (17, 4), "ME": (14, 1),
    "MK": (8, 3), "RO": (11, 6), "RS": (13, 2), "SI": (6, 3), "NETWORK": (2, 1),
}  # fmt: skip
_RETURNED: Final = frozenset({("NATC-2012-01", "AL"), ("BRDO-2018-06", "ME"), ("STRAT-2025-03", "RO")})
_RESTRICTED: Final = frozenset({("BRDO-2018-02", "RO"), ("STMT-2022-06", "BG")})


def prepare_items(items: list[Item], dice: random.Random, *, today: date) -> None:
    """Give items lead institutions, target dates and practical steps."""
    for item in items:
        item.lead_institution = said(dice.choice(LEADS))
        if dice.random() < 0.4:  # noqa: PLR2004
            item.target_on = today + timedelta(days=dice.randrange(30, 700))
        if dice.random() < 0.2 or (item.commitment.code, item.party.code) == NEWCOMERS_ITEM:  # noqa: PLR2004
            for position, (what, responsible) in enumerate(STEPS[: dice.randrange(1, 4)]):
                due_on = today + timedelta(days=dice.randrange(-90, 300))
                is_done = dice.random() < 0.3  # noqa: PLR2004
                db.session.add(
                    Step(
                        item=item,
                        position=position,
                        what=f"{what} {LABEL}",
                        responsible=f"{responsible} {LABEL}",
                        due_on=due_on,
                        done_on=min(due_on, today) - timedelta(days=3) if is_done else None,
                    )
                )
    db.session.flush()


def report_now(items: list[Item], round_: Round, cast: Cast, dice: random.Random, *, now: datetime) -> None:
    """Let each party get as far as it got: drafts, submissions, returns, acceptances, "no change"."""
    by_party: dict[str, list[Item]] = {}
    for item in items:
        if (item.commitment.code, item.party.code) != NEWCOMERS_ITEM:
            by_party.setdefault(item.party.code, []).append(item)
    for party, theirs in by_party.items():
        handed_in, drafts = _PROGRESS.get(party, (0, 0))
        forced = [item for item in theirs if (item.commitment.code, party) in _RETURNED | _RESTRICTED]
        others = [item for item in theirs if item not in forced]
        dice.shuffle(others)
        _assign(theirs, party, round_, cast, dice, now=now)
        chosen = (forced + others)[: handed_in + drafts]
        for place, item in enumerate(chosen):
            _report(item, round_, cast, dice, is_draft=place >= handed_in, now=now)
        if party == "AL":
            _delegate(theirs, chosen[handed_in:], round_, cast, now=now)
    db.session.flush()


def _delegate(items: list[Item], drafts: list[Item], round_: Round, cast: Cast, *, now: datetime) -> None:
    """Put a draft into a contributor's hands who says that it can go, and send them a link for the round."""
    coordinator, contributor = cast.coordinator("AL"), cast.contributor("AL")
    given = assigning.assign(
        drafts[:2], contributor, round_, due_on=round_.due_on - timedelta(days=3), note=said(NOTE), by=coordinator,
        at=now - timedelta(days=3),
    )  # fmt: skip
    for assignment in given.new[:1]:
        update = drafting.find_update(assignment.item, round_)
        if update is not None:
            handing_on.mark_ready(update, by=contributor, at=now - timedelta(hours=5))
    if round_links.holds_until(round_, items[0].party_id) > now:
        round_links.send_link(contributor, round_, items[0].party, by=coordinator, at=now - timedelta(days=3))


def _report(item: Item, round_: Round, cast: Cast, dice: random.Random, *, is_draft: bool, now: datetime) -> None:
    key = (item.commitment.code, item.party.code)
    person = cast.coordinator(item.party.code)
    at = now - timedelta(days=dice.randrange(1, 15), minutes=dice.randrange(600))
    before = item.standing.accepted_status
    is_plain = key not in _RETURNED | _RESTRICTED
    if not is_draft and is_plain and before is not None and dice.random() < 0.35:  # noqa: PLR2004
        drafting.no_change(item, round_, by=person, at=at)
        _decide(item, round_, cast, dice, at=at, now=now)
        return
    status = _next(before, dice)
    answer = sample_answer(item, status, dice, cleared_on=None if is_draft else at.date())
    answer = replace(answer, is_restricted=key in _RESTRICTED)
    if dice.random() < 0.06:  # noqa: PLR2004
        kind, text = dice.choice(HELP)
        answer = replace(answer, needs_help=True, help_kind=HelpKind(kind), help_text=said(text))
    if dice.random() < 0.06:  # noqa: PLR2004
        kind, text = dice.choice(OFFERS)
        answer = replace(answer, can_share=True, share_kind=ShareKind(kind), share_text=said(text))
    update = drafting.open_update(item, round_, by=person, at=at)
    drafting.save_draft(update, answer, by=person, at=at)
    if dice.random() < 0.5:  # noqa: PLR2004
        slug = item.commitment.code.lower()
        link = NewLink(title=f"Published text {LABEL}", url=f"https://www.example.org/{item.party.code.lower()}/{slug}")
        attach(update, frozenset(), links=[link], by=person, at=at)
    attach_document(update, by=person, at=at)
    if is_draft:
        return
    drafting.submit(update, by=person, at=at)
    if key in _RETURNED:
        review.return_for_correction(
            update, by=cast.secretariat, at=min(now, at + timedelta(hours=20)), reason=said(RETURN_REASON)
        )
    else:
        _decide(item, round_, cast, dice, at=at, now=now)


def want_second_eyes(items: list[Item], round_: Round, cast: Cast, *, now: datetime) -> None:
    """Let Croatia have a validating authority: one draft waits for the coordinator, whom the deputy has asked."""
    by = cast.by_part["deputy", "HR"]
    drafts = [
        update
        for item in items
        if item.party.code == "HR" and (update := drafting.find_update(item, round_)) is not None
        if update.state is UpdateState.DRAFT and update.drafted_at is not None
    ]
    for update in drafts[:1]:
        update.item.party.needs_validation = True
        clearance = signing_off.Clearance(
            name=f"State secretary {LABEL}", function=f"Ministry of the interior {LABEL}", on=now.date()
        )
        signing_off.clear(update, clearance, by=by, at=now)
        signing_off.hand_over(update, by=by, at=now)


def _decide(item: Item, round_: Round, cast: Cast, dice: random.Random, *, at: datetime, now: datetime) -> None:
    """Accept some of what was handed in; the rest waits, some of it for long."""
    update = drafting.find_update(item, round_)
    is_restricted = (item.commitment.code, item.party.code) in _RESTRICTED
    # Most of what came in more than five days ago is decided; most of what came since waits.
    chance = 0.95 if now - at > timedelta(days=5) else 0.2
    if update is not None and (is_restricted or dice.random() < chance):
        review.accept([update], by=cast.secretariat, at=min(now, at + timedelta(hours=dice.randrange(4, 60))))


def _next(before: Status | None, dice: random.Random) -> Status:
    order = list(Status)[:-1]
    if before is None or before is Status.NOT_APPLICABLE:
        return dice.choice(order[:3])
    return order[min(len(order) - 1, order.index(before) + dice.choice((0, 0, 1)))]


def _assign(items: list[Item], party: str, round_: Round, cast: Cast, dice: random.Random, *, now: datetime) -> None:
    if party == "NETWORK":
        return
    for item in dice.sample(items, 3):
        db.session.add(
            Assignment(
                item=item,
                round_id=round_.id,
                person_id=cast.contributor(party).id,
                assigned_by_id=cast.coordinator(party).id,
                due_on=round_.due_on - timedelta(days=7),
                note=said(NOTE),
                given_at=now - timedelta(days=10),
            )
        )
