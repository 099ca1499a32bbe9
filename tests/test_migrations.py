"""The migrations make exactly the tables that the models describe, and can be undone."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from config import Config
from tracker import create_app
from tracker.core.database import Model, db, include_name


def test_migrations_match_the_models() -> None:
    context = MigrationContext.configure(
        db.session.connection(), opts={"compare_type": True, "include_name": include_name}
    )
    assert compare_metadata(context, Model.metadata) == []


def test_checks_match_the_models() -> None:
    """Alembic compares no CHECK constraints, so this does; PostgreSQL rewrites their text, so names are compared."""
    connection = db.session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    as_ddl = {"literal_binds": True, "include_table": False}
    for table in Model.metadata.sorted_tables:
        in_models = {
            str(check.name): str(check.sqltext.compile(connection, compile_kwargs=as_ddl))
            for check in table.constraints
            if isinstance(check, sa.CheckConstraint)
        }
        in_database = {str(c["name"]): c["sqltext"] for c in sa.inspect(connection).get_check_constraints(table.name)}
        assert set(in_database) == {name[:63] for name in in_models}
        if is_sqlite:
            assert in_database == in_models


def test_migrations_can_be_undone(new_database: Callable[[], str], make_config: Callable[..., Config]) -> None:
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=new_database()))
    with app.app_context():
        upgrade()
        downgrade(revision="base")
        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
        upgrade()
        db.engine.dispose()


@pytest.mark.parametrize("table", ["audit_event", "figure_version", "revision"])
def test_frozen_tables_have_their_triggers(table: str) -> None:
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        query = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        expected = {f"{table}_keeps_rows", f"{table}_keeps_values"}
    else:
        query = sa.text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal")
        expected = {f"{table}_keeps_rows", f"{table}_keeps_values", f"{table}_keeps_table"}

    assert set(connection.scalars(query, {"table": table})) == expected
