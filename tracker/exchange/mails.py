"""The mail that asks a party for its consent. It carries a title and a link, never the substance."""

from datetime import datetime

from flask import Flask
from flask_babel import gettext as _

from tracker.core.database import db
from tracker.exchange.models import GoodPractice
from tracker.exchange.services.practices import MAIL_KIND
from tracker.exchange.workflow import PracticeState
from tracker.mail import rendering
from tracker.mail.models import Notification


def render_nomination(notification: Notification, _now: datetime) -> rendering.Rendered:
    """Write the mail as things stand; a nomination that was answered or taken back is not told any more."""
    practice = db.session.get(GoodPractice, notification.parameters["practice_id"])
    if practice is None or practice.state is not PracticeState.NOMINATED:
        return rendering.Cancel(_("The nomination was answered or taken back."))
    commitment = practice.item.commitment
    return rendering.render_mail(
        MAIL_KIND,
        is_sample=practice.revision.round.meeting.is_sample,
        party=practice.item.party,
        entries=[
            {
                "code": commitment.code,
                "title": commitment.title,
                "url": rendering.site_url(f"/good-practice/{practice.id}"),
            }
        ],
    )


def init_app(_app: Flask) -> None:
    """Say how the mail is written."""
    rendering.register(MAIL_KIND, render_nomination, can_preview=True)
