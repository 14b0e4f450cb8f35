"""The write gate: how anything in the city is changed, on either database."""

from __future__ import annotations

import fcntl
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar, overload

from django.db import OperationalError, connection, migrations, models, transaction
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

ATTEMPTS = 5
_RETRIED_STATES = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_held = threading.local()


@overload
def writes(verb: Callable[P, R]) -> Callable[P, R]: ...
@overload
def writes() -> Any: ...
def writes(verb: Callable[P, R] | None = None) -> Any:
    """One transaction for one verb: a decorator, or `with writes():`.

    Re-entrant: inside an open gate it is a savepoint of the outer transaction, so that a caller may catch a
    refusal and what the refused verb had begun is undone. On SQLite a fair lock between processes is taken
    before BEGIN IMMEDIATE, because SQLite's own busy handler is unfair (p95 361–606 ms against
    76–87 ms with 16 writers). On PostgreSQL the decorated form is run again, up to five times, when the
    server reports a serialisation failure or a deadlock; the `with` form cannot be run again.
    """
    if verb is None:
        return _gate()

    @functools.wraps(verb)
    def gated(*args: P.args, **kwargs: P.kwargs) -> R:
        if _is_open():
            with transaction.atomic():
                return verb(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with _gate():
                    return verb(*args, **kwargs)
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state not in _RETRIED_STATES or attempt == ATTEMPTS:
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    return gated


@contextmanager
def stands_alone() -> Iterator[None]:
    """A gate of its own: what is written inside is committed when the block ends.

    Raises RuntimeError inside anybody else's transaction, which could still be undone. (A test's wrapping
    transaction is let through: Django marks it, and `durable` knows the mark.)
    """
    if _is_open():
        raise RuntimeError("this must be committed by itself, not inside another verb's transaction")
    with _gate(durable=True):
        yield


@contextmanager
def _gate(*, durable: bool = False) -> Iterator[None]:
    if _is_open():
        with transaction.atomic():
            yield
        return
    with _turn():
        _held.open = True
        try:
            with transaction.atomic(durable=durable):
                yield
        finally:
            _held.open = False


def _is_open() -> bool:
    return getattr(_held, "open", False)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for our turn among all processes that write this SQLite file."""
    path = _lock_path()
    if path is None or connection.in_atomic_block:
        # PostgreSQL, an in-memory database, or a test's own transaction: nothing to queue for.
        yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # releases the lock, also when the process is killed


def _lock_path() -> Path | None:
    if connection.vendor != "sqlite":
        return None
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        return None
    return Path(name + ".gate")


@contextmanager
def within() -> Iterator[None]:
    """Inside an open gate nothing more: a single statement needs no savepoint of its own. Otherwise a gate."""
    if _is_open():
        yield
        return
    with _gate():
        yield


@contextmanager
def alone() -> Iterator[None]:
    """For one statement that is its whole transaction: our turn on SQLite, and no BEGIN and COMMIT around it."""
    if _is_open():
        yield
        return
    with _turn():
        yield


# ------------------------------------------------------------------ asked a thousand times a minute


def _planned() -> Any:
    """A cursor whose statements PostgreSQL reads and plans once for each connection, not each time.

    Django's own cursor writes the values into the SQL, so that every statement is a new one: planning a question with a
    few joins takes PostgreSQL longer than answering it. `prepare_threshold` in the settings switches it on. Where
    queries are listed (a test counts them, somebody looks for a fault) it is Django's own: of these it knows the words.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    return connection._prepare_cursor(ServerBindingCursor(connection.connection))  # type: ignore[attr-defined, call-arg]


def done(sql: str, values: list[Any]) -> int:
    """Carry out one statement that is asked often; how many rows it touched."""
    with _planned() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def together(statements: list[tuple[str, list[Any]]]) -> list[int]:
    """Carry out several, in that order; how many rows each touched. On PostgreSQL in one journey there and back."""
    if connection.vendor != "postgresql":
        return [done(sql, values) for sql, values in statements]
    if not statements:
        return []
    cursors = [_planned() for _statement in statements]
    with connection.wrap_database_errors, connection.connection.pipeline():
        for cursor, (sql, values) in zip(cursors, statements, strict=True):
            cursor.execute(sql, values)
    return [int(cursor.rowcount) for cursor in cursors]


class Given(Expression):
    """A place in a prepared question that is filled in when it is asked."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Prepared(Generic[M]):
    """A question that is put together once and asked often: `PLACE = Prepared(lambda: Slot.objects.filter(pk=Given(…)))`.

    Most of what a short query costs is Django's turning it into SQL. Here that happens once for each kind of database;
    the queryset stays what one reads. A list or a relation to many is nothing for it.
    """

    def __init__(self, build: Callable[[], models.QuerySet[M]]) -> None:
        self.build = build
        self._made: dict[str, Any] = {}

    def first(self, **given: Any) -> M | None:
        """The first row, with its relations and annotations as the queryset says; or None."""
        made = self._made.get(connection.vendor) or self._prepare()
        sql, params, converters, compiler, populators = made
        filled = [
            one.output_field.get_db_prep_value(given[one.name], connection) if isinstance(one, Given) else one
            for one in params
        ]
        with _planned() as cursor:
            cursor.execute(sql, filled)
            row = cursor.fetchone()
        if row is None:
            return None
        if converters:
            row = next(iter(compiler.apply_converters([row], converters)))
        return self._as_object(row, compiler, populators)

    def _prepare(self) -> Any:
        compiler = self.build()[:1].query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select])
        populators = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]
        made = (sql, params, converters, compiler, populators)
        self._made[connection.vendor] = made
        return made

    def _as_object(self, row: Any, compiler: Any, populators: Any) -> M:
        own = compiler.klass_info["select_fields"]
        begins, ends = own[0], own[-1] + 1
        names = [one[0].target.attname for one in compiler.select[begins:ends]]
        found: M = compiler.klass_info["model"].from_db(connection.alias, names, row[begins:ends])
        for populate in populators:
            populate.populate(row, found)
        for name, place in (compiler.annotation_col_map or {}).items():
            setattr(found, name, row[place])
        return found


_inserts: dict[tuple[str, type[models.Model]], tuple[str, list[Any]]] = {}


def added(row: R) -> R:
    """INSERT one new row that brings its own key: `row.save(force_insert=True)` with the SQL put together once.

    Inside `gathered()` it is written at the end of that block.
    """
    sql, values = _insert(row)
    waiting = getattr(_held, "gathered", None)
    if waiting is None:
        done(sql, values)
    else:
        waiting.append((sql, values))
    row._state.adding, row._state.db = False, connection.alias  # type: ignore[attr-defined]
    return row


@contextmanager
def gathered() -> Iterator[None]:
    """What is `added` inside is written when the block ends, in that order: on PostgreSQL in one journey there and back.

    Nothing inside may ask for what was added.
    """
    rows: list[tuple[str, list[Any]]] = []
    _held.gathered = rows
    try:
        yield
    finally:
        _held.gathered = None
    together(rows)


def _insert(row: Any) -> tuple[str, list[Any]]:
    kept = _inserts.get((connection.vendor, type(row)))
    if kept is None:
        meta = row._meta
        quote = connection.ops.quote_name
        fields = list(meta.local_concrete_fields)
        names = ", ".join(quote(field.column) for field in fields)
        places = ", ".join(["%s"] * len(fields))
        kept = (f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({places})", fields)  # noqa: S608  names of our own tables
        _inserts[connection.vendor, type(row)] = kept
    sql, fields = kept
    return sql, [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]


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
