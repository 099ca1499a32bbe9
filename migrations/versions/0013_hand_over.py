"""hand-over: a role that was passed on closes the account when nothing else stands

Revision ID: 0013
Revises: 0012

"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closes_account", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.alter_column("closes_account", existing_type=sa.Boolean(), server_default=None)


def downgrade():
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_column("closes_account")
