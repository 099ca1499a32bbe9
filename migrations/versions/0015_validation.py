"""validation: requests for a second pair of eyes within a party

Revision ID: 0015
Revises: 0014

"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _enum(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    asked = sa.text("state = 'asked'")
    op.create_table(
        "validation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("validationkind", "draft", "no_change"), nullable=False),
        sa.Column("state", _enum("validationstate", "asked", "validated", "sent_back", "lapsed"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("repeats_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('validated', 'sent_back') OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)",
            name=op.f("ck_validation_another_person_decides"),
        ),
        sa.CheckConstraint(
            "(kind = 'no_change') = (repeats_id IS NOT NULL)", name=op.f("ck_validation_no_change_names_the_answer")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["progress_update.id"], name=op.f("fk_validation_update_id_progress_update")
        ),
        sa.ForeignKeyConstraint(["repeats_id"], ["revision.id"], name=op.f("fk_validation_repeats_id_revision")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_validation_asked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_validation_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_validation_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validation")),
    )
    op.create_index("ix_validation_update_id", "validation", ["update_id"])
    op.create_index("ix_validation_revision_id", "validation", ["revision_id"])
    op.create_index(
        "uq_validation_asked", "validation", ["update_id"], unique=True, sqlite_where=asked, postgresql_where=asked
    )


def downgrade():
    op.drop_table("validation")
