"""remarks: a revision keeps what the second look found when it was submitted

Revision ID: 0006
Revises: 0005

"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    # No batch: a copy of the table would lose the triggers that keep its rows.
    op.add_column("revision", sa.Column("remarks", sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    op.drop_column("revision", "remarks")
