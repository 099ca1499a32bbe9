"""What went out: to whom, and what the server said."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.paging import page_number, page_of
from tracker.mail import rendering
from tracker.mail import services as mail
from tracker.mail.display import shown, shows_mail
from tracker.mail.models import DeliveryState, Notification
from tracker.parties.models import Party
from tracker.parties.queries import all_parties
from tracker.reminders import policies, queries
from tracker.reminders.forms import SentFilter
from tracker.reminders.views.blueprint import bp


@bp.get("/sent")
def list_sent() -> ResponseReturnValue:
    """List what is in the outbox and what has left it."""
    require(policies.see_reminders, None)
    form = SentFilter(request.args)
    form.offer(db.session.scalars(all_parties()).all(), db.session.scalars(queries.kinds_sent()).all())
    unknown = form.unknown()
    found = queries.mails_left(
        party_code=form.party.data or "", kind=form.kind.data or "", state=form.delivery.data or ""
    )
    page = page_of(found, number=page_number(), size=50)
    return render_template("reminders/list_sent.html", form=form, unknown=unknown, page=page)


@bp.get("/sent/<int:mail_id>")
def show_mail(mail_id: int) -> ResponseReturnValue:
    """Show one mail: its way, and its text where that may be seen."""
    require(policies.see_reminders, None)
    notification = db.get_or_404(Notification, mail_id)
    party = db.session.get(Party, notification.party_id) if notification.party_id else None
    return render_template("reminders/show_mail.html", notification=notification, party=party, text=_text(notification))


@bp.get("/sent/<int:mail_id>/html")
@shows_mail
def show_mail_html(mail_id: int) -> ResponseReturnValue:
    """Show one mail as its recipient sees it."""
    require(policies.see_reminders, None)
    text = _text(db.get_or_404(Notification, mail_id))
    if text is None:
        abort(404)
    return shown(text.html)


def _text(notification: Notification) -> rendering.Mail | None:
    """Return the mail as it was sent, or as it would be now; None where it is secret, cancelled or not kept."""
    if notification.body_text is not None:
        return rendering.Mail(notification.subject, notification.body_text, notification.body_html or "")
    kind = rendering.kinds().get(notification.kind)
    waits = notification.state in (DeliveryState.QUEUED, DeliveryState.FAILED)
    if kind is None or not kind.can_preview or not waits:
        return None
    rendered = rendering.render_batch([notification], utc_now()).get(notification.id)
    return rendered if isinstance(rendered, rendering.Mail) else None


@bp.post("/sent/<int:mail_id>/again")
def send_again(mail_id: int) -> ResponseReturnValue:
    """Put a mail that failed back into the outbox."""
    require(policies.send_mail_again, None)
    mail.send_again(db.get_or_404(Notification, mail_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The mail is in the outbox again. It leaves within a minute or two."), "done")
    return redirect(url_for(".show_mail", mail_id=mail_id))


@bp.post("/sent/<int:mail_id>/now")
def send_now(mail_id: int) -> ResponseReturnValue:
    """Let a mail that waits leave at once."""
    require(policies.run_reminders, None)
    mail.send_now(db.get_or_404(Notification, mail_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The mail leaves within a minute or two."), "done")
    return redirect(url_for(".show_mail", mail_id=mail_id))


@bp.post("/sent/<int:mail_id>/cancel")
def cancel_mail(mail_id: int) -> ResponseReturnValue:
    """Take a mail that waits out of the outbox."""
    require(policies.run_reminders, None)
    mail.cancel(db.get_or_404(Notification, mail_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The mail was cancelled. It does not leave."), "done")
    return redirect(url_for(".show_mail", mail_id=mail_id))
