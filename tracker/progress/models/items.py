"""Items: a commitment for one party, its steps and who works on it."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.database import LongText, Model, PrimaryKey, ShortText, Timestamped, enum_named
from tracker.instruments.models import Commitment
from tracker.parties.models import Party
from tracker.progress.statuses import Status


class ItemState(StrEnum):
    """Whether the party is to report on it."""

    ACTIVE = "active"
    RETIRED = "retired"


class Item(Timestamped, Model):
    """A tracked commitment for a party it is addressed to. Never deleted; a retired one comes back with its history."""

    __tablename__ = "item"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "party_id"),
        sa.Index("ix_item_party_id_state", "party_id", "state"),
        sa.CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_has_a_time"),
    )

    id: Mapped[PrimaryKey]
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"))
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"))
    state: Mapped[ItemState] = mapped_column(default=ItemState.ACTIVE)
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[LongText] = mapped_column(default="")
    lead_institution: Mapped[ShortText] = mapped_column(default="")
    target_on: Mapped[date | None]

    commitment: Mapped[Commitment] = relationship()
    party: Mapped[Party] = relationship()
    standing: Mapped["Standing"] = relationship(back_populates="item", uselist=False, cascade="all, delete-orphan")
    steps: Mapped[list["Step"]] = relationship(back_populates="item", order_by="Step.position")


class Standing(Model):
    """What the item's party has said, for each circle of readers: three pointers and what lists need of them.

    Every column is written in the transaction that changes it. *Accepted* is for the own party and the
    Secretariat; *shared*, for all signed-in people; *public*, for everybody. Readers of *shared* also compare
    ``shared_from`` with the day, so that a late job shows too little, never too much.
    """

    __tablename__ = "standing"

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"), primary_key=True)
    accepted_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    accepted_status: Mapped[Status | None] = mapped_column(enum_named(Status, "accepted_status"))
    accepted_round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"))
    shared_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    shared_status: Mapped[Status | None] = mapped_column(enum_named(Status, "shared_status"))
    shared_round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"))
    #: The share date of the round of the shared revision.
    shared_from: Mapped[date | None]
    public_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    public_status: Mapped[Status | None] = mapped_column(enum_named(Status, "public_status"))
    #: A submitted update waits for review: the corner mark, for those who may see it.
    has_pending: Mapped[bool] = mapped_column(default=False)

    item: Mapped[Item] = relationship(back_populates="standing")


class Step(Timestamped, Model):
    """A practical step of a party towards an item."""

    __tablename__ = "step"

    id: Mapped[PrimaryKey]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"), index=True)
    position: Mapped[int]
    what: Mapped[LongText]
    responsible: Mapped[ShortText] = mapped_column(default="")
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]

    item: Mapped[Item] = relationship(back_populates="steps")


class Assignment(Timestamped, Model):
    """An item in the hands of a contributor, for one round."""

    __tablename__ = "assignment"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "round_id", "person_id"),
        sa.Index("ix_assignment_person_id_round_id", "person_id", "round_id"),
    )

    id: Mapped[PrimaryKey]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    assigned_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    #: Before the party's own due date; empty means the same.
    due_on: Mapped[date | None]
    note: Mapped[LongText] = mapped_column(default="")
    #: When it was last given, anew after it was taken back (UTC).
    given_at: Mapped[datetime]
    #: The contributor says that the draft can go.
    ready_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship()
    person: Mapped[User] = relationship(foreign_keys=[person_id])
