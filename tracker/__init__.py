"""The Commitment Tracker: what was agreed, and what has been done about it."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from tracker import cli, models
from tracker.accounts import access, mails, signing_in
from tracker.accounts import labels as accounts_labels
from tracker.accounts.views import bp as accounts_bp
from tracker.accounts.views import people_bp
from tracker.core import (
    colours,
    devpages,
    errorpages,
    filters,
    footnotes,
    labels,
    logs,
    metrics,
    navigation,
    storage,
    web,
)
from tracker.core.database import db
from tracker.core.extensions import babel, bootstrap, csrf, migrate
from tracker.dashboards import labels as dashboards_labels
from tracker.dashboards.views import bp as dashboards_bp
from tracker.dashboards.views import pages_bp
from tracker.demo import ribbon
from tracker.exchange import labels as exchange_labels
from tracker.exchange import mails as exchange_mails
from tracker.exchange.views import bp as exchange_bp
from tracker.health import views as health
from tracker.instruments import labels as instruments_labels
from tracker.instruments import views as instruments
from tracker.mail import views as mailbox
from tracker.meetings.views import bp as meetings_bp
from tracker.oversight import labels as oversight_labels
from tracker.oversight.views import bp as audit_bp
from tracker.papers import labels as papers_labels
from tracker.papers.questionnaire.views import bp as questionnaire_bp
from tracker.papers.views import bp as papers_bp
from tracker.papers.views.snapshots import bp as snapshots_bp
from tracker.parties import labels as parties_labels
from tracker.progress import labels as progress_labels
from tracker.progress.views import bp as progress_bp
from tracker.progress.views.conclusions import bp as conclusions_bp
from tracker.progress.views.corrections import bp as corrections_bp
from tracker.progress.views.delegation import bp as delegation_bp
from tracker.progress.views.downloading import bp as evidence_bp
from tracker.progress.views.parties import bp as parties_bp
from tracker.progress.views.review import bp as review_bp
from tracker.reminders import labels as reminders_labels
from tracker.reminders import time_line
from tracker.reminders.views import bp as reminders_bp
from tracker.reminders.views import feed_bp
from tracker.search.views import bp as search_bp

if TYPE_CHECKING:
    from config import Config

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts_bp,
    people_bp,
    audit_bp,
    colours.bp,
    conclusions_bp,
    corrections_bp,
    dashboards_bp,
    delegation_bp,
    evidence_bp,
    pages_bp,
    exchange_bp,
    health.bp,
    progress_bp,
    instruments.bp,
    meetings_bp,
    papers_bp,
    parties_bp,
    questionnaire_bp,
    reminders_bp,
    feed_bp,
    review_bp,
    search_bp,
    snapshots_bp,
)


def create_app(config: "Config") -> Flask:
    """Build the application from its settings. Nothing in this package reads the environment."""
    root = Path(__file__).resolve().parent.parent
    app = Flask(__name__, template_folder=str(root / "templates"), instance_path=str(config.TRACKER_INSTANCE))
    app.config.from_object(config)

    logs.init_app(app)
    metrics.init_app(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(root / "migrations"))
    babel.init_app(app, default_translation_directories=str(root / "translations"))
    bootstrap.init_app(app)
    web.init_app(app, config)
    csrf.init_app(app)  # after the guards on the way in: JSON is answered 415, not with a missing token
    for part in (labels, filters, footnotes, navigation, errorpages, storage):
        part.init_app(app)
    signing_in.init_app(app)
    access.init_app(app)
    for words in (
        parties_labels,
        accounts_labels,
        instruments_labels,
        progress_labels,
        oversight_labels,
        reminders_labels,
        papers_labels,
        exchange_labels,
        dashboards_labels,
    ):
        words.init_app(app)
    mails.init_app(app)
    exchange_mails.init_app(app)
    ribbon.init_app(app)
    time_line.init_app(app)

    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    devpages.init_app(app)
    mailbox.init_app(app)
    app.cli.add_command(cli.tracker)
    assert models.User.__tablename__  # every table is known from here on
    return app
