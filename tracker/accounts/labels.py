"""Words for people for roles and for how an account stands."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import PersonState, Role
from tracker.core import labels


def init_app(_app: Flask) -> None:
    """Give roles and states their words."""
    labels.register(
        Role,
        {
            Role.ADMINISTRATOR: _l("Administrator"),
            Role.SECRETARIAT: _l("Secretariat"),
            Role.COORDINATOR: _l("Coordinator"),
            Role.CONTRIBUTOR: _l("Contributor"),
            Role.OBSERVER: _l("Observer"),
        },
    )
    labels.register(
        PersonState,
        {
            PersonState.ACTIVE: _l("Active"),
            PersonState.INVITED: _l("Invited"),
            PersonState.WITHOUT_ROLE: _l("Without a role"),
            PersonState.DISABLED: _l("Disabled"),
        },
    )
