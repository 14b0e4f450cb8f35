"""What is wrong with a blueprint, as `mado pack check` would say it, and which page mends it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.packs import Problem, Severity

from .models import Blueprint
from .source import Source, read, slug


def problems(blueprint: Blueprint, files: Mapping[str, str]) -> list[Problem]:
    """Errors first. The same files are read once, however many pages ask."""
    facts = tuple(sorted(files.items()))
    return list(
        _checked(blueprint.key, blueprint.division_id, facts, packs.pack_info()["hash"], get_language() or "")
    )


@lru_cache(maxsize=64)
def _checked(
    key: str, division: str, files: tuple[tuple[str, str], ...], _pack: str, _language: str
) -> tuple[Problem, ...]:
    source = read(key, dict(files))
    own = list(_own(source, division))
    return tuple(own + packs.check_files(dict(files), beside=beside(source), languages=languages()))


def languages() -> list[str]:
    """The languages the pack in force speaks."""
    return list(packs.pack_info()["languages"])


def _own(source: Source, division: str) -> list[Problem]:
    """What only the screen asks for: a division writes for itself, and its letters are its own."""
    found = []
    shape = source.procedure
    if shape.get("procedure") != source.key:
        found.append(
            Problem(source.path, 1, "procedure", _("キーは変えられません。"), f"procedure: {source.key}")
        )
    if shape.get("lesson"):
        message = _("見本の申請（lesson）は、画面では作れません。")
        found.append(Problem(source.path, 1, "lesson", message))
    if shape.get("division") != division:
        found.append(
            Problem(source.path, 1, "division", _("ほかの課の手続きは作れません。"), f"division: {division}")
        )
    for key, letter in source.letters.items():
        name = f"documents/{key}.yaml"
        if not key.startswith(f"{slug(source.key)}_"):
            message = _("通知書のキーは「%s」で始めます。") % f"{slug(source.key)}_"
            found.append(Problem(name, 1, "letter", message))
        if letter.get("letter") != key:
            found.append(
                Problem(name, 1, "letter", _("ファイルの名前とキーがちがいます。"), f"letter: {key}")
            )
    return found


def beside(source: Source) -> dict[str, str]:
    """What the files may point at and do not hold: the divisions, and papers and letters that are in force."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["key", "name"])
    rows.writerows((division.pk, division.name) for division in identity.divisions())
    files = {"directory/divisions.csv": table.getvalue()}
    for kind, folder, keys in (("form", "forms", _forms(source)), ("letter", "documents", _letters(source))):
        for key in keys:
            try:
                definition = packs.current(kind, key)
            except NotFound:
                continue  # the check names it
            files[f"{folder}/{key}.yaml"] = packs.write_yaml(packs.whole(definition))
    return files


def _forms(source: Source) -> set[str]:
    papers = _entries(source.procedure.get("documents"))
    return {
        paper["form"]
        for paper in papers
        if isinstance(paper.get("form"), str) and paper["form"].isidentifier()
    }


def _letters(source: Source) -> set[str]:
    states = source.procedure.get("flow")
    found = _entries(list(states.values()) if isinstance(states, dict) else None)
    named = {state["letter"] for state in found if isinstance(state.get("letter"), str)}
    return {letter for letter in named - set(source.letters) if letter.isidentifier() and letter.isascii()}


def _entries(many: Any) -> list[dict[str, Any]]:
    return [one for one in many if isinstance(one, dict)] if isinstance(many, list) else []


def errors(found: list[Problem]) -> list[Problem]:
    return [one for one in found if one.severity == Severity.ERROR]


# Which page mends what, by the beginning of the key.
_PAGES = (
    ("pages", "questions"),
    ("eligibility", "yaml"),
    ("documents", "papers"),
    ("channels", "channels"),
    ("identity", "channels"),
    ("flow", "route"),
    ("decided", "yaml"),
    ("cosigners", "yaml"),
    ("within", "deadline"),
    ("retention", "deadline"),
    ("hint_deadline", "yaml"),
    ("examples", "yaml"),
    ("title", "basics"),
    ("summary", "basics"),
    ("basis", "basics"),
    ("before_you_start", "basics"),
    ("catalog", "basics"),
)


def page_of(problem: Problem) -> str:
    """The name of the page on which it is mended."""
    if problem.file.startswith("documents/"):
        return "letters"
    if any(problem.file.endswith(f".{code}.yaml") for code in languages()) or (
        not problem.key and not problem.line and problem.file.startswith("procedures/")
    ):
        return "languages"
    return next((page for start, page in _PAGES if problem.key.startswith(start)), "yaml")
