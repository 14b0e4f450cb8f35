"""What staff need to take in an application that came by telephone, on paper or at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madoguchi.engines.forms.models import Channel
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import packs
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor

from ... import procedure as procedures
from ...procedure import KIND

PARTS = ("name", "birth", "address", "phone", "email")


@dataclass(frozen=True, slots=True)
class Receivable:
    key: str
    title: str


def receivable(actor: Actor) -> list[Receivable]:
    """The procedures the actor's divisions handle."""
    found: list[Definition] = [
        definition
        for definition in packs.definitions(KIND)
        if procedures.of(definition).shape.division in actor.divisions
    ]
    words = packs.texts_of(found)
    return [Receivable(one.key, words[one.pk].get("title", one.key)) for one in found]


def desk_channels() -> list[tuple[str, str]]:
    """How something may come that a member of staff writes in."""
    return [(value, str(label)) for value, label in Channel.choices if value != Channel.WEB]


def profile_stated(sheet: Sheet) -> dict[str, Any]:
    """What the answers say of who applies, as a profile holds it."""
    profile: dict[str, Any] = {}
    for question in sheet.questions:
        part = question.path.rpartition(".")[2]
        if question.item or part not in PARTS or question.value is None or question.path.count(".") != 1:
            continue
        profile.setdefault(part, question.value)
    return profile
