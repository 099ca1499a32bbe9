"""Words for people for pairs and good practice."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.exchange.models import PairState, PracticeText
from tracker.exchange.workflow import PracticeState


def init_app(_app: Flask) -> None:
    """Give pairs and nominations their words."""
    labels.register(
        PairState,
        {
            PairState.AGENDA: _l("Suggested for the agenda"),
            PairState.MET: _l("Met"),
            PairState.SET_ASIDE: _l("Set aside"),
        },
    )
    labels.register(
        PracticeText,
        {
            PracticeText.OFFER: _l("What the party can share"),
            PracticeText.NARRATIVE: _l("What has been done"),
        },
    )
    labels.register(
        PracticeState,
        {
            PracticeState.NOMINATED: _l("Waits for the party’s consent"),
            PracticeState.LISTED: _l("In the register"),
            PracticeState.DECLINED: _l("The party declined"),
            PracticeState.WITHDRAWN: _l("Consent withdrawn"),
            PracticeState.REMOVED: _l("Taken back by the Secretariat"),
        },
    )
