"""A division that writes: Sato is author, Ogawa decides and publishes; templates as common_jp has them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from madoguchi.engines.authoring import services
from madoguchi.engines.authoring.models import Blueprint, PublicationRequest
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import clock, packs
from madoguchi.kernel.packs.models import AppliedPack
from madoguchi.kernel.refs import SYSTEM, Actor

DIVISION = make.DIVISION
COMMON = Path(__file__).parents[4] / "packs" / "common_jp"
KEY = "moushikomi.event"
UNTRIED = "急ぎの募集のため、内容は別の画面で確かめました。"


def city() -> None:
    """The canonical procedure, the letters every procedure uses, and the templates."""
    make.publish_canonical()
    part, made = _templates()
    part.apply(made, SYSTEM)
    if not AppliedPack.objects.exists():
        AppliedPack.objects.create(
            name="nerima",
            title="練馬",
            hash="0",
            at=clock.now(),
            info={"languages": ["ja", "en"], "texts": {}},
        )


@cache
def _templates() -> tuple[packs.PackPart, Any]:
    folder = packs.PackFolder(packs.read(COMMON))
    part = next(part for part in packs.parts() if part.folder == "templates")
    return part, part.load(folder)


def author(login: str = "sato", name: str = "佐藤", division: str = DIVISION) -> Actor:
    return make.clerk(login, "author", name=name, division=division)


def publisher(login: str = "ogawa", name: str = "小川") -> Actor:
    return make.clerk(login, "head", name=name)


def event(by: Actor, *, key: str = KEY, title: str = "親子の読み聞かせ会の申込み") -> Blueprint:
    """A procedure begun from the template for events."""
    return services.begin(template="event", key=key, title=title, division=DIVISION, by=by)


def asked(blueprint: Blueprint, by: Actor) -> PublicationRequest:
    return services.ask(
        blueprint=blueprint, seen=blueprint.revision, why="読み聞かせ会のため", untried_because=UNTRIED, by=by
    )


def published(by: Actor, reader: Actor, **named: str) -> Blueprint:
    return services.publish(request=asked(event(by, **named), by), by=reader)
