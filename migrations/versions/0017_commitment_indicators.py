"""commitment indicators: what a commitment asks for beside the indicators of its themes

Revision ID: 0017
Revises: 0016

"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "commitment_indicator",
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_indicator_commitment_id_commitment")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_commitment_indicator_indicator_id_indicator")
        ),
        sa.PrimaryKeyConstraint("commitment_id", "indicator_id", name=op.f("pk_commitment_indicator")),
    )
    op.create_index(op.f("ix_commitment_indicator_indicator_id"), "commitment_indicator", ["indicator_id"])


def downgrade():
    op.drop_table("commitment_indicator")
