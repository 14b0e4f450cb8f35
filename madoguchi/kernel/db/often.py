"""What is asked and written a thousand times a minute: SQL put together once, planned once, sent together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators

from .gate import held

R = TypeVar("R")
M = TypeVar("M", bound=models.Model)


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


def rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """What one question that is asked often finds."""
    with _planned() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


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
    waiting = getattr(held, "gathered", None)
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
    held.gathered = rows
    try:
        yield
    finally:
        held.gathered = None
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
