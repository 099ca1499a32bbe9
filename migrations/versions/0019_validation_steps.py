"""validation steps: people are reminded of what waits for their validation

Revision ID: 0019
Revises: 0018

"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BEFORE = ("ladder", "assignment", "waiting_review", "waiting_returned")
AFTER = (*BEFORE, "validation")


def _kind(values):
    return sa.Enum(*values, name="stepkind", native_enum=False, create_constraint=True, length=32)


def _allow(old, new):
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("reminder_step") as batch_op:
            batch_op.alter_column("kind", existing_type=_kind(old), type_=_kind(new), existing_nullable=False)
        return
    values = ", ".join(f"'{value}'" for value in new)
    op.execute("ALTER TABLE reminder_step DROP CONSTRAINT ck_reminder_step_stepkind")
    op.execute(f"ALTER TABLE reminder_step ADD CONSTRAINT ck_reminder_step_stepkind CHECK (kind IN ({values}))")


def upgrade():
    _allow(BEFORE, AFTER)


def downgrade():
    op.execute("DELETE FROM reminder_step WHERE kind = 'validation'")
    _allow(AFTER, BEFORE)
