"""歴史的公文書: a case laid down in the archives before it is erased: a folder with everything and a list of what is in it.

The port is a folder (`MADO_ARCHIVES`): what takes it from there is the archives' own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from madoguchi.engines.forms import queries as form_queries
from madoguchi.kernel import clock, packs, vault

from .models import Case

MANIFEST = "manifest.json"


def is_ready() -> bool:
    """Whether there is a place to lay anything down."""
    return bool(settings.VAULT_ARCHIVES)


def lay_down(case: Case) -> Path:
    """The case as a folder named by its receipt number: whole under that name, or not there.

    Again is the same, unless the case went on since: then it is laid down anew, and the older folder goes.
    Raises what a paper or an answer that cannot be read raises; then nothing is laid down.
    """
    place = Path(settings.VAULT_ARCHIVES) / case.receipt
    if _version_in(place) == case.version:
        return place
    contents = _contents(case)
    draft, older = (place.with_name(f".{case.receipt}.{what}") for what in ("new", "old"))
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    for name, content in contents.items():
        _write(draft / name, content)
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    manifest = {
        "receipt": case.receipt,
        "procedure": case.definition.key,
        "version": case.definition.version,
        "division": case.division_id,
        "case_version": case.version,
        "received_at": case.received_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else "",
        "laid_down_at": clock.now().isoformat(),
        "files": listed,
    }
    _write(draft / MANIFEST, _json(manifest))
    shutil.rmtree(older, ignore_errors=True)
    if place.exists():
        place.rename(older)
    draft.rename(place)
    shutil.rmtree(older, ignore_errors=True)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return place


def _version_in(place: Path) -> int | None:
    """At which version of the case the folder was made; None where there is none."""
    try:
        made: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return made.get("case_version")


def _contents(case: Case) -> dict[str, bytes]:
    answers = [
        {"number": revision.number, "at": revision.at.isoformat(), "answers": _at(case, revision)}
        for revision in case.draft.revisions.all()
    ]
    steps = [{"at": one.at.isoformat(), "to": one.to_state, "by": one.by_name} for one in case.steps.all()]
    found = {
        "words.json": _json(packs.texts(case.definition, "ja")),
        "answers.json": _json(answers),
        "steps.json": _json(steps),
    }
    files = [*vault.files_about(case.ref), *(one.file for one in case.draft.attachments.all() if one.file)]
    for number, stored in enumerate(files, start=1):
        if stored.state == vault.FileState.SAFE:
            ending = Path(stored.name).suffix
            found[f"file-{number:03}{ending}"] = vault.open_file(stored)
    return found


def _at(case: Case, revision: Any) -> dict[str, Any]:
    return form_queries.answers_at(case.draft, revision)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode("utf-8", "surrogatepass")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
