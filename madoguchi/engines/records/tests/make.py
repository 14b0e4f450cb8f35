"""Makers of what these tests stand on: kinds of registration, parents with children, staff, things."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.approvals import queries as approval_queries
from madoguchi.engines.approvals import services as approvals
from madoguchi.engines.records import rules, services
from madoguchi.engines.records.definition import IS_WORD, KIND, KindFile
from madoguchi.engines.records.models import Registration, Story, Thing
from madoguchi.kernel import clock, packs
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account, Kind, Party
from madoguchi.kernel.identity.tests import make as identity_make
from madoguchi.kernel.refs import SYSTEM, Actor

CENTRE, AREA, ELSEWHERE, LENDING, CHECKING = (
    "子ども家庭支援センター",
    "地域振興課",
    "保育園の係",
    "障害者施策推進課",
    "情報公開課",
)
CHILD, GROUP = "ichiji_azukari", "dantai"
CHILD_KIND: dict[str, Any] = {
    "registration": CHILD,
    "version": 1,
    "title": "一時預かりの登録",
    "about": "どこか1か所で面接をすると、どの施設でも使えます。",
    "of": "child",
    "settled_by": "interview",
    "division": CENTRE,
    "sites": [{"id": "a", "title": "施設 仮A"}, {"id": "b", "title": "施設 仮B"}],
    "valid": {"until": "end_of_fiscal_year"},
    "fields": [
        {
            "id": "allergies",
            "kind": "has_and_what",
            "label": "アレルギー",
            "why": "安全のため",
            "sensitivity": "special",
            "shown_for": ["care", "emergency", "register"],
            "is_care": True,
        },
        {
            "id": "emergency_phone",
            "kind": "phone",
            "label": "急なときの電話番号",
            "why": "連絡のため",
            "shown_for": ["emergency", "register", "inquiry"],
        },
        {
            "id": "doctor",
            "kind": "text",
            "label": "かかりつけの病院",
            "why": "相談のため",
            "shown_for": ["emergency", "register"],
            "shown_at_sites": False,
            "is_optional": True,
        },
        {
            "id": "notes",
            "kind": "long_text",
            "label": "面接で聞いたこと",
            "why": "同じことを知っておくため",
            "shown_for": ["care", "register"],
            "asked": "interview",
            "is_optional": True,
            "is_care": True,
        },
    ],
}
GROUP_KIND: dict[str, Any] = {
    "registration": GROUP,
    "version": 1,
    "title": "団体の登録",
    "about": "団体の名前で予約できます。",
    "of": "group",
    "settled_by": "staff",
    "division": AREA,
    "valid": {"months": 24},
    "fields": [
        {
            "id": "name",
            "kind": "text",
            "label": "団体の名前",
            "why": "予約のため",
            "shown_for": ["care", "register", "inquiry"],
            "is_name": True,
        },
        {
            "id": "members",
            "kind": "number",
            "label": "人数",
            "why": "広さのため",
            "shown_for": ["register"],
            "most": 500,
        },
        {
            "id": "field",
            "kind": "choice",
            "label": "おもな活動",
            "why": "案内のため",
            "shown_for": ["register"],
            "options": [{"id": "sports", "label": "スポーツ"}, {"id": "other", "label": "そのほか"}],
        },
        {
            "id": "residents",
            "kind": "people",
            "label": "構成員の名前",
            "why": "区民かを確かめるため",
            "shown_for": ["register"],
            "shown_at_sites": False,
        },
    ],
}
TOLD = {"allergies": {"has": True, "what": "卵"}, "emergency_phone": "00-0000-0001"}
GROUP_TOLD = {"name": "見本バドミントン会", "members": 12, "field": "sports", "residents": "見本 一\n見本 二"}


def kinds() -> None:
    """The two kinds in force, and the divisions that keep them."""
    for division in (CENTRE, AREA, ELSEWHERE, LENDING, CHECKING):
        people.keep_division(key=division, name=division)
    for said in (CHILD_KIND, GROUP_KIND):
        KindFile.model_validate(said)
        logic, words = packs.split(said, IS_WORD)
        packs.publish(kind=KIND, key=said["registration"], version=1, logic=logic, texts={"ja": words})


def staff(login: str, division: str = CENTRE, *roles: str) -> Actor:
    """A clerk unless said otherwise."""
    return identity_make.staff(login, division, *(roles or ("clerk",)))


def in_two_chairs(login: str, *divisions: str) -> Actor:
    """A clerk of several divisions at once (兼務)."""
    account = people.open_account(kind=Kind.STAFF, login=login, name=login, password=None, by=SYSTEM)
    for number, division in enumerate(divisions):
        people.keep_division(key=division, name=division)
        post = people.keep_post(
            key=f"{login}.chair{number}", division=division, title="担当", roles=["clerk"]
        )
        people.appoint(account=account, post=post, since=clock.today(), by=SYSTEM)
    return identity.actor_for(account)


def resident(login: str = "aoi", **profile: Any) -> tuple[Actor, Party]:
    """Somebody with an account and a party of their own."""
    account = people.open_account(kind=Kind.RESIDENT, login=login, password=None, by=SYSTEM)
    said = {"name": {"family": "見本", "given": login}, "email": f"{login}@mihon.invalid"} | profile
    party = people.keep_party(profile=said, account=account, by=SYSTEM)
    return identity.actor_for(account), party


def account_of(actor: Actor) -> Account:
    return Account.objects.get(pk=actor.account)


def child(
    actor: Actor, keeper: Party, given: str = "そう", birth: dt.date | str = "2024-06-03", **more: str
) -> Party:
    return services.child_party(keeper=keeper, child={"given": given, "birth": birth} | more, by=actor)


def asked(actor: Actor, keeper: Party, party: Party | None = None, **told: Any) -> Registration:
    """A child of theirs, for whom they asked for an interview."""
    party = party or child(actor, keeper)
    return services.ask(kind=CHILD, party=party, keeper=keeper, values=TOLD | told, by=actor)


def interviewed(
    actor: Actor, keeper: Party, by: Actor, party: Party | None = None, **told: Any
) -> Registration:
    """A child that was interviewed at 仮A today."""
    registration = asked(actor, keeper, party, **told)
    return services.interview(
        registration=registration, site="a", on=clock.today(), values=TOLD | told, by=by
    )


def group(actor: Actor, keeper: Party, **told: Any) -> Registration:
    return services.ask(kind=GROUP, keeper=keeper, values=GROUP_TOLD | told, by=actor)


def thing(key: str = "switch-1", *, days: int = 14, **fields: Any) -> Thing:
    people.keep_division(key=LENDING, name=LENDING)
    said = {"name": "見本スイッチ", "about": "", "kind": "スイッチ", "words": {}, "days": days}
    services.keep_thing(key=key, fields=said | {"division_id": LENDING} | fields, by=SYSTEM)
    return Thing.objects.get(key=key)


def route() -> None:
    """Two people who read a story: the head of who wrote it, and a clerk of 情報公開課."""
    for division in (LENDING, CHECKING):
        people.keep_division(key=division, name=division)
    steps = [
        {"title": "担当課長", "division": "*", "role": "head"},
        {"title": "個人が分からないかの確認", "division": CHECKING, "role": "clerk"},
    ]
    approvals.keep_route(key="jirei", title="事例", steps=steps, by=SYSTEM)


def told_story(
    by: Actor, body: str = "右手だけで使える設定を、いっしょにさがしました。", **more: Any
) -> Story:
    said = {"shelf": "ict", "title": "片手で使うタブレット", "body": body} | more
    return services.write_story(division=LENDING, given=services.StoryIn(**said), by=by)


def published(story: Story, writer: Actor) -> Story:
    """Two others have read it."""
    story = services.ask_review(story=story, checked=rules.CHECKS, by=writer)
    request = approval_queries.of(story.ref)[0]  # the newest: it may have been sent back before
    for by in (staff(f"ono-{story.pk.hex}", LENDING, "head"), staff(f"arai-{story.pk.hex}", CHECKING)):
        request = approvals.approve(request=request, by=by)
    story.refresh_from_db()
    return story
