"""`mado docs`: the pages of docs/ that are read off the code. Nobody types them; `mado check` sees when they are stale."""

from __future__ import annotations

import ast
import csv
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from .places import ROOT
from .prepare import wake_django
from .say import Stop, say

DOCS = ROOT / "docs"
MARK = "Written by `./mado docs` from the code; do not edit."


@click.command(short_help="write the generated pages of docs/")
@click.option("--check", is_flag=True, help="Only say which pages are not up to date.")
def docs(check: bool) -> None:
    """Write docs/{doors,refusals,settings,commands,metrics,pack-keys,glossary}.md and docs/openapi-v1.json."""
    wake_django()
    old = stale()
    if check and old:
        raise Stop(f"not up to date: {', '.join(old)}; run ./mado docs")
    for name in old:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
        say(f"docs/{name}")


def stale() -> list[str]:
    """Names of the pages that no longer say what the code says."""
    return [name for name, write in PAGES.items() if not is_same(DOCS / name, write())]


def is_same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def table(title: str, intro: str, heads: list[str], rows: Iterator[list[str]] | list[list[str]]) -> str:
    lines = [f"# {title}", "", intro, "", MARK, "", *table_lines(heads, rows)]
    return "\n".join(lines) + "\n"


def table_lines(heads: list[str], rows: Iterator[list[str]] | list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"


# ------------------------------------------------------------------ refusals


def refusals() -> str:
    from django.utils import translation

    load_everything()
    with translation.override("ja"):
        rows = [
            [
                f"`{kind.code}`",
                str(kind.status),
                str(kind.message),
                f"`{kind.__module__.removeprefix('madoguchi.')}`",
            ]
            for kind in sorted(all_refusals(), key=lambda kind: (kind.code, kind.__module__))
        ]
    intro = "Every polite no: the code is stable, the sentence is shown by each face in its own way."
    return table("Refusals", intro, ["code", "status", "sentence", "said by"], rows)


def all_refusals() -> list[type[Any]]:
    """Every Refusal of ours that says something of its own."""
    from madoguchi.kernel.errors import Refusal

    found, waiting = [], [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        is_ours = kind.__module__.startswith("madoguchi.") and ".tests" not in kind.__module__
        if is_ours and kind not in found:
            found.append(kind)
    return found


def load_everything() -> None:
    """Import every module, so that what registers itself has done so."""
    for floor in ("madoguchi.kernel", "madoguchi.engines", "madoguchi.faces"):
        for info in pkgutil.walk_packages(import_module(floor).__path__, f"{floor}."):
            if not {"tests", "migrations"} & set(info.name.split(".")):
                import_module(info.name)


# ------------------------------------------------------------------ settings


def settings() -> str:
    found: dict[str, tuple[str, str, str]] = {}
    for path in sorted(
        (ROOT / "madoguchi").rglob("*.py"), key=lambda path: (path.name != "settings.py", path)
    ):
        if not {"tests", "migrations"} & set(path.parts):
            for name, default, why in read_settings(path.read_text(encoding="utf-8")):
                known = found.get(name)
                where = known[2] if known else path.relative_to(ROOT).as_posix()
                found[name] = (
                    (known[0] if known else "") or default,
                    (known[1] if known else "") or why,
                    where,
                )
    for name, (default, why) in LAUNCHER.items():
        found[name] = (default, why, "mado")
    rows = [
        [f"`{name}`", f"`{d}`" if d else "", why, f"`{where}`"]
        for name, (d, why, where) in sorted(found.items())
    ]
    intro = "Environment variables of an installation."
    return table("Settings", intro, ["variable", "unless set", "what for", "read by"], rows)


# What the launcher and the whole command read, rather than one file.
LAUNCHER = {
    "MADO_PYTHON": ("", "The Python that .venv is made with."),
    "MADO_VENV": ("'.venv'", "Where the launcher keeps its environment."),
    "PORT": ("'8000'", "The port of the web server."),
}


def read_settings(source: str) -> Iterator[tuple[str, str, str]]:
    """(variable, default as written, comment above or docstring) for each MADO_… or PORT a file reads."""
    lines = source.splitlines()
    tree = ast.parse(source)
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.stmt) or isinstance(statement, ast.ClassDef):
            continue
        is_function = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        if not is_function and any(isinstance(child, ast.stmt) for child in ast.iter_child_nodes(statement)):
            continue  # an if or a with: its inner statements are seen by themselves
        for call in ast.walk(statement):
            if isinstance(call, ast.Call) and (found := setting_of(call)):
                why = promise(statement) if is_function else comment_above(lines, statement.lineno)
                yield *found, why


def promise(function: ast.stmt) -> str:
    """The docstring of a function that only reads one setting; nothing for one that does more."""
    text = ast.get_docstring(function) or ""  # type: ignore[arg-type]
    reads_only = (function.end_lineno or 0) - function.lineno < 20 and "\n\n" not in text
    return text.replace("\n", " ") if reads_only and text.startswith(("The ", "Whether ")) else ""


def setting_of(call: ast.Call) -> tuple[str, str] | None:
    if ast.unparse(call.func) not in {
        "os.environ.get",
        "os.environ.setdefault",
        "os.getenv",
        "_flag",
        "_list",
    }:
        return None
    name = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
    if not isinstance(name, str) or not (name.startswith("MADO_") or name == "PORT"):
        return None
    return name, ast.unparse(call.args[1]) if len(call.args) > 1 else ""


def comment_above(lines: list[str], number: int) -> str:
    words: list[str] = []
    while number >= 2 and lines[number - 2].strip().startswith("# "):
        words.insert(0, lines[number - 2].strip()[2:])
        number -= 1
    return " ".join(words)


# ------------------------------------------------------------------ commands


def commands() -> str:
    from .main import mado

    lines = ["# Commands", "", "Everything one types is `./mado VERB`.", "", MARK, ""]
    for name, command in walk(mado, "./mado"):
        lines += [f"## `{name}`", "", cleandoc(command.help or ""), ""]
        options = [param for param in command.params if isinstance(param, click.Option)]
        lines += [f"- `{', '.join(option.opts)}`: {option.help}" for option in options]
        lines += [""] if options else []
    return "\n".join(lines).rstrip() + "\n"


def walk(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from walk(command, f"{path} {name}")
        elif command is not None:
            places = "".join(
                f" {param.human_readable_name.upper()}"
                for param in command.params
                if isinstance(param, click.Argument)
            )
            yield f"{path} {name}{places}", command


# ------------------------------------------------------------------ metrics


def metrics() -> str:
    from django.utils import translation

    from madoguchi.kernel import metrics as register

    load_everything()
    with translation.override("ja"):
        rows = sorted(
            [f"`{one.key}`", str(one.title), str(one.unit), str(one.explain)] for one in register.catalogue()
        )
    intro = "What the city measures about itself, by name. The plan's indicators point here."
    return table("Metrics", intro, ["key", "title", "unit", "what it counts"], rows)


# ------------------------------------------------------------------ pack keys


def pack_keys() -> str:
    from madoguchi.kernel import packs

    lines = [
        "# Pack keys",
        "",
        "What each file of a pack may say. How a pack works: [packs.md](packs.md).",
        "",
        MARK,
        "",
    ]
    for part in sorted(packs.parts(), key=lambda part: (part.order, part.folder)):
        lines += [f"## {part.folder}/", ""]
        for title, schema in schemas(part):
            lines += [f"### {title}", "", *table_lines(["key", "kind", "must", "what for"], keys(schema)), ""]
    return "\n".join(lines).rstrip() + "\n"


def schemas(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(title, JSON schema) of the pydantic models a part declares."""
    models = getattr(part, "models", None) or getattr(part, "model", None) or ()
    for model in models if isinstance(models, list | tuple | set | frozenset) else [models]:
        schema = model.model_json_schema(by_alias=True)
        yield model.__name__, schema
        for name, inner in schema.get("$defs", {}).items():
            if "properties" in inner:
                yield f"{model.__name__} › {name}", inner


def keys(schema: dict[str, Any]) -> Iterator[list[str]]:
    must = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        yield [f"`{name}`", kind_of(field), "yes" if name in must else "", field.get("description", "")]


def kind_of(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if "const" in field:
        return repr(field["const"])
    if "enum" in field:
        return " / ".join(str(value) for value in field["enum"])
    for many in ("anyOf", "oneOf", "allOf"):
        if many in field:
            return " or ".join(dict.fromkeys(kind_of(one) for one in field[many]))
    if field.get("type") == "array":
        return f"list of {kind_of(field.get('items', {}))}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"table of {kind_of(field['additionalProperties'])}"
    return str(field.get("format") or field.get("type") or "anything")


# ------------------------------------------------------------------ glossary


def glossary() -> str:
    path = ROOT / "packs/nerima/glossary.csv"
    rows: list[list[str]] = []
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = sorted([row.get(head) or "" for head in GLOSSARY] for row in csv.DictReader(file))
    intro = "The word we use for a thing, and the translations we rejected (*not*)."
    return table("Glossary", intro, list(GLOSSARY), rows)


GLOSSARY = ("key", "ja", "yomi", "en", "not", "law")

# ------------------------------------------------------------------ the API's document


def openapi() -> str:
    """What /api/v1/openapi.json answers: committed, so that a change of the contract is seen when it is made."""
    import json

    from django.utils import translation

    document = import_module("madoguchi.faces.api.v1").api
    with translation.override("ja"):
        return json.dumps(document.get_openapi_schema(), ensure_ascii=False, indent=1) + "\n"


# ------------------------------------------------------------------ doors


def doors() -> str:
    from .doctor.web import table as who_may

    rows = [[f"`{where}`", guard] for where, guard in who_may().rows]
    intro = (
        "Every address and who may open it. A door that changes its guard changes this page, where a reviewer sees it; "
        "what each guard asks stands in `faces/shared/guards.py`, and `tests/matrix` walks through all of them."
    )
    return table("Doors", intro, ["address", "guard"], rows)


PAGES: dict[str, Callable[[], str]] = {
    "doors.md": doors,
    "refusals.md": refusals,
    "settings.md": settings,
    "commands.md": commands,
    "metrics.md": metrics,
    "pack-keys.md": pack_keys,
    "glossary.md": glossary,
    "openapi-v1.json": openapi,
}
