"""`mado shape`: how big our pieces are, beside the sizes we aim for. Signals, never gates."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import click

from .places import ROOT
from .say import say

PACKAGE = ROOT / "madoguchi"


@click.command(short_help="sizes of functions, files and templates")
def shape() -> None:
    """Print the sizes of our tree beside the aims, then the longest of each kind."""
    for line in table():
        say(line)


def table() -> list[str]:
    code: list[Path] = []
    tests: list[Path] = []
    templates = sorted(PACKAGE.rglob("*.html"))
    for path in sorted([*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        if "/migrations/" not in path.as_posix():
            (tests if "tests" in path.relative_to(ROOT).parts[:-1] else code).append(path)
    functions = [piece for path in code for piece in function_sizes(path)]
    test_functions = [piece for path in tests for piece in function_sizes(path) if "::test_" in piece[1]]
    files = [(lines(path), name(path)) for path in code if lines(path)]
    fragments = [(lines(path), name(path)) for path in templates if path.name.startswith("_")]
    result = [
        f"{'':12} {'count':>6} {'median':>7} {'p90':>5} {'max':>5}   aim",
        row("function", functions, "median <= 8, p90 <= 25, ask at 50"),
        row("test", test_functions, "median <= 10, p90 <= 20"),
        row("Python file", files, "median <= 80, p90 <= 300, ask at 400"),
        row("template", [(lines(path), name(path)) for path in templates], "median <= 30, p90 <= 120"),
        row("fragment", fragments, "<= 60"),
    ]
    result += ["", f"inline imports {inline_imports(code)}   aim: < 1 %, each with its reason"]
    pairs = sorted(mutual_pairs(code))
    result.append(
        f"mutual app pairs {len(pairs)}   aim: 0   {', '.join(' <> '.join(pair) for pair in pairs)}"
    )
    result += ["", "engine lines (tests)   aim: 600-2,500, tests 1.5-2 times"]
    for engine in sorted(path for path in (PACKAGE / "engines").iterdir() if (path / "apps.py").exists()):
        own = sum([lines(path) for path in code if engine in path.parents])
        proof = sum([lines(path) for path in tests if engine in path.parents])
        result.append(f"  {engine.name:12} {own:>6} ({proof})")
    result += ["", "the longest"]
    result += [f"  {size:>5}  {where}" for size, where in sorted(functions, reverse=True)[:5]]
    result += [f"  {size:>5}  {where}" for size, where in sorted(files, reverse=True)[:5]]
    return result


def row(title: str, pieces: Iterable[tuple[int, str]], aim: str) -> str:
    sizes = sorted(size for size, _ in pieces) or [0]
    p90 = sizes[min(len(sizes) - 1, int(len(sizes) * 0.9))]
    return f"{title:12} {len(sizes):>6} {median(sizes):>7g} {p90:>5} {sizes[-1]:>5}   {aim}"


def function_sizes(path: Path) -> list[tuple[int, str]]:
    """(lines without the docstring, where) of each function."""
    sizes = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            has_doc = ast.get_docstring(node, clean=False) is not None
            doc = (first.end_lineno or 0) - first.lineno + 1 if has_doc else 0
            sizes.append(((node.end_lineno or 0) - node.lineno + 1 - doc, f"{name(path)}::{node.name}"))
    return sizes


def inline_imports(code: list[Path]) -> str:
    total = inline = 0
    for path in code:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                total += 1
                inline += id(node) not in top
    return f"{inline} of {total} ({100 * inline / max(total, 1):.1f} %)"


def mutual_pairs(code: list[Path]) -> set[tuple[str, str]]:
    """Apps that import each other."""
    seen: set[tuple[str, str]] = set()
    for path in code:
        own = ".".join(path.relative_to(ROOT).parts[:3])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and node.level == 0
                and (node.module or "").startswith("madoguchi.")
            ):
                other = ".".join((node.module or "").split(".")[:3])
                if other.count(".") == 2 and other != own:
                    seen.add((own, other))
    return {(one, two) for one, two in seen if (two, one) in seen and one < two}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
