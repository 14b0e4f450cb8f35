"""What the database lets its role do, and whether the guards that stand in it still stand. Only SELECTs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ..places import ROOT
from .report import Line, ask, bad, good

SEE = "最小の権限（記録を消せる者を、仕事をする者と分ける）"
SEE_RECORD = "証跡の保全（足すだけで、直せない記録）"
_ONLY_ADDED = re.compile(r"only_added\((?:\"(?P<name>\w+)\"|TABLE)\)")
_TABLE = re.compile(r"^TABLE = \"(\w+)\"", re.MULTILINE)


def check() -> Iterator[Line]:
    yield migrated()
    yield guards()
    if connection.vendor == "sqlite":
        yield pragmas()
    else:
        yield role()
        yield encrypted()


def asked(question: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values or None)
        return list(cursor.fetchall())


def migrated() -> Line:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return bad(
            "migrations",
            "database",
            f"表が、まだ今の版になっていません（あと{len(missing)}個）。",
            "./mado migrate",
            see="変更の管理",
        )
    return good("migrations", "database", "表は、今の版のとおりです。", see="変更の管理")


def only_added_tables() -> set[str]:
    """As the migrations say; nobody keeps a second list."""
    found = set()
    for path in sorted((ROOT / "madoguchi").rglob("migrations/*.py")):
        text = path.read_text(encoding="utf-8")
        named = dict(enumerate(_TABLE.findall(text)))
        found |= {match["name"] or named.get(0, "") for match in _ONLY_ADDED.finditer(text)}
    return found - {""}


def guards() -> Line:
    """The triggers of kernel.db.only_added."""
    wanted = only_added_tables()
    if connection.vendor == "sqlite":
        there = {name for (name,) in asked("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        missing = {t for t in wanted if not {f"{t}_is_not_changed", f"{t}_is_not_taken_away"} <= there}
    else:
        question = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        there = {name for (name,) in asked(question)}
        missing = {t for t in wanted if f"{t}_is_only_added"[:63] not in there}
    if missing:
        return bad(
            "record_guards",
            "database",
            "足すだけの記録を守る見張り（trigger）が、外されています。",
            "だれが外したかを調べ、./mado audit verify を走らせてください。戻すには、その表の移行をやり直します。",
            see=SEE_RECORD,
            detail=sorted(missing),
        )
    return good(
        "record_guards",
        "database",
        f"足すだけの{len(wanted)}個の表で、見張り（trigger）が立っています。",
        see=SEE_RECORD,
    )


def pragmas() -> Line:
    wanted = {"foreign_keys": 1, "recursive_triggers": 1, "secure_delete": 1}
    off = [name for name, value in wanted.items() if asked(f"PRAGMA {name}")[0][0] != value]
    broken = asked("PRAGMA quick_check(1)")[0][0] != "ok" if _is_small() else False
    if off or broken:
        return bad(
            "sqlite",
            "database",
            "SQLite の守りが切れているか、ファイルがこわれています。",
            "設定を元に戻し、写しから戻すことを考えてください。",
            see=SEE,
            detail=[*off, *(["quick_check"] if broken else [])],
        )
    return good(
        "sqlite", "database", "SQLite の守り（つながり、消し残しの上書き、見張り）が入っています。", see=SEE
    )


def _is_small() -> bool:
    path = Path(str(connection.settings_dict["NAME"]))
    return path.exists() and path.stat().st_size < 500_000_000


def role() -> Line:
    """The role that serves people must not be able to take the guards down."""
    ((name, is_super),) = asked("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
    ((owned,),) = asked(
        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user"
    )
    may_empty = [
        table
        for table in sorted(only_added_tables())
        if asked("SELECT has_table_privilege(current_user, %s, 'TRUNCATE')", table)[0][0]
    ]
    if is_super or owned or may_empty:
        why = [
            *(["superuser"] if is_super else []),
            *([f"owns {owned} tables"] if owned else []),
            *([f"TRUNCATE: {', '.join(may_empty)}"] if may_empty else []),
        ]
        return bad(
            "database_role",
            "database",
            f"仕事をする役（{name}）が、記録の表を空にしたり、見張りを外したりできます。",
            "表の持ち主を別の役にし、仕事をする役には SELECT・INSERT・UPDATE・DELETE だけを渡してください（docs/operations.md）。",
            see=SEE,
            detail=why,
        )
    return good(
        "database_role", "database", f"仕事をする役（{name}）は、表を持たず、空にもできません。", see=SEE
    )


def encrypted() -> Line:
    found = asked("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    host = str(connection.settings_dict.get("HOST") or "")
    if (
        (found and found[0][0])
        or not host
        or host.startswith("/")
        or host in {"127.0.0.1", "localhost", "::1"}
    ):
        return good(
            "database_tls",
            "database",
            "データベースとの間は、この機械の中か、暗号化されています。",
            see="通信の暗号化",
        )
    return ask(
        "database_tls",
        "database",
        "データベースとの間が、暗号化されていません。",
        "MADO_DATABASE に ?sslmode=verify-full を足してください。",
        see="通信の暗号化",
    )
