"""second factor: since when, passkeys, recovery codes, what was shown at a sign-in

Revision ID: 0008
Revises: 0007

"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FACTOR = ("code", "recovery_code", "passkey")


def upgrade():
    # These two were never written: recovery codes have a table, and which factor is used is seen from the rows.
    op.drop_column("user_account", "tf_primary_method")
    op.drop_column("user_account", "mf_recovery_codes")
    op.add_column("user_account", sa.Column("second_factor_since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(
            sa.Column(
                "factor",
                sa.Enum(*FACTOR, name="factor", native_enum=False, create_constraint=True, length=32),
                nullable=True,
            )
        )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("credential_hash", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["user_account.id"], name=op.f("fk_passkey_person_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_passkey_credential_hash")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_recovery_code_person_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "digest", name=op.f("uq_recovery_code_person_id_digest")),
    )


def downgrade():
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_passkey_person_id"), "passkey")
    op.drop_table("passkey")
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_constraint(op.f("ck_sign_in_factor"), type_="check")
        batch.drop_column("factor")
    op.drop_column("user_account", "second_factor_since")
    with op.batch_alter_table("user_account") as batch:
        batch.add_column(sa.Column("tf_primary_method", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("mf_recovery_codes", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("user_account") as batch:
        batch.alter_column("mf_recovery_codes", server_default=None)
