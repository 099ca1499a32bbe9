"""The ribbon that says on every page that what is shown is made up."""

from flask import Flask

from tracker.accounts.access import signed_in


def has_sample_data() -> bool:
    """Tell whether the person reads made-up data.

    Sample people and real ones never share an installation: sample data is not loaded beside real accounts, and
    whoever is invited to it counts as a sample. So no page needs to ask the database.
    """
    person = signed_in()
    return person is not None and person.is_sample


def init_app(app: Flask) -> None:
    """Give the layout ``has_sample_data``."""
    app.jinja_env.globals["has_sample_data"] = has_sample_data
