"""Packs read as plain data, so that these tests say nothing about the engine that applies them.

Only a file laid over a template is read through the engine, which knows how to make the two one.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from madoguchi.engines.procedures import queries

PACKS = Path(__file__).resolve().parents[2] / "packs"
NERIMA = PACKS / "nerima"
OTHER_LANGUAGES = ("ja-easy", "en", "zh-hans", "ko")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def definitions() -> list[Path]:
    """Every whole procedure and form of every pack, templates too, without the language files beside them."""
    return [path for path in _files() if "patch" not in yaml(path)]


def overlays() -> list[Path]:
    """Every procedure that is a patch over a template."""
    return [path for path in _files() if "patch" in yaml(path)]


def _files() -> list[Path]:
    folders = ("procedures", "procedures/templates", "forms")
    files = sorted(path for folder in folders for path in PACKS.glob(f"*/{folder}/*.yaml"))
    return [path for path in files if path.stem.rpartition(".")[2] not in OTHER_LANGUAGES]


@functools.cache
def procedure(pack: Path, key: str) -> dict[str, Any]:
    """One procedure of the pack, whole."""
    data = yaml(pack / "procedures" / f"{key}.yaml")
    if "patch" in data:
        data, problems = queries.procedure_of_pack(pack, key)
        assert [problem for problem in problems if problem.is_error] == []
    return data


def template_of(overlay: Path) -> Path:
    """The template's file under the overlay's."""
    pack, _slash, key = yaml(overlay)["parent"]["id"].partition("/")
    return PACKS / pack / "procedures" / "templates" / f"{key}.yaml"


def beside(path: Path, language: str) -> Path:
    """The file of another language: `x.yaml` -> `x.en.yaml`."""
    return path.with_name(f"{path.stem}.{language}.yaml")


def words_of(procedure: dict[str, Any]) -> dict[str, str]:
    """Every text of a procedure or a form, by its path."""
    plain = ("title", "summary", "also_called", "basis")
    found = {key: procedure[key] for key in plain if procedure.get(key)}
    for key in ("before_you_start", "bring"):
        found |= {f"{key}.{n}": words for n, words in enumerate(procedure.get(key, []))}
    if hint := procedure.get("hint_deadline"):
        found["hint_deadline.text"] = hint["text"]
    for page in procedure["pages"]:
        found[f"pages.{page['id']}.title"] = page["title"]
        found |= dict(_field_words("fields", page["fields"]))
    for name, words in procedure.get("eligibility", {}).get("reasons", {}).items():
        found[f"eligibility.reasons.{name}"] = words
    for document in procedure.get("documents", []):
        where = f"documents.{document['id']}"
        found |= {f"{where}.{key}": document[key] for key in ("title", "hint") if key in document}
        for key in ("purpose", "basis") if "omit_when" in document else ():
            found[f"{where}.omit_when.{key}"] = document["omit_when"][key]
    for name, state in procedure.get("flow", {}).items():
        found |= {f"flow.{name}.{key}": state[key] for key in ("label", "news") if key in state}
    for name, decided in procedure.get("decided", {}).items():
        found |= {
            f"decided.{name}.{key}": decided[key] for key in ("label", "hint", "unit") if key in decided
        }
        found |= {f"decided.{name}.options.{key}": words for key, words in decided.get("options", {}).items()}
    found |= {f"refusal_texts.{name}": words for name, words in procedure.get("refusal_texts", {}).items()}
    for cosigner in procedure.get("cosigners", []):
        where = f"cosigners.{cosigner['id']}"
        found |= {
            f"{where}.{key}": cosigner[key] for key in ("title", "statement", "ground") if key in cosigner
        }
    return found


def _field_words(where: str, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, field in fields.items():
        path = f"{where}.{name}"
        asked = ("label", "question", "why", "hint", "statement", "unit", "ground")
        yield from ((f"{path}.{key}", field[key]) for key in asked if key in field)
        for table in ("options", "hints"):
            yield from ((f"{path}.{table}.{key}", words) for key, words in field.get(table, {}).items())
        yield from _field_words(f"{path}.fields", field.get("fields", {}))
