"""Makers of what these tests stand on: the canonical procedure as the pack has it, clerks, residents, cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.engines.procedures import procedure, services
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import packs
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Kind, Party
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind

NERIMA = Path(__file__).parents[4] / "packs" / "nerima"
KEY = "jido_teate.nintei"
DIVISION = "子育て支援課"
REASON = "18歳になった年度の末までのお子さんがいないため（児童手当法 第4条）。"

NAME = {"family": "見本", "given": "あおい", "family_kana": "ミホン", "given_kana": "アオイ"}
CHILD = {"family": "見本", "given": "そう", "family_kana": "ミホン", "given_kana": "ソウ"}
ACCOUNT = {
    "bank": "見本銀行",
    "branch": "窓口支店",
    "kind": "futsu",
    "number": "0000001",
    "holder_kana": "ミホン アオイ",
}
ANSWERS: dict[str, dict[str, str]] = {
    "applicant.name": NAME,
    "applicant.birth": {"y": "1990", "m": "4", "d": "12"},
    "applicant.address": {"postcode": "0000001", "address": "架空県見本市見本町1-2-3", "building": ""},
    "applicant.phone": {"value": ""},
    "applicant.email": {"value": ""},
    "event": {"value": "birth"},
    "event_on": {"y": "2026", "m": "11", "d": "1"},
    "works_as_public_servant": {"value": "no"},
    "children.1.name": CHILD,
    "children.1.birth": {"y": "2026", "m": "11", "d": "1"},
    "children.1.lives_together": {"value": "yes"},
    "children.more": {"value": "no"},
    "account": ACCOUNT,
}


def publish_canonical() -> procedure.Procedure:
    """The canonical procedure and its letters, in force; its division exists."""
    people.keep_division(key=DIVISION, name=DIVISION)
    for part, made in _nerima():
        part.apply(made, SYSTEM)
    return procedure.current(KEY)[1]


@cache
def _nerima() -> list[tuple[packs.PackPart, Any]]:
    """The pack's letters and procedures, read once. The register has its own tests."""
    folder = packs.PackFolder(packs.read(NERIMA))
    read = [(part, part.load(folder)) for part in packs.parts() if part.folder in {"documents", "procedures"}]
    read[-1][1].register.clear()
    return read


def resident(login: str = "aoi", **profile: Any) -> Actor:
    """A resident with an account; nothing is known of them but what is given."""
    account = people.open_account(kind=Kind.RESIDENT, login=login, password=None, by=SYSTEM)
    people.keep_party(profile=profile, account=account, by=SYSTEM)
    return identity.actor_for(account)


def party_of(actor: Actor) -> Party:
    party = identity.party(actor.party)
    assert party is not None
    return party


def clerk(login: str = "sato", *roles: str, division: str = DIVISION, name: str = "") -> Actor:
    """A clerk of the division; with more roles named, those too."""
    people.keep_division(key=division, name=division)
    account = people.open_account(kind=Kind.STAFF, login=login, password=None, name=name or login, by=SYSTEM)
    post = people.keep_post(key=f"post.{login}", division=division, title="担当", roles=["clerk", *roles])
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return identity.actor_for(account)


def head(login: str = "ogawa") -> Actor:
    return clerk(login, "head")


def draft_of(by: Actor, *, channel: str = Channel.WEB, party: Party | None = None) -> Draft:
    return services.start_draft(key=KEY, by=by, channel=channel, party=party)


def answer_all(draft: Draft, by: Actor, answers: Mapping[str, Mapping[str, str]] = ANSWERS) -> Draft:
    """Answer every question that comes, in the order it comes."""
    form = procedure.of(draft.definition).form
    for _turn in range(100):
        question = form_queries.sheet(draft, form).first_open
        if question is None:
            return draft
        draft = services.save_answer(draft=draft, path=question.path, posted=answers[question.path], by=by)
    raise AssertionError("the form does not end")


def received(by: Actor, answers: Mapping[str, Mapping[str, str]] = ANSWERS) -> Case:
    """A case of a resident, received online."""
    return services.submit(draft=answer_all(draft_of(by), by, answers), by=by)


def as_anyone() -> Actor:
    return Actor(ActorKind.ANONYMOUS)


def at(case: Case, state: str, *, sato: Actor) -> Case:
    """The case walked up to `state` by a clerk."""
    walk = {"received": [], "checking": ["checking"], "deciding": ["checking", "deciding"]}
    for to in walk[state]:
        case = services.advance(case=case, to=to, by=sato, seen=case.version)
    return case


SIGNERS = [
    {
        "id": "spouse",
        "title": "請求する方の配偶者",
        "statement": "{{applicant.name}}が請求することに同意します。きっかけの日は{{event_on}}です。",
        "days": 7,
        "ground": "連署",
    },
    {
        "id": "guardian",
        "title": "お子さんの監護者",
        "statement": "{{item.name}}を監護していることを確認します。",
        "each": "children",
        "when": "!works_as_public_servant",
        "days": 7,
        "ground": "連署",
    },
]


def with_cosigners(wanted: list[dict] = SIGNERS) -> None:
    """The canonical procedure as the next version: the spouse and somebody for each child have to agree."""
    definition = packs.current(procedure.KIND, KEY)
    version = definition.version + 1
    signers, words = packs.split({"cosigners": wanted}, IS_WORD)
    logic = {**definition.body, "version": version, **signers}
    packs.publish(
        kind=procedure.KIND,
        key=KEY,
        version=version,
        logic=logic,
        texts={"ja": {**packs.texts(definition, "ja"), **words}},
    )


def may_refuse_while_waiting():
    """The canonical procedure as the next version: a head may refuse while an answer is awaited."""
    definition = packs.current(procedure.KIND, KEY)
    version = definition.version + 1
    flow = {**definition.body["flow"]}
    flow["returned"] = {**flow["returned"], "next": ["checking", "refused", "withdrawn"]}
    packs.publish(
        kind=procedure.KIND,
        key=KEY,
        version=version,
        logic={**definition.body, "version": version, "flow": flow},
        texts={"ja": packs.texts(definition, "ja")},
    )
