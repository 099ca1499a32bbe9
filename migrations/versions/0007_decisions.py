"""decisions: when one was settled, and how

Revision ID: 0007
Revises: 0006

"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("settled_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("settled_note", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("decision") as batch:
        batch.alter_column("settled_note", server_default=None)


def downgrade():
    with op.batch_alter_table("decision") as batch:
        batch.drop_column("settled_note")
        batch.drop_column("settled_on")
