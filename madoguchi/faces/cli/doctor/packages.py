"""The packages that are really here, beside the lock they were meant to come from."""

from __future__ import annotations

from collections.abc import Iterator

from .. import locked
from .report import Line, Table, bad, good

SEE = "部品の管理（何でできているか、決めた版のままか）"


def check() -> Iterator[Line]:
    wanted: dict[str, set[str]] = {}
    here_only_where = set()
    for one in locked.read():
        wanted.setdefault(one.name, set()).add(one.version)
        if one.marker:
            here_only_where.add(one.name)
    other = [
        f"{name}: {have or '-'}（lock: {', '.join(sorted(versions))}）"
        for name, versions in sorted(wanted.items())
        if (have := locked.installed(name)) not in versions and not (not have and name in here_only_where)
    ]
    if other:
        yield bad(
            "packages",
            "packages",
            f"{len(other)}個の部品が、決めた版と違います。",
            "./mado を走らせると入れ直します。自分で入れたものなら、./mado lock で決め直してください。",
            see=SEE,
            detail=other[:30],
        )
    else:
        yield good(
            "packages",
            "packages",
            f"{len(wanted)}個の部品は、どれも決めた版（requirements/app.lock）のとおりです。",
            see=SEE,
        )


def table() -> Table:
    rows = tuple(
        (one.name, one.version, locked.installed(one.name) or "-", locked.licence(one.name) or "-")
        for one in locked.read()
    )
    return Table(
        "packages",
        "部品の一覧 Packages（./mado sbom が CycloneDX で出します）",
        ("名前", "決めた版", "今の版", "licence"),
        rows,
    )
