"""remarks: a revision keeps what the second look found when it was submitted

Revision ID: 0005
Revises: 0004

"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    # No batch: a copy of the table would lose the triggers that keep its rows.
    op.add_column("revision", sa.Column("remarks", sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    op.drop_column("revision", "remarks")
