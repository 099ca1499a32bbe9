"""not signed in: acts that nobody signed in for are told from those of commands

Revision ID: 0022
Revises: 0021

"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = ("session", "one_round_link", "api_token", "job", "command")
AFTER = (*BEFORE, "anonymous")


def _means(values):
    return sa.Enum(*values, name="means", native_enum=False, create_constraint=True, length=32)


def _allow(old, new):
    if op.get_bind().dialect.name == "sqlite":
        # The table is copied, which loses its triggers.
        triggers = (
            op.get_bind()
            .execute(
                sa.text(
                    "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event' ORDER BY name"
                )
            )
            .scalars()
            .all()
        )
        with op.batch_alter_table("audit_event") as batch_op:
            batch_op.alter_column("means", existing_type=_means(old), type_=_means(new), existing_nullable=False)
        for trigger in triggers:
            op.execute(sa.text(trigger.replace(":", "\\:")))
        return
    values = ", ".join(f"'{value}'" for value in new)
    op.execute("ALTER TABLE audit_event DROP CONSTRAINT ck_audit_event_means")
    op.execute(f"ALTER TABLE audit_event ADD CONSTRAINT ck_audit_event_means CHECK (means IN ({values}))")


def upgrade():
    _allow(BEFORE, AFTER)


def downgrade():
    found = op.get_bind().scalar(sa.text("SELECT count(*) FROM audit_event WHERE means = 'anonymous'"))
    if found:  # the hashes cover the means, and entries of the log are never changed or deleted
        raise RuntimeError(f"{found} entries of the log say 'anonymous': restore a backup of the older version instead")
    _allow(AFTER, BEFORE)
