"""frozen rows: the audit log and revisions are only ever added to

Revision ID: 0002
Revises: 0001

"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Redaction may blank the readable part, once, and say when and why; all else of a row stays as it is.
AUDIT_FIXED = (
    "seq",
    "at",
    "means",
    "actor_id",
    "on_behalf_of_id",
    "act",
    "subject_type",
    "subject_id",
    "party_id",
    "origin",
    "request_id",
    "salt",
    "content_digest",
    "previous_hash",
    "hash",
)
REVISION_FIXED = (
    "id",
    "item_id",
    "round_id",
    "number",
    "commitment_version",
    "author_id",
    "submitted_by_id",
    "submitted_at",
    "is_late",
    "unchanged_from_id",
    "sha256",
    "status",
    "is_restricted",
    "needs_help",
    "help_kind",
    "can_share",
    "share_kind",
    "cleared_on",
    "target_on",
)
# In a revision, texts may only become empty.
REVISION_TEXTS = (
    "narrative",
    "obstacles",
    "next_steps",
    "reason",
    "help_text",
    "share_text",
    "cleared_by_name",
    "cleared_by_function",
    "lead_institution",
)


def _changed(columns, is_sqlite):
    test = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    return " OR ".join(f"NEW.{column} {test} OLD.{column}" for column in columns)


def _forbidden(table, is_sqlite):
    if table == "audit_event":
        return f"({_changed(AUDIT_FIXED, is_sqlite)}) OR NEW.content IS NOT NULL OR NEW.redacted_at IS NULL"
    test = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    texts = " OR ".join(f"(NEW.{c} {test} OLD.{c} AND NEW.{c} <> '')" for c in REVISION_TEXTS)
    return f"({_changed(REVISION_FIXED, is_sqlite)}) OR {texts} OR NEW.redacted_at IS NULL"


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        for table in ("audit_event", "revision"):
            op.execute(
                f"CREATE TRIGGER {table}_keeps_rows BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never deleted'); END"
            )
            op.execute(
                f"CREATE TRIGGER {table}_keeps_values BEFORE UPDATE ON {table} WHEN {_forbidden(table, True)} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% rows are never changed or deleted', TG_TABLE_NAME; END $$"
    )
    for table in ("audit_event", "revision"):
        op.execute(
            f"CREATE TRIGGER {table}_keeps_rows BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keeps_table BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keeps_values BEFORE UPDATE ON {table} "
            f"FOR EACH ROW WHEN ({_forbidden(table, False)}) EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("audit_event", "revision"):
        for name in ("rows", "values", *(() if is_sqlite else ("table",))):
            on = "" if is_sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER {table}_keeps_{name}{on}")
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_change()")
