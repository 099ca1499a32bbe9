"""The local mailbox, for trying out: what was sent, without a mail server. Development only."""

from typing import TypeVar

from flask import Blueprint, Flask, abort, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from tracker.core import navigation
from tracker.core.navigation import Menu, NavigationEntry
from tracker.core.paging import PAGE_SIZE, Page, page_number
from tracker.mail.display import shown, shows_mail
from tracker.mail.maildir import LocalMail, keys_newest_first, read_mail
from tracker.mail.transport import mailbox_folder

bp = Blueprint("mailbox", __name__, url_prefix="/dev/mailbox")
navigation.add(bp, NavigationEntry(_l("Mailbox"), "mailbox.list_mails", (), order=90, menu=Menu.FOOT))

View = TypeVar("View")


def _public(view: View) -> View:
    """Open a view to everybody: people look for the link to sign in here."""
    view.is_public = True  # type: ignore[attr-defined]  # read by accounts.access, which mail does not know
    return view


@bp.get("")
@_public
def list_mails() -> ResponseReturnValue:
    """List the mails, the latest first."""
    folder = mailbox_folder(current_app.config)
    keys = keys_newest_first(folder)
    number = max(1, min(page_number(), -(-len(keys) // PAGE_SIZE)))
    shown = keys[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    mails = [mail for key in shown if (mail := read_mail(folder, key)) is not None]
    page = Page(items=mails, number=number, size=PAGE_SIZE, total=len(keys))
    is_local = current_app.config["MAIL_URL"] == "mailbox:"
    return render_template("mail/mailbox/list_mails.html", page=page, is_local=is_local)


@bp.get("/<key>")
@_public
def show_mail(key: str) -> ResponseReturnValue:
    """Show a mail as text, with its headers."""
    return render_template("mail/mailbox/show_mail.html", mail=_mail(key))


@bp.get("/<key>/html")
@_public
@shows_mail
def show_html(key: str) -> ResponseReturnValue:
    """Show a mail as its recipient sees it."""
    return shown(_mail(key).html)


@bp.get("/<key>/files/<int:number>")
@_public
def download_file(key: str, number: int) -> ResponseReturnValue:
    """Hand out a file that goes with a mail."""
    files = _mail(key).files
    if not 0 <= number < len(files):
        abort(404)
    content = files[number].get_payload(decode=True)
    response = make_response(content)
    response.headers["Content-Type"] = files[number].get_content_type()
    response.headers.set("Content-Disposition", "attachment", filename=files[number].get_filename() or "file")
    return response


def _mail(key: str) -> LocalMail:
    mail = read_mail(mailbox_folder(current_app.config), key)
    if mail is None:
        abort(404)
    return mail


def init_app(app: Flask) -> None:
    """Offer the mailbox in development."""
    if app.config.get("TRACKER_ENV") == "development":
        app.register_blueprint(bp)
