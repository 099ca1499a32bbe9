"""Tables of reporting: items, updates and revisions, evidence, figures."""

from tracker.progress.models.evidence import Evidence, EvidenceKind, EvidenceVersion, RevisionEvidence, UpdateEvidence
from tracker.progress.models.figures import AnswerKind, Figure, FigureVersion, RevisionFigure
from tracker.progress.models.items import Assignment, Item, ItemState, Standing, Step
from tracker.progress.models.updates import (
    DraftBuffer,
    HelpKind,
    ReviewNote,
    Revision,
    ShareKind,
    SubmissionKey,
    Update,
    UpdateEvent,
)
from tracker.progress.models.validations import Validation, ValidationKind, ValidationState

__all__ = [
    "AnswerKind",
    "Assignment",
    "DraftBuffer",
    "Evidence",
    "EvidenceKind",
    "EvidenceVersion",
    "Figure",
    "FigureVersion",
    "HelpKind",
    "Item",
    "ItemState",
    "ReviewNote",
    "Revision",
    "RevisionEvidence",
    "RevisionFigure",
    "ShareKind",
    "Standing",
    "Step",
    "SubmissionKey",
    "Update",
    "UpdateEvent",
    "UpdateEvidence",
    "Validation",
    "ValidationKind",
    "ValidationState",
]
