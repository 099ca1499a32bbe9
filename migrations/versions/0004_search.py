"""search: folded texts, with the index of each engine over them

Revision ID: 0004
Revises: 0003

"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = ("commitment", "answer", "instrument", "meeting", "decision")


def upgrade():
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="searchkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE INDEX ix_search_entry_text ON search_entry USING gin "
            "((setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'B')))"
        )
        return
    # The text is folded already: the tokenizer has nothing left to do but to part the words.
    op.execute(
        "CREATE VIRTUAL TABLE search_text USING fts5("
        "title, body, content='search_entry', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
    )
    gone = "INSERT INTO search_text (search_text, rowid, title, body) VALUES ('delete', OLD.id, OLD.title, OLD.body);"
    come = "INSERT INTO search_text (rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body);"
    op.execute(f"CREATE TRIGGER search_entry_comes AFTER INSERT ON search_entry BEGIN {come} END")
    op.execute(f"CREATE TRIGGER search_entry_goes AFTER DELETE ON search_entry BEGIN {gone} END")
    op.execute(f"CREATE TRIGGER search_entry_changes AFTER UPDATE ON search_entry BEGIN {gone} {come} END")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text")
    op.drop_table("search_entry")
