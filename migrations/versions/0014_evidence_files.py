"""evidence versions: one row a file, and redaction of them

Revision ID: 0014
Revises: 0013

"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LINK_OR_FILE = "(url IS NULL) <> (storage_name IS NULL)"
OR_REDACTED = f"CASE WHEN redacted_at IS NULL THEN {LINK_OR_FILE} ELSE url IS NULL AND storage_name IS NULL END"
OLD_SUBJECT = "(event_seq IS NULL) <> (revision_id IS NULL)"
NEW_SUBJECT = (
    "(CASE WHEN event_seq IS NULL THEN 0 ELSE 1 END) + (CASE WHEN revision_id IS NULL THEN 0 ELSE 1 END) "
    "+ (CASE WHEN evidence_version_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def upgrade():
    with op.batch_alter_table("evidence_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("redaction_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.drop_constraint(op.f("ck_evidence_version_link_or_file"), type_="check")
        batch_op.create_check_constraint(op.f("ck_evidence_version_link_or_file"), OR_REDACTED)
        batch_op.create_unique_constraint(op.f("uq_evidence_version_storage_name"), ["storage_name"])
    with op.batch_alter_table("evidence_version", schema=None) as batch_op:
        batch_op.alter_column("redaction_reason", server_default=None)
    with op.batch_alter_table("redaction_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("evidence_version_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_redaction_request_evidence_version_id_evidence_version"),
            "evidence_version",
            ["evidence_version_id"],
            ["id"],
        )
        batch_op.drop_constraint(op.f("ck_redaction_request_one_subject"), type_="check")
        batch_op.create_check_constraint(op.f("ck_redaction_request_one_subject"), NEW_SUBJECT)
    stands = sa.text("state IN ('asked', 'done')")
    op.create_index(
        "uq_redaction_request_evidence_version",
        "redaction_request",
        ["evidence_version_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def downgrade():
    op.drop_index("uq_redaction_request_evidence_version", table_name="redaction_request")
    op.execute("DELETE FROM redaction_request WHERE evidence_version_id IS NOT NULL")
    with op.batch_alter_table("redaction_request", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_redaction_request_one_subject"), type_="check")
        batch_op.create_check_constraint(op.f("ck_redaction_request_one_subject"), OLD_SUBJECT)
        batch_op.drop_constraint(op.f("fk_redaction_request_evidence_version_id_evidence_version"), type_="foreignkey")
        batch_op.drop_column("evidence_version_id")
    # What is gone is gone: a redacted version becomes a link to nowhere, as the older schema wants one.
    op.execute("UPDATE evidence_version SET url = '' WHERE redacted_at IS NOT NULL")
    with op.batch_alter_table("evidence_version", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_evidence_version_storage_name"), type_="unique")
        batch_op.drop_constraint(op.f("ck_evidence_version_link_or_file"), type_="check")
        batch_op.create_check_constraint(op.f("ck_evidence_version_link_or_file"), LINK_OR_FILE)
        batch_op.drop_column("redaction_reason")
        batch_op.drop_column("redacted_at")
