"""snapshots: the state of play frozen for a meeting; rows are only ever added

Revision ID: 0011
Revises: 0010

"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# A redaction blanks texts inside the content, and says when and why; all else of a row stays as it is.
FIXED = ("id", "number", "meeting_id", "circle", "taken_at", "taken_by_id", "sha256")


def upgrade():
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "circle",
            sa.Enum("shared", "secretariat", name="circle", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redaction_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_snapshot_number_from_one")),
        sa.CheckConstraint(
            "(redacted_at IS NULL) = (redaction_reason = '')", name=op.f("ck_snapshot_redaction_says_why")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_snapshot_meeting_id_meeting")),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user_account.id"], name=op.f("fk_snapshot_taken_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("number", name=op.f("uq_snapshot_number")),
    )
    with op.batch_alter_table("snapshot") as batch:
        batch.create_index(op.f("ix_snapshot_meeting_id"), ["meeting_id"], unique=False)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    test = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{column} {test} OLD.{column}" for column in FIXED)
    forbidden = f"({changed}) OR NEW.redacted_at IS NULL"
    if is_sqlite:
        op.execute(
            "CREATE TRIGGER snapshot_keeps_rows BEFORE DELETE ON snapshot "
            "BEGIN SELECT RAISE(ABORT, 'snapshot rows are never deleted'); END"
        )
        op.execute(
            f"CREATE TRIGGER snapshot_keeps_values BEFORE UPDATE ON snapshot WHEN {forbidden} "
            "BEGIN SELECT RAISE(ABORT, 'snapshot rows are never changed'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER snapshot_keeps_rows BEFORE DELETE ON snapshot FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER snapshot_keeps_table BEFORE TRUNCATE ON snapshot "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER snapshot_keeps_values BEFORE UPDATE ON snapshot "
        f"FOR EACH ROW WHEN ({forbidden}) EXECUTE FUNCTION refuse_change()"
    )


def downgrade():
    op.drop_table("snapshot")
