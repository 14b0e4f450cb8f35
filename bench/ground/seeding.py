"""Many cases, quickly: one real submission is taken as the mould, and its rows are cast N times by the database.

Everything that a submission leaves behind comes along (party, keys, draft, answers, papers, steps, audit, outbox,
messages), with ids of its own, spread over three years; nine of ten are closed. What is sealed is copied as it
is: as long as the real thing, opened by nobody.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models

SPREAD = dt.timedelta(days=3 * 365)
CHUNK = 50_000
# A trigger writes these beside the rows they tell of. A PostgreSQL replica fires none: there they are cast too.
_BY_TRIGGER = {"audit.Waiting"}
Ids = dict[uuid.UUID, str]  # an id of the mould -> the first 24 digits of its copies


def tables() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model.__module__.startswith("madoguchi.")]


def ids_of(model: type[models.Model]) -> set[Any]:
    return set(model._base_manager.values_list("pk", flat=True))


def mould(make: Callable[[], Any]) -> list[models.Model]:
    """The rows that `make` leaves behind, parents first."""
    before = {model: ids_of(model) for model in tables()}
    make()
    rows: list[models.Model] = []
    for model in tables():
        rows += [model._base_manager.get(pk=pk) for pk in ids_of(model) - before[model]]
    return [row for row in rows if isinstance(row.pk, uuid.UUID)]


def cast(rows: list[models.Model], first: int, last: int) -> None:
    """Rows first+1 … last of every kind in the mould, by INSERT … SELECT."""
    # Ids made in the same millisecond differ only at their end, where the copies have their number.
    own = {row.pk: f"{row.pk.hex[:20]}{place:04x}" for place, row in enumerate(rows)}
    step = SPREAD / max(last, 1)
    with connection.cursor() as cursor:
        _fast(cursor)
        for begin in range(first, last, CHUNK):
            end = min(begin + CHUNK, last)
            for row in rows:
                if row._meta.label in _BY_TRIGGER and connection.vendor == "sqlite":
                    continue
                cursor.execute(*_insert(row, own, step, begin + 1, end))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fast(cursor: Any) -> None:
    if connection.vendor == "sqlite":
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
    else:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")


def _insert(row: models.Model, own: Ids, step: dt.timedelta, begin: int, end: int) -> tuple[str, list[Any]]:
    columns, expressions, values = [], [], []
    for field in row._meta.concrete_fields:
        expression, given = _expression(row, field, own, step)
        columns.append(connection.ops.quote_name(field.column))
        expressions.append(expression)
        values += given
    table = connection.ops.quote_name(row._meta.db_table)
    if connection.vendor == "sqlite":
        series = "WITH RECURSIVE s(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM s WHERE i < %s)"
        sql = f"INSERT INTO {table} ({', '.join(columns)}) {series} SELECT {', '.join(expressions)} FROM s"
        return sql, [begin, end, *values]
    series = "generate_series(%s::int, %s::int) AS s(i)"
    sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(expressions)} FROM {series}"
    return sql, [*values, begin, end]


def _expression(row: models.Model, field: Any, own: Ids, step: dt.timedelta) -> tuple[str, list[Any]]:
    value = getattr(row, field.attname)
    is_sqlite = connection.vendor == "sqlite"
    if isinstance(value, uuid.UUID) and value in own:
        if is_sqlite:
            return "%s || printf('%%08x', i)", [own[value]]
        return "(%s || lpad(to_hex(i), 8, '0'))::uuid", [own[value]]
    if row._meta.label == "procedures.Case":
        special = _of_case(field, value, is_sqlite)
        if special is not None:
            return special
    raw = field.get_db_prep_save(value, connection)
    cast_to = "" if is_sqlite else f"::{field.db_type(connection)}"
    if isinstance(value, str) and (field.unique or field.name == _told_apart_by(row, own)):
        return _varied(value, own, is_sqlite)
    if isinstance(field, models.DateTimeField) and value is not None and row._meta.label != "jobs.Job":
        seconds = step.total_seconds()
        if is_sqlite:
            return "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %s, '-' || (i * %s) || ' seconds')", [raw, seconds]
        return "%s::timestamptz - i * %s * interval '1 second'", [value, seconds]
    if isinstance(value, str) and _holds(value, own):
        return _varied(value, own, is_sqlite)
    return f"%s{cast_to}", [raw]


def _of_case(field: Any, value: Any, is_sqlite: bool) -> tuple[str, list[Any]] | None:
    if field.name == "receipt":
        number = "printf('%%07d', i)" if is_sqlite else "lpad(i::text, 7, '0')"
        return f"'9901-' || {number} || '-0'", []
    if field.name == "state":
        return "CASE WHEN i %% 10 = 0 THEN %s ELSE 'granted' END", [value]
    if field.name == "closed_at":
        now = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')" if is_sqlite else "now()"
        return f"CASE WHEN i %% 10 = 0 THEN NULL ELSE {now} END", []
    return None


def _told_apart_by(row: models.Model, own: Ids) -> str:
    """The text that must differ where nothing else in a unique constraint does: an account's login."""
    for constraint in row._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        names = [
            *constraint.fields,
            *(one.name for one in constraint.expressions if isinstance(one, models.F)),
        ]
        values = {name: getattr(row, row._meta.get_field(name).attname) for name in names}
        if any(isinstance(one, uuid.UUID) and one in own for one in values.values()):
            continue
        if any(isinstance(one, str) and _holds(one, own) for one in values.values()):
            continue
        texts = [name for name, one in values.items() if isinstance(one, str)]
        return texts[-1] if texts else ""
    return ""


def _holds(value: str, own: Ids) -> bool:
    return any(str(one) in value or one.hex in value for one in own)


def _varied(value: str, own: Ids, is_sqlite: bool) -> tuple[str, list[Any]]:
    """A text in which ids of the mould become those of the copy; one without any gets a number at its end."""
    number = "printf('%%08x', i)" if is_sqlite else "lpad(to_hex(i), 8, '0')"
    cast_to = "" if is_sqlite else "::text"
    inside = {str(one): _dashed(head) for one, head in own.items() if str(one) in value}
    inside |= {one.hex: head for one, head in own.items() if one.hex in value}
    if not inside:
        return f"%s{cast_to} || {number}", [value[:40]]
    expression, given = f"%s{cast_to}", [value]
    for text, head in inside.items():
        expression = f"replace({expression}, %s{cast_to}, %s{cast_to} || {number})"
        given += [text, head]
    return expression, given


def _dashed(head: str) -> str:
    return "-".join((head[:8], head[8:12], head[12:16], head[16:20], head[20:]))
