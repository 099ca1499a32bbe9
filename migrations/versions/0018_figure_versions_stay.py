"""figure versions stay: entries of figures are only ever added; a note or source may be blanked

Revision ID: 0018
Revises: 0017

"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FIXED = ("id", "figure_id", "number", "kind", "value", "text", "currency", "entered_by_id", "entered_at")
#: Texts may only become empty, as a redaction leaves them.
TEXTS = ("source", "note")


def _forbidden(is_sqlite):
    test = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    fixed = " OR ".join(f"NEW.{column} {test} OLD.{column}" for column in FIXED)
    texts = " OR ".join(f"(NEW.{column} {test} OLD.{column} AND NEW.{column} <> '')" for column in TEXTS)
    return f"({fixed}) OR {texts}"


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER figure_version_keeps_rows BEFORE DELETE ON figure_version "
            "BEGIN SELECT RAISE(ABORT, 'figure_version rows are never deleted'); END"
        )
        op.execute(
            f"CREATE TRIGGER figure_version_keeps_values BEFORE UPDATE ON figure_version WHEN {_forbidden(True)} "
            "BEGIN SELECT RAISE(ABORT, 'figure_version rows are never changed'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER figure_version_keeps_rows BEFORE DELETE ON figure_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER figure_version_keeps_table BEFORE TRUNCATE ON figure_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER figure_version_keeps_values BEFORE UPDATE ON figure_version "
        f"FOR EACH ROW WHEN ({_forbidden(False)}) EXECUTE FUNCTION refuse_change()"
    )


def downgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("rows", "values", *(() if is_sqlite else ("table",))):
        on = "" if is_sqlite else " ON figure_version"
        op.execute(f"DROP TRIGGER figure_version_keeps_{name}{on}")
