"""Words for people for what a national report may hold."""

from typing import Final

from flask_babel import lazy_gettext as _l

from tracker.papers.national.choices import Holds, Order

HOLDS_WORDS: Final = {
    Holds.ACCEPTED: _l("Accepted answers only"),
    Holds.SUBMITTED: _l("Also answers that wait for review"),
    Holds.DRAFTS: _l("Also working drafts"),
}
#: What stands under each choice.
HOLDS_NOTES: Final = {
    Holds.ACCEPTED: _l("For others to read."),
    Holds.SUBMITTED: _l("Each of these is marked, and so is the paper."),
    Holds.DRAFTS: _l("For work inside your country. Each draft is marked, and so is every page."),
}
ORDER_WORDS: Final = {Order.INSTRUMENT: _l("Instruments"), Order.THEME: _l("Themes")}
