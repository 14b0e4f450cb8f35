"""Templates (`templates/*.yaml`): small procedures to begin from, shared by every municipality."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from madoguchi.engines.forms.definition import Key
from madoguchi.engines.procedures.definition import DottedKey
from madoguchi.kernel import packs
from madoguchi.kernel.packs import Change, Located, PackFolder, PackPart, Publication, Shape
from madoguchi.kernel.refs import Actor

FOLDER = "templates"
KIND = "template"


class TemplateDef(Shape):
    """A procedure without its key, division and dates, and what its two letters say."""

    template: Key
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    summary: str
    key: DottedKey = Field(description="the key proposed for procedures made from it")
    route: Literal["alone", "head", "head_and_check"]
    granted: str = Field(description="what the favourable end is called")
    refused: str = Field(description="what the other end is called")
    procedure: dict[str, Any]
    grants: dict[str, Any] = Field(description="the letter of the favourable end")
    refuses: dict[str, Any] = Field(description="the letter of the other end")


Loaded = list[Located[TemplateDef]]


def load(folder: PackFolder) -> Loaded:
    return folder.yaml_files(FOLDER, TemplateDef)


def apply(loaded: Loaded, by: Actor) -> Iterable[Change]:
    """Keep the templates; what was made from an earlier one stays as it is."""
    made = [Publication(one.value.template, one.value.version, one.data, {}, where=one) for one in loaded]
    return packs.publish_all(kind=KIND, part=FOLDER, publications=made)


packs.register(PackPart(folder=FOLDER, order=70, load=load, apply=apply, models=(TemplateDef,)))
