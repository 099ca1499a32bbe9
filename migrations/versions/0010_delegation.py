"""delegation: when an assignment was given; links for one round and the sign-ins that they open

Revision ID: 0010
Revises: 0009

"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE assignment SET given_at = created_at")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.alter_column("given_at", existing_type=sa.DateTime(timezone=True), nullable=False)

    op.execute("DELETE FROM account_link WHERE purpose = 'one_round'")  # none was ever made
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("party_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_account_link_party_id_party"), "party", ["party_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_account_link_one_round_names_round_and_party"),
            "(purpose = 'one_round') = (round_id IS NOT NULL AND party_id IS NOT NULL)",
        )
    stands = sa.text("purpose = 'one_round' AND revoked_at IS NULL")
    op.create_index(
        "uq_account_link_one_round",
        "account_link",
        ["person_id", "round_id", "party_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_sign_in_link_id_account_link"), "account_link", ["link_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_sign_in_link_id"), ["link_id"], unique=False)


def downgrade():
    op.execute("DELETE FROM sign_in WHERE link_id IS NOT NULL")  # without the link, they would be full sign-ins
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_id"))
        batch_op.drop_constraint(op.f("fk_sign_in_link_id_account_link"), type_="foreignkey")
        batch_op.drop_column("link_id")

    op.drop_index("uq_account_link_one_round", "account_link")
    op.execute("DELETE FROM account_link WHERE purpose = 'one_round'")
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_account_link_one_round_names_round_and_party"), type_="check")
        batch_op.drop_constraint(op.f("fk_account_link_party_id_party"), type_="foreignkey")
        batch_op.drop_column("party_id")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("given_at")
