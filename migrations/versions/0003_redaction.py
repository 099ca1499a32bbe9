"""redaction: requests to blank a text; what was redacted stays as it is

Revision ID: 0003
Revises: 0002

"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AUDIT_FIXED = (
    "seq", "at", "means", "actor_id", "on_behalf_of_id", "act", "subject_type", "subject_id", "party_id", "origin",
    "request_id", "salt", "content_digest", "previous_hash", "hash",
)  # fmt: skip
REVISION_FIXED = (
    "id", "item_id", "round_id", "number", "commitment_version", "author_id", "submitted_by_id", "submitted_at",
    "is_late", "unchanged_from_id", "sha256", "status", "is_restricted", "needs_help", "help_kind", "can_share",
    "share_kind", "cleared_on", "target_on",
)  # fmt: skip
REVISION_TEXTS = (
    "narrative", "obstacles", "next_steps", "reason", "help_text", "share_text", "cleared_by_name",
    "cleared_by_function", "lead_institution",
)  # fmt: skip


def _forbidden(table, is_sqlite, once):
    """Return when a change of a frozen row is refused; ``once``: also whenever the row was redacted before."""
    test = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    fixed = AUDIT_FIXED if table == "audit_event" else REVISION_FIXED
    parts = [f"NEW.{column} {test} OLD.{column}" for column in fixed] + ["NEW.redacted_at IS NULL"]
    if table == "audit_event":
        parts.append("NEW.content IS NOT NULL")
    else:
        parts += [f"(NEW.{c} {test} OLD.{c} AND NEW.{c} <> '')" for c in REVISION_TEXTS]
        if once:  # the steps may become an empty list, and nothing else
            new, old = ("NEW.steps", "OLD.steps") if is_sqlite else ("NEW.steps::text", "OLD.steps::text")
            parts.append(f"({new} {test} {old} AND {new} <> '[]')")
    if once:
        parts.append("OLD.redacted_at IS NOT NULL")
    return " OR ".join(parts)


def _guard(once):
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("audit_event", "revision"):
        condition = _forbidden(table, is_sqlite, once)
        if is_sqlite:
            op.execute(f"DROP TRIGGER {table}_keeps_values")
            op.execute(
                f"CREATE TRIGGER {table}_keeps_values BEFORE UPDATE ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )
        else:
            op.execute(f"DROP TRIGGER {table}_keeps_values ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_keeps_values BEFORE UPDATE ON {table} "
                f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse_change()"
            )


def upgrade():
    stands = sa.text("state IN ('asked', 'done')")
    op.create_table(
        "redaction_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("with_draft", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "done",
                "declined",
                "withdrawn",
                name="redactionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(event_seq IS NULL) <> (revision_id IS NULL)", name=op.f("ck_redaction_request_one_subject")
        ),
        sa.CheckConstraint(
            "NOT with_draft OR revision_id IS NOT NULL", name=op.f("ck_redaction_request_draft_goes_with_revision")
        ),
        sa.CheckConstraint(
            "state NOT IN ('done', 'declined') OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)",
            name=op.f("ck_redaction_request_second_officer_decides"),
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_redaction_request_decided_has_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["audit_event.seq"], name=op.f("fk_redaction_request_event_seq_audit_event")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_redaction_request_revision_id_revision")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_redaction_request_asked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_redaction_request_decided_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_request")),
    )
    for name in ("event", "revision"):
        column = "event_seq" if name == "event" else "revision_id"
        op.create_index(
            f"uq_redaction_request_{name}",
            "redaction_request",
            [column],
            unique=True,
            sqlite_where=stands,
            postgresql_where=stands,
        )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_request_id", "audit_event", ["request_id"])
    _guard(once=True)


def downgrade():
    _guard(once=False)
    op.drop_index("ix_audit_event_request_id", "audit_event")
    op.drop_index("ix_audit_event_at", "audit_event")
    op.drop_table("redaction_request")
