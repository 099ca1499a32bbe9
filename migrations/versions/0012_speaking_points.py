"""speaking points: what a party means to say at a meeting

Revision ID: 0012
Revises: 0011

"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "speaking_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("private", "released", name="pointsstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_speaking_points_version_from_one")),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_speaking_points_released_has_a_time")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_speaking_points_party_id_party")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_speaking_points_round_id_round")),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name=op.f("fk_speaking_points_written_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name=op.f("fk_speaking_points_released_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaking_points")),
        sa.UniqueConstraint("party_id", "round_id", name=op.f("uq_speaking_points_party_id_round_id")),
    )
    op.create_index("ix_speaking_points_round_id", "speaking_points", ["round_id"])


def downgrade():
    op.drop_table("speaking_points")
