"""redaction of figures: a request may take the notes and sources of the figures along

Revision ID: 0020
Revises: 0019

"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("redaction_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("with_figures", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint(
            op.f("ck_redaction_request_figures_go_with_revision"), "NOT with_figures OR revision_id IS NOT NULL"
        )
    with op.batch_alter_table("redaction_request", schema=None) as batch_op:
        batch_op.alter_column("with_figures", server_default=None)


def downgrade():
    with op.batch_alter_table("redaction_request", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_redaction_request_figures_go_with_revision"), type_="check")
        batch_op.drop_column("with_figures")
