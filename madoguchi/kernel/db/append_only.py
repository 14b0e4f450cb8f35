"""Tables that are only ever added to: guards the database itself keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations


def only_added(table: str) -> migrations.RunPython:
    """A migration's operation after which the database itself refuses to change or take away rows of `table`.

    There is no switch to pass it by, so that no bug and no hurried `UPDATE` on a console rewrites a record.
    On SQLite Django alters some columns by building the table anew, which drops its triggers: such a
    migration repeats this operation (each table's own test tells). TRUNCATE on PostgreSQL needs the
    owner's right, which the role that serves people should not have.
    """
    made = {"sqlite": _SQLITE_GUARDS, "postgresql": _POSTGRESQL_GUARDS}
    unmade = {
        "sqlite": ("DROP TRIGGER {table}_is_not_changed", "DROP TRIGGER {table}_is_not_taken_away"),
        "postgresql": ('DROP TRIGGER {table}_is_only_added ON "{table}"',),
    }

    def run(statements: dict[str, tuple[str, ...]]) -> Callable[[Any, Any], None]:
        def operation(_apps: Any, editor: Any) -> None:
            for statement in statements[editor.connection.vendor]:
                editor.execute(statement.format(table=table), params=None)

        return operation

    return migrations.RunPython(run(made), run(unmade))


_SQLITE_GUARDS = tuple(
    f"""CREATE TRIGGER {{table}}_is_not_{done} BEFORE {verb} ON "{{table}}"
    BEGIN SELECT RAISE(ABORT, '{{table}} is only ever added to'); END"""
    for verb, done in (("UPDATE", "changed"), ("DELETE", "taken_away"))
)
_POSTGRESQL_GUARDS = (
    """CREATE OR REPLACE FUNCTION is_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    """CREATE TRIGGER {table}_is_only_added BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION is_only_added()""",
)


def only_added_but_practice(table: str) -> migrations.RunPython:
    """As `only_added`, but rows that were born in practice may be taken away whole.

    The table has a boolean `practice`. No row is ever changed, so none becomes practice later.
    """
    made = {"sqlite": _SQLITE_PRACTICE, "postgresql": _POSTGRESQL_PRACTICE}

    def operation(_apps: Any, editor: Any) -> None:
        for statement in made[editor.connection.vendor]:
            editor.execute(statement.format(table=table), params=None)

    return migrations.RunPython(operation, migrations.RunPython.noop)


_SQLITE_PRACTICE = (
    # Django builds a table anew when it adds a column, and the triggers are gone with the old one: or they are not.
    "DROP TRIGGER IF EXISTS {table}_is_not_changed",
    "DROP TRIGGER IF EXISTS {table}_is_not_taken_away",
    _SQLITE_GUARDS[0],
    _SQLITE_GUARDS[1].replace('ON "{table}"', 'ON "{table}" WHEN NOT OLD.practice'),
)
_POSTGRESQL_PRACTICE = (
    """CREATE OR REPLACE FUNCTION is_only_added_but_practice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.practice THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    'DROP TRIGGER IF EXISTS {table}_is_only_added ON "{table}"',
    """CREATE TRIGGER {table}_is_only_added BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION is_only_added_but_practice()""",
)


def only_added_but_erased(
    table: str, *, blank: dict[str, str], same: list[str], when: str, practice: bool = True
) -> migrations.RunPython:
    """As `only_added_but_practice`, but what a row says may be blanked once its data key is destroyed.

    Of a table that knows no practice (`practice=False`) no row is ever taken away.

    `blank` maps the columns that may go to their kind ("json" or "bytes"), `same` are all others, and `when` is a
    condition over OLD that is true when nothing could read the row any more: nobody rewrites a record with it.
    """
    empty = {
        "sqlite": {"json": "NEW.{0} = '{{}}'", "bytes": "length(NEW.{0}) = 0"},
        "postgresql": {"json": "NEW.{0} = '{{}}'::jsonb", "bytes": "length(NEW.{0}) = 0"},
    }

    def operation(_apps: Any, editor: Any) -> None:
        vendor = editor.connection.vendor
        stays = "IS" if vendor == "sqlite" else "IS NOT DISTINCT FROM"
        never = "0" if vendor == "sqlite" else "false"
        erased = " AND ".join(
            [
                *(empty[vendor][kind].format(column) for column, kind in blank.items()),
                *(f"NEW.{column} {stays} OLD.{column}" for column in same),
                f"({when})",
            ]
        )
        for statement in _SQLITE_ERASED if vendor == "sqlite" else _POSTGRESQL_ERASED:
            said = statement.replace("{table}", table).replace("{erased}", erased)
            editor.execute(said if practice else said.replace("OLD.practice", never), params=None)

    return migrations.RunPython(operation, migrations.RunPython.noop)


_SQLITE_ERASED = (
    "DROP TRIGGER IF EXISTS {table}_is_not_changed",
    "DROP TRIGGER IF EXISTS {table}_is_not_taken_away",
    _SQLITE_GUARDS[0].replace('ON "{table}"', 'ON "{table}" WHEN NOT ({erased})'),
    _SQLITE_GUARDS[1].replace('ON "{table}"', 'ON "{table}" WHEN NOT OLD.practice'),
)
_POSTGRESQL_ERASED = (
    """CREATE OR REPLACE FUNCTION {table}_is_only_added_but_erased() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.practice THEN
                RETURN OLD;
            END IF;
        ELSIF {erased} THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    'DROP TRIGGER IF EXISTS {table}_is_only_added ON "{table}"',
    """CREATE TRIGGER {table}_is_only_added BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION {table}_is_only_added_but_erased()""",
)
