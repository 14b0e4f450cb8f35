"""Small packs on disk, and a part that reads them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Literal

from madoguchi.kernel import packs


class Field(packs.Shape):
    type: Literal["choice", "date"]
    label: str
    options: dict[str, str] = {}


class Page(packs.Shape):
    id: str
    title: str = ""
    fields: dict[str, Field] = {}


class Service(packs.Shape):
    service: str
    version: int = 1
    title: str
    days: int = 30
    open_on: str = ""
    pages: list[Page] = []
    parent: dict[str, str | int] | None = None


class Row(packs.Shape):
    key: str
    title: str
    yearly: int | None = None


class Front(packs.Shape):
    title: str
    summary: str = ""


SERVICE = """\
service: jido_teate.nintei
title: 児童手当
days: 30
pages:
  - id: applicant
    title: あなたのこと
    fields:
      event: {type: choice, label: きっかけ, options: {birth: 出生, move_in: 転入}}
"""


def write(root: Path, folder_name: str, files: dict[str, str | bytes], **meta: str) -> Path:
    """A pack folder `root/folder_name` with a pack.yaml and these files."""
    folder = root / folder_name
    lines = {"name": folder_name, "title": "見本市", **meta}
    files = {"pack.yaml": "".join(f"{key}: {value}\n" for key, value in lines.items()), **files}
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    return folder


IS_WORD = packs.by_name("title", "label", tables=("options",))


def publications(folder: packs.PackFolder) -> list[packs.Publication]:
    found = []
    for name in folder.names("services", ".yaml"):
        service = folder.yaml(name, Service)
        if service is not None:
            logic, words = packs.split(service.data, IS_WORD)
            texts = folder.texts_beside(name, words)
            value = service.value
            found.append(packs.Publication(value.service, value.version, logic, texts, service))
    return found


def make_part(**changes):
    def apply(made, by):
        return packs.publish_all(kind="service", part="services", publications=made)

    shape = {"folder": "services", "order": 10, "load": publications, "apply": apply, "models": (Service,)}
    return packs.PackPart(**(shape | changes))
