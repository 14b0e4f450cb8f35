"""The nine procedures of the pack: how one finds each, what one answers, who of the staff does what with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KOSODATE, HOIKU = ("sato", "ogawa", "tamura"), ("ishii", "otsuka", "noguchi")
KAIGO, JUMIN = ("takagi", "hirano", "sugiura"), ("okabe", "matsui", "ueda")


@dataclass(frozen=True)
class Errand:
    """One procedure gone through: clerk, head and who checks are logins of the demo's staff."""

    key: str
    search: str
    title: str
    answers: dict[str, Any]
    staff: tuple[str, str, str]
    steps: tuple[str, ...]
    outcome: str
    letter: str = ""  # what stands in the letter; "" where it is handed over at the counter
    papers: int = 0
    posted: tuple[str, ...] = ()  # of these, the ones that are sent by post themselves
    decided: dict[str, str] = field(default_factory=dict)
    news: str = ""  # what the case calls its letter, where the pack gives it a name of its own


def _name(family: str, given: str, family_kana: str, given_kana: str) -> dict[str, str]:
    return {"family": family, "given": given, "family_kana": family_kana, "given_kana": given_kana}


def _day(year: int, month: int, day: int) -> dict[str, str]:
    return {"y": str(year), "m": str(month), "d": str(day)}


CHILD = {
    "children.1.name": _name("見本", "そう", "ミホン", "ソウ"),
    "children.1.birth": _day(2018, 6, 3),
    "children.more": "no",
}
SIGNED = {"signature": "見本 はな"}
ACCOUNT = {"bank": "見本銀行", "branch": "窓口支店", "kind": "futsu", "number": "1234567"}
MOTHER = {
    "insured.name": _name("見本", "とよ", "ミホン", "トヨ"),
    "insured.birth": _day(1944, 3, 3),
    "relation": "child",
}
ELSEWHERE = {
    "same_address": "no",
    "insured_address": {"postcode": "0000001", "address": "架空県見本市見本町1-2-3"},
}
AGAIN = {"who": "family", **MOTHER, "why_again": "damaged", **SIGNED}

ERRANDS = [
    Errand(
        "jido_teate.nintei",
        "児童手当",
        "児童手当の認定請求",
        {
            "event": "birth",
            "event_on": _day(2026, 11, 1),
            "works_as_public_servant": "no",
            **CHILD,
            "children.1.lives_together": "yes",
            "account": {**ACCOUNT, "holder_kana": "ミホン ハナ"},
        },
        KOSODATE,
        ("checking", "deciding"),
        "granted",
        "認定通知書",
        decided={"monthly:value": "10000", **{f"starts_on:{k}": v for k, v in _day(2026, 12, 1).items()}},
    ),
    Errand(
        "kodomo_iryosho.shinsei",
        "子ども 医療費",
        "子ども医療証の交付申請",
        {
            "relation": "mother",
            "event": "birth",
            "event_on": _day(2026, 11, 1),
            **CHILD,
            "children.1.insurance": "company",
            "children.1.in_facility": "no",
            "on_welfare": "no",
            "may_look_up": "yes",
        },
        KOSODATE,
        ("checking", "deciding"),
        "granted",
        "子ども医療証 交付通知書",
        papers=1,
        decided={
            **{f"valid_from:{k}": v for k, v in _day(2026, 11, 1).items()},
            "valid_until:value": "令和19年3月31日",
        },
    ),
    Errand(
        "jido_teate.genkyo",
        "児童手当 現況届",
        "児童手当の現況届",
        {
            "invited": "yes",
            "situation": "divorcing",
            **CHILD,
            "children.1.lives_together": "yes",
            "still_raising": "yes",
            **SIGNED,
        },
        KOSODATE,
        ("checking", "deciding"),
        "accepted",
        "現況届 受理のお知らせ",
        papers=1,
    ),
    Errand(
        "hoiku.genkyo",
        "保育園",
        "保育園の現況届",
        {
            "reason": "work",
            "hours_a_month": "140",
            "has_other_parent": "yes",
            "other_parent.name": _name("見本", "まもる", "ミホン", "マモル"),
            "other_parent.birth": _day(1990, 5, 5),
            "other_reason": "illness",
            **CHILD,
            "children.1.nursery": "見本第一保育園",
            "children.1.wants_to_stay": "yes",
            "changed": ["work", "birth"],
            "may_look_up": "yes",
            **SIGNED,
        },
        HOIKU,
        ("checking", "deciding"),
        "accepted",
        "現況届 受理のお知らせ",
        papers=2,
    ),
    Errand(
        "kaigo.nintei",
        "要介護認定",
        "要介護・要支援認定の申請",
        {
            "who": "family",
            **MOTHER,
            **ELSEWHERE,
            "has_certificate": "yes",
            "stage": "first",
            "now_at": "home",
            "good_times": ["weekday_morning", "weekend"],
            "someone_present": "yes",
            "has_doctor": "yes",
            "doctor": "見本 太一",
            "hospital": "見本診療所",
            "may_share_for": "yes",
            **SIGNED,
        },
        KAIGO,
        ("checking", "surveying", "judging", "deciding"),
        "granted",
        "要介護認定・要支援認定 結果通知書",
        papers=1,
        posted=("hihokenshasho",),
        decided={
            "level:value": "care_2",
            **{f"valid_from:{k}": v for k, v in _day(2026, 11, 20).items()},
            **{f"valid_until:{k}": v for k, v in _day(2027, 5, 31).items()},
        },
    ),
    Errand(
        "kaigo.nintei_iten",
        "介護 引っ越し",
        "住所移転後の要介護・要支援認定の申請",
        {
            "who": "family",
            **MOTHER,
            "same_address": "yes",
            "moved_on": "today",
            "from_where": "架空県例市",
            "had_level": "care_1",
            "into_facility": "no",
            "may_ask_former_for": "yes",
            **SIGNED,
        },
        KAIGO,
        ("checking", "deciding"),
        "granted",
        "要介護認定・要支援認定 結果通知書",
        papers=1,
        posted=("jukyu_shikaku",),
        decided={
            "level:value": "care_1",
            **{f"valid_from:{k}": v for k, v in _day(2026, 11, 20).items()},
            **{f"valid_until:{k}": v for k, v in _day(2027, 5, 31).items()},
        },
    ),
    Errand(
        "kaigo.futan_wariai_saikofu",
        "負担割合証",
        "介護保険負担割合証の再交付申請",
        {**AGAIN, "receive_by": "post"},
        KAIGO,
        ("checking", "deciding"),
        "posted",
        "再交付のお知らせ",
        papers=1,
        posted=("furui_sho",),
        news="再交付のお知らせ",
    ),
    Errand(
        "kaigo.hihokenshasho_saikofu",
        "介護保険 保険証 なくした",
        "介護保険被保険者証の再交付申請",
        {**AGAIN, "using_now": "yes", "receive_by": "counter"},
        KAIGO,
        ("checking", "deciding"),
        "handed",
        papers=1,
        posted=("furui_sho",),
    ),
    Errand(
        "juminhyo.utsushi",
        "住民票",
        "住民票の写しの請求",
        {
            "who": "self",
            "extent": "whole",
            "items": ["relation", "honseki"],
            "copies": "2",
            "purpose": "licence",
            "fetch_at": "koseki",
        },
        JUMIN,
        ("checking", "making"),
        "ready",
        decided={
            "fee:value": "600",
            **{f"keep_until:{k}": v for k, v in _day(2099, 12, 31).items()},
        },
    ),
]
