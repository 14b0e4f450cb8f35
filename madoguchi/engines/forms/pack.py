"""Papers that go with procedures (`forms/*.yaml`): fields one fills in by hand or online."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from madoguchi.kernel import packs
from madoguchi.kernel.packs import Change, Located, PackFolder, PackPart, Publication
from madoguchi.kernel.refs import Actor

from .definition import Key, PageDef

FOLDER = "forms"
KIND = "form"
# What in the files of forms and procedures is words, to be revised and translated, and not logic.
IS_WORD = packs.by_name(
    *(
        "title",
        "summary",
        "basis",
        "label",
        "question",
        "why",
        "hint",
        "ground",
        "unit",
        "text",
        "purpose",
        "statement",
        "also_called",
        "news",
    ),
    "before_you_start",
    "bring",
    tables=("options", "reasons", "hints", "refusal_texts"),
)


class PrintedForm(BaseModel):
    """A paper such as a declaration: the same fields and pages as a procedure's, without a flow of its own."""

    model_config = ConfigDict(extra="forbid")

    form: Key
    version: int = Field(ge=1)
    title: str
    summary: str = ""
    basis: str = ""
    division: str = ""
    pages: list[PageDef] = Field(min_length=1)


Loaded = list[tuple[Located[PrintedForm], Publication]]


def load(folder: PackFolder) -> Loaded:
    """Read every form with its words in all languages."""
    found: Loaded = []
    for located in folder.yaml_files(FOLDER, PrintedForm):
        logic, japanese = packs.split(located.data, IS_WORD)
        texts = folder.texts_beside(f"{FOLDER}/{located.value.form}.yaml", japanese)
        publication = Publication(located.value.form, located.value.version, logic, texts, where=located)
        found.append((located, publication))
    return found


def apply(loaded: Loaded, by: Actor) -> Iterable[Change]:
    """Publish the forms."""
    return packs.publish_all(kind=KIND, part=FOLDER, publications=[each for _located, each in loaded])


packs.register(PackPart(folder=FOLDER, order=35, load=load, apply=apply, models=(PrintedForm,)))
