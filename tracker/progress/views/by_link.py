"""Coming by a link for one round: the page that it opens, and what may be opened from there. See ``docs/adr/0017``."""

import flask_login
from flask import current_app, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import LinkEnded, keep_links_to, needs_second_factor, public, signed_in
from tracker.accounts.models import AccountLink, User
from tracker.accounts.services import attempts, sign_ins
from tracker.accounts.services.sign_ins import SESSION_KEY
from tracker.audit.models import Means
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.progress.forms.work import ActForm
from tracker.progress.queries.assignments import assignments_of
from tracker.progress.services import round_links
from tracker.progress.services.rounds import round_now
from tracker.progress.views.delegation import bp

#: Openings of a link are counted like tries of a password.
_ATTEMPT = "one_round"


@bp.route("/by-link/<token>", methods=["GET", "POST"])
@public
def open_link(token: str) -> ResponseReturnValue:
    """Show what a link for one round is for; its button opens a sign-in that may do no more than that.

    Opening the page changes nothing, so that a mail scanner that follows links does no harm.
    """
    g.referrer_policy = "no-referrer"
    form, now = ActForm(), utc_now()
    if form.validate_on_submit():
        # Counted before the link is looked at, and kept whatever becomes of it.
        attempts.begin_attempt(
            attempts.account_hash(token), address=request.remote_addr or "", purpose=_ATTEMPT, at=now
        )
        db.session.commit()
        link, _round = _link_of(token)
        _let_in(link)
        return redirect(url_for("progress.show_work"))
    link, round_ = _link_of(token)
    person, party_id = link.person, link.party_id or 0
    found = assignments_of(person.id, party_id=party_id, round_id=round_.id)
    party = next(held.party for held in person.memberships if held.party_id == party_id)
    response = make_response(
        render_template(
            "delegation/open_link.html",
            form=form,
            person=person,
            party=party,
            meeting=round_.meeting,
            until=round_links.holds_until(round_, party_id),
            items=[assignment.item for assignment in db.session.scalars(found)],
            here=signed_in(),
            zone_name=person.zone_name or current_app.config["TRACKER_TIMEZONE"],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _link_of(token: str) -> tuple[AccountLink, Round]:
    """Load the link of a token with its round.

    Raises:
        LinkEnded: there is none, or it does not work any more.
    """
    link = round_links.link_of_token(token)
    round_ = _round_that_holds(link) if link is not None else None
    if link is None or round_ is None:
        raise LinkEnded
    return link, round_


def _round_that_holds(link: AccountLink) -> Round | None:
    """Return the round that a link is for, while the link works for its person; else None."""
    now = utc_now()
    if not link.person.active or link.party_id not in link.person.rights_on(now.date()).contributes:
        return None
    if needs_second_factor(link.person):  # a link is one factor, and not even a secret of theirs alone
        return None
    round_ = round_now(link.party_id, at=now).current
    return round_ if round_links.holds(link, round_, at=now) else None


def _let_in(link: AccountLink) -> None:
    """End the sign-in that the browser has, and open one that the link carries."""
    before, here, now = session.get(SESSION_KEY), signed_in(), utc_now()
    if isinstance(before, str):
        sign_ins.close_sign_in(before, by=here, at=now)
    session.clear()
    g.audit_means = Means.ONE_ROUND_LINK
    person = link.person
    flask_login.login_user(person, fresh=False)
    session[SESSION_KEY] = sign_ins.open_sign_in(
        person, at=now, address=request.remote_addr or "", device=request.user_agent.string or "", link=link
    )
    db.session.commit()


def may_open(user: User) -> bool:
    """Tell whether a person who came by a link may open this address: the list, and the items in their hands.

    Raises:
        LinkEnded: the link does not work any more.
    """
    link = user.by_link
    if link is None or _round_that_holds(link) is None:
        raise LinkEnded
    item_id = (request.view_args or {}).get("item_id")
    return item_id is None or round_links.has_in_hand(link, item_id)


keep_links_to(may_open)
