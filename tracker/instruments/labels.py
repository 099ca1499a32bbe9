"""Words for people about instruments, commitments, adoption and indicators."""

from typing import Any, Final

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.instruments.grouping import Circle
from tracker.instruments.models import (
    Addressee,
    AdoptionState,
    Basis,
    Better,
    CommitmentKind,
    CommitmentState,
    IndicatorType,
    InstrumentType,
    LinkKind,
    Period,
    Strength,
    TitleStatus,
)

labels.register(
    InstrumentType,
    {
        InstrumentType.MINISTERIAL_DECLARATION: _l("Ministerial declaration"),
        InstrumentType.MINISTERIAL_OUTCOME: _l("Outcome of a ministerial meeting"),
        InstrumentType.COORDINATORS_DECLARATION: _l("Declaration of the coordinators"),
        InstrumentType.COORDINATORS_STATEMENT: _l("Statement of the coordinators"),
        InstrumentType.STRATEGY: _l("Strategy"),
        InstrumentType.MEETING_CONCLUSIONS: _l("Conclusions of a meeting"),
        InstrumentType.MEMORANDUM: _l("Memorandum"),
    },
)
labels.register(
    Circle,
    {
        Circle.MINISTERS: _l("Ministers"),
        Circle.STRATEGIES: _l("Strategies of the network"),
        Circle.COORDINATORS: _l("Coordinators"),
        Circle.OTHERS: _l("Others"),
    },
)
labels.register(
    TitleStatus,
    {
        TitleStatus.OFFICIAL: _l("As a source prints it"),
        TitleStatus.DESCRIPTIVE: _l("Our description; the exact title is not known"),
    },
)
labels.register(
    Strength,
    {
        Strength.COMMITS: _l("Commits"),
        Strength.DECIDES: _l("Decides"),
        Strength.REAFFIRMS: _l("Reaffirms"),
        Strength.SUPPORTS: _l("Supports"),
        Strength.CALLS_FOR: _l("Calls for"),
        Strength.RECOMMENDS: _l("Recommends"),
        Strength.ACKNOWLEDGES: _l("Acknowledges"),
        Strength.GIVES_ATTENTION: _l("Gives attention"),
        Strength.NOTES: _l("Notes"),
        Strength.NOT_KNOWN: _l("Not known"),
    },
)
#: One sentence each: how the text binds.
STRENGTH_MEANINGS: Final = {
    Strength.COMMITS: _l("Those who adopted the text undertake to do it."),
    Strength.DECIDES: _l("A meeting decided that it is to be done."),
    Strength.REAFFIRMS: _l("The text repeats an undertaking that was made before."),
    Strength.SUPPORTS: _l("The text backs it, without undertaking to do it."),
    Strength.CALLS_FOR: _l("The text asks for it, without undertaking to do it."),
    Strength.RECOMMENDS: _l("The text advises it; it is no pledge."),
    Strength.ACKNOWLEDGES: _l("The text recognises that it matters, and promises no act."),
    Strength.GIVES_ATTENTION: _l("The text undertakes to pay attention to it, and names no result."),
    Strength.NOTES: _l("The text takes note of it."),
    Strength.NOT_KNOWN: _l("The wording could not be read."),
}
labels.register(
    CommitmentKind,
    {
        CommitmentKind.OPERATIVE: _l("Operative part"),
        CommitmentKind.PREAMBULAR: _l("Preamble"),
        CommitmentKind.OUTCOME: _l("Agreed at the meeting, not shown to be in a text"),
    },
)
labels.register(
    Addressee,
    {
        Addressee.COUNTRY: _l("Each participant"),
        Addressee.NETWORK: _l("The network"),
        Addressee.SECRETARIAT: _l("The Secretariat"),
    },
)
labels.register(
    CommitmentState,
    {
        CommitmentState.ACTIVE: _l("Active"),
        CommitmentState.SUPERSEDED: _l("Superseded"),
        CommitmentState.WITHDRAWN: _l("Withdrawn"),
    },
)
labels.register(
    LinkKind,
    {
        LinkKind.CONTINUES: _l("Continues"),
        LinkKind.RESTATES: _l("Restates"),
        LinkKind.NARROWS: _l("Narrows"),
        LinkKind.REPLACES: _l("Replaces"),
        LinkKind.SPLIT_INTO: _l("Was split off from"),
        LinkKind.MERGED_INTO: _l("Was merged from"),
    },
)
#: The same seen from the earlier commitment.
LINK_WORDS_BACK: Final = {
    LinkKind.CONTINUES: _l("Is continued by"),
    LinkKind.RESTATES: _l("Is restated by"),
    LinkKind.NARROWS: _l("Is narrowed by"),
    LinkKind.REPLACES: _l("Is replaced by"),
    LinkKind.SPLIT_INTO: _l("Was split into"),
    LinkKind.MERGED_INTO: _l("Was merged into"),
}
labels.register(
    AdoptionState,
    {
        AdoptionState.UNKNOWN: _l("Not known"),
        AdoptionState.ADOPTED: _l("Adopted"),
        AdoptionState.NOT_ADOPTED: _l("Not adopted"),
        AdoptionState.OPTED_IN: _l("Opted in later"),
    },
)
ADOPTION_MEANINGS: Final = {
    AdoptionState.UNKNOWN: _l("No source says it. The party is asked to report all the same."),
    AdoptionState.ADOPTED: _l("The party took part in adopting the text, and reports on it."),
    AdoptionState.NOT_ADOPTED: _l("The party did not adopt the text, and is not asked to report on it."),
    AdoptionState.OPTED_IN: _l("The party did not adopt the text then, and reports on it of its own accord."),
}
labels.register(
    IndicatorType,
    {
        IndicatorType.YES_NO: _l("Yes or no"),
        IndicatorType.YES_PARTLY_NO: _l("Yes, partly or no"),
        IndicatorType.COUNT: _l("Number"),
        IndicatorType.AMOUNT: _l("Amount of money"),
        IndicatorType.PERCENT: _l("Percentage"),
        IndicatorType.LIST: _l("List"),
    },
)
labels.register(Period, {Period.POINT: _l("on the day of the report"), Period.YEAR: _l("in a calendar year")})
labels.register(
    Better,
    {
        Better.UP: _l("More is better"),
        Better.DOWN: _l("Less is better"),
        Better.NEITHER: _l("Neither more nor less is better"),
    },
)
labels.register(
    Basis,
    {
        Basis.STATED: _l("A source asks or counts exactly this"),
        Basis.DERIVED: _l("Our measure, made from an obligation or a question in a source"),
        Basis.UNVERIFIED: _l("Not checked against the text yet"),
    },
)


def strength_meaning(value: Strength) -> Any:
    """Return one sentence on how the text binds."""
    return STRENGTH_MEANINGS[value]


def link_words_back(value: LinkKind) -> Any:
    """Return how the earlier commitment relates to the later one."""
    return LINK_WORDS_BACK[value]


def adoption_meaning(value: AdoptionState) -> Any:
    """Return one sentence on what a state of adoption means for reporting."""
    return ADOPTION_MEANINGS[value]


def init_app(app: Flask) -> None:
    """Give templates the sentences as filters."""
    app.jinja_env.filters.update(
        strength_meaning=strength_meaning, link_words_back=link_words_back, adoption_meaning=adoption_meaning
    )
