"""papers: what people ask for as files, and where the making stands

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
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "making",
                "ready",
                "failed",
                name="paperstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("doing", sa.String(length=300), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=64), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("storage_name", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=300), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_id", sa.String(length=16), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(state = 'making') = (lease IS NOT NULL)", name=op.f("ck_paper_lease_while_making")),
        sa.CheckConstraint("(state = 'ready') = (storage_name IS NOT NULL)", name=op.f("ck_paper_ready_has_a_file")),
        sa.CheckConstraint("(storage_name IS NULL) = (sha256 IS NULL)", name=op.f("ck_paper_file_has_a_hash")),
        sa.CheckConstraint("(state = 'failed') = (error <> '')", name=op.f("ck_paper_failed_says_why")),
        sa.CheckConstraint(
            "state NOT IN ('ready', 'failed') OR finished_at IS NOT NULL", name=op.f("ck_paper_finished_has_a_time")
        ),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_paper_done_within_total")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_paper_attempts_not_negative")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_paper_party_id_party")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_paper_round_id_round")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_paper_requested_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    unmade = sa.text("state IN ('asked', 'making')")
    op.create_index("ix_paper_unmade", "paper", ["next_attempt_at", "id"], sqlite_where=unmade, postgresql_where=unmade)
    op.create_index(
        "uq_paper_unmade",
        "paper",
        ["requested_by_id", "key"],
        unique=True,
        sqlite_where=unmade,
        postgresql_where=unmade,
    )
    op.create_index("ix_paper_key", "paper", ["key"])
    op.create_index("ix_paper_party_id_kind", "paper", ["party_id", "kind"])
    op.create_index("ix_paper_requested_by_id", "paper", ["requested_by_id"])
    op.create_index("ix_paper_round_id", "paper", ["round_id"])
    op.create_table(
        "paper_source",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("storage_name", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_source_paper_id_paper")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_source")),
    )


def downgrade():
    op.drop_table("paper_source")
    op.drop_table("paper")
