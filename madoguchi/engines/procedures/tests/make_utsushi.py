"""A copy asked for and handed over at the counter: no letter, a fee, and 「用意ができました」."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.engines.procedures import procedure, services
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import packs
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import Actor

from . import make

KEY = "juminhyo.utsushi_shiken"
DEFINITION: dict[str, Any] = {
    "procedure": KEY,
    "version": 1,
    "checked_on": "2026-11-21",
    "title": "住民票の写しの請求（試験）",
    "summary": "窓口で受け取る写しです。",
    "division": make.DIVISION,
    "channels": {"web": {}, "counter": {"at": [make.DIVISION]}, "phone": {"accepts": "whole"}},
    "within": {"days": 3},
    "pages": [
        {
            "id": "what",
            "title": "要るもの",
            "fields": {
                "copies": {
                    "type": "number",
                    "label": "通数",
                    "least": 1,
                    "most": 10,
                    "ground": "交付する通数",
                    "keep": "case",
                },
            },
        }
    ],
    "flow": {
        "received": {"label": "受付", "next": ["preparing"]},
        "preparing": {"label": "準備中", "by": "division", "next": ["handed"]},
        "handed": {
            "label": "交付",
            "end": "done",
            "hands_over": "counter",
            "tell": "ready",
            "fetched": {"copies": "copies", "shows": ["copies"]},
        },
    },
    "decided": {
        "fee": {
            "type": "money",
            "label": "手数料",
            "proposed": "copies * 300",
            "least": 0,
            "most": 10000,
        },
        "place": {"type": "text", "label": "置いた場所", "required": False},
    },
    "retention": {"class": "1年", "from": "end_of_fiscal_year"},
}


def with_places() -> dict[str, Any]:
    """The same, and the person chooses where it is fetched."""
    found = deepcopy(DEFINITION)
    found["pages"][0]["fields"]["fetch_at"] = {
        "type": "choice",
        "label": "受け取るところ",
        "options": {"here": "戸籍の窓口", "branch": "見本出張所の窓口"},
        "ground": "渡す場所の確認",
        "keep": "case",
    }
    found["flow"]["handed"]["fetched"] |= {"at": "fetch_at", "divisions": {"branch": "区民事務所担当課"}}
    return found


def publish(definition: dict[str, Any] = DEFINITION) -> None:
    """In force, beside what the pack has."""
    people.keep_division(key=make.DIVISION, name=make.DIVISION)
    logic, texts = packs.split(definition, IS_WORD)
    key, version = definition["procedure"], definition["version"]
    packs.publish(kind=procedure.KIND, key=key, version=version, logic=logic, texts={"ja": texts})


def received(by: Actor, copies: int = 2, fetch_at: str = "") -> Case:
    draft = services.start_draft(key=KEY, by=by)
    draft = services.save_answer(draft=draft, path="copies", posted={"value": str(copies)}, by=by)
    if fetch_at:
        draft = services.save_answer(draft=draft, path="fetch_at", posted={"value": fetch_at}, by=by)
    return services.submit(draft=draft, by=by)


def ready(by: Actor, *, decided_by: Actor, copies: int = 2, fetch_at: str = "") -> Case:
    """Prepared and decided: it stands at the counter."""
    case = received(by, copies, fetch_at)
    case = services.advance(case=case, to="preparing", by=decided_by, seen=case.version)
    services.decide(case=case, outcome="handed", by=decided_by, seen=case.version)
    return Case.objects.get(pk=case.pk)
