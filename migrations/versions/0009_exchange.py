"""exchange: pairs of a need and an offer, and the register of good practice

Revision ID: 0009
Revises: 0008

"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _enum(*values, name):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    op.create_table(
        "exchange_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_item_id", sa.Integer(), nullable=False),
        sa.Column("offer_item_id", sa.Integer(), nullable=False),
        sa.Column("state", _enum("agenda", "met", "set_aside", name="pairstate"), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("need_item_id <> offer_item_id", name=op.f("ck_exchange_pair_two_items")),
        sa.CheckConstraint(
            "state <> 'agenda' OR meeting_id IS NOT NULL", name=op.f("ck_exchange_pair_agenda_has_a_meeting")
        ),
        sa.CheckConstraint(
            "state <> 'set_aside' OR reason <> ''", name=op.f("ck_exchange_pair_set_aside_has_a_reason")
        ),
        sa.ForeignKeyConstraint(["need_item_id"], ["item.id"], name=op.f("fk_exchange_pair_need_item_id_item")),
        sa.ForeignKeyConstraint(["offer_item_id"], ["item.id"], name=op.f("fk_exchange_pair_offer_item_id_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_exchange_pair_meeting_id_meeting")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user_account.id"], name=op.f("fk_exchange_pair_noted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_pair")),
        sa.UniqueConstraint("need_item_id", "offer_item_id", name=op.f("uq_exchange_pair_need_item_id_offer_item_id")),
    )
    op.create_index(op.f("ix_exchange_pair_offer_item_id"), "exchange_pair", ["offer_item_id"])
    op.create_index(op.f("ix_exchange_pair_meeting_id"), "exchange_pair", ["meeting_id"])
    op.create_table(
        "good_practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("text_used", _enum("offer", "narrative", name="practicetext"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "state",
            _enum("nominated", "listed", "declined", "withdrawn", "removed", name="practicestate"),
            nullable=False,
        ),
        sa.Column("nominated_by_id", sa.Integer(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('listed', 'declined', 'withdrawn') OR answered_at IS NOT NULL",
            name=op.f("ck_good_practice_party_answered"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('withdrawn', 'removed') OR ended_at IS NOT NULL",
            name=op.f("ck_good_practice_ended_has_a_time"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_good_practice_item_id_item")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_good_practice_revision_id_revision")),
        sa.ForeignKeyConstraint(
            ["nominated_by_id"], ["user_account.id"], name=op.f("fk_good_practice_nominated_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_good_practice_answered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_good_practice_ended_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_good_practice")),
    )
    op.create_index(op.f("ix_good_practice_revision_id"), "good_practice", ["revision_id"])
    stands = sa.text("state IN ('nominated', 'listed')")
    op.create_index(
        "uq_good_practice_item",
        "good_practice",
        ["item_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def downgrade():
    op.drop_table("good_practice")
    op.drop_table("exchange_pair")
