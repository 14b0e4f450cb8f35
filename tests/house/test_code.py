"""What a linter cannot see in our Python: who writes, who asks the clock, who knows of HTTP."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.tree import ENGINES, FACES, PACKAGE, ours, parsed, said

WRITES = {
    "save", "create", "update", "delete", "get_or_create", "update_or_create",
    "bulk_create", "bulk_update", "asave", "acreate", "aupdate", "adelete",
}  # fmt: skip
# These have a method of that name and are no tables.
NOT_TABLES = {
    "session",
    "hashlib",
    "context",
    "headers",
    "os",
    "options",
    "response",
    "cookies",
    "digest",
    "known",
    "book",
    "told",
}


def test_faces_write_nothing():
    """A face asks an engine to change something; it never touches a row."""
    found = [
        said(path, node.lineno, ast.unparse(node.func))
        for path in ours(FACES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in WRITES and is_table(node.func.value)
    ]

    assert found == []


def is_table(owner: ast.expr) -> bool:
    words = ast.unparse(owner).replace("()", "").split(".")
    if words[-1] in NOT_TABLES or isinstance(owner, ast.Dict):
        return False
    return words[-1] == "objects" or "filter(" in ast.unparse(owner) or len(words) == 1


def test_faces_import_no_tables():
    found = [
        said(path, node.lineno, node.module or "")
        for path in ours(FACES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("madoguchi.")
        if (node.module or "").endswith(".models") or "models" in {name.name for name in node.names}
    ]

    assert found == []


ASK_THE_MACHINE = {
    PACKAGE / "kernel/clock.py",
    PACKAGE / "kernel/vault/jobs.py",  # compares with the dates of files, which the machine wrote
}


def test_only_the_clock_asks_the_machine():
    """Tests and the demo set `kernel.clock`; a naked now() would not follow."""
    naked = {"datetime.now", "dt.datetime.now", "datetime.utcnow", "dt.datetime.utcnow", "timezone.now"}
    naked |= {"dt.date.today", "date.today", "datetime.date.today", "datetime.datetime.now", "datetime.today"}
    found = [
        said(path, node.lineno, ast.unparse(node.func))
        for path in ours()
        if path not in ASK_THE_MACHINE
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in naked
    ]

    assert found == []


@pytest.mark.parametrize("floor", ["engines", "kernel"])
def test_engines_and_kernel_know_nothing_of_http(floor: str):
    found = [
        said(path, node.lineno, ast.unparse(node))
        for path in ours(PACKAGE / floor)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        if any(
            word in ast.unparse(node) for word in ("django.http", "django.shortcuts", "django.views", "ninja")
        )
    ]

    assert found == []


def test_what_changes_something_names_who_does_it():
    """A public verb takes the thing itself, then only keywords, among them `by=` or the person it is for."""
    found = []
    for path in ours(ENGINES):
        parts = path.relative_to(ENGINES).parts
        if len(parts) < 2 or parts[1] not in {"services.py", "services"} or path.name.startswith("_"):
            continue
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and is_gated(node):
                names = {argument.arg for argument in node.args.kwonlyargs}
                if len(node.args.args) > 1 or not names & {
                    "by",
                    "person",
                    "party",
                    "account",
                    "delivery_id",
                    "job",
                }:
                    found.append(said(path, node.lineno, f"{node.name}({', '.join(sorted(names))})"))

    assert found == []


def is_gated(function: ast.FunctionDef) -> bool:
    return any("writes" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_every_refusal_has_a_code_of_its_own():
    from madoguchi.faces.cli.pages import all_refusals, load_everything

    load_everything()
    by_code: dict[str, list[str]] = {}
    for kind in all_refusals():
        if "code" in vars(kind):
            by_code.setdefault(kind.code, []).append(f"{kind.__module__}.{kind.__name__}")

    assert {code: kinds for code, kinds in by_code.items() if len(kinds) > 1} == {}


def test_files_stay_short():
    """A file past 400 lines becomes a package of the same name (docs/architecture.md)."""
    long = [
        said(path, count, "lines")
        for path in ours(tests=True)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]

    assert long == []


def test_every_module_opens_with_what_belongs_in_it():
    silent = [
        said(path, 1, "no docstring")
        for path in ours()
        if path.name not in {"apps.py", "__init__.py"} and path.read_text(encoding="utf-8").strip()
        if not ast.get_docstring(parsed(path))
    ]

    assert silent == []


def test_every_engine_has_its_page():
    docs = Path(PACKAGE.parent / "docs/engines")
    missing = [
        engine.parent.name
        for engine in sorted(ENGINES.glob("*/apps.py"))
        if not (docs / f"{engine.parent.name}.md").exists()
    ]

    assert missing == []
