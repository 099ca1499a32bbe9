"""Blocks that higher features add to the page of a party, such as what it asks for and offers."""

from tracker.core.panels import Panels
from tracker.dashboards.queries.reader import Reader
from tracker.parties.models import Party

PARTY_PANELS: Panels[Party, Reader] = Panels()
