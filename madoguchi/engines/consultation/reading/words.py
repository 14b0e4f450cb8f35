"""The words such documents use for their columns and labels, and how much each says about a role.

They are evidence, not a list to be in: what stands in a column counts as well (layouts.columns).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Role = Literal["no", "item", "place", "opinion", "answer", "category", "count", "person", "other"]
ROLES: tuple[Role, ...] = ("no", "item", "place", "opinion", "answer", "category", "count", "person")

_WHO = (
    r"(?:(?:当|本)?(?:区|市|町|村|県|都|府|道)(?:役所|役場|側|長)?|広域連合|事務組合|組合|教育委員会|事務局|行政|"
    r"担当(?:課|部署)|所管(?:課|部署)|実施機関|策定者|委員会|審議会|連合)"
)
_THOUGHT = r"(?:基本的な)?(?:考え方?|方考え方|考方|見解|回答|対応(?:方針|策|内容|案)?|方針|検討(?:結果|内容)|答え|コメント)"

_ANSWERS_TO = (
    r"^(?:(?:ご|御)?意見等?(?:の(?:概要|要旨|内容)等?)?(?:に対する|についての|への)|"
    r"これに対する|それに対する).{0,12}(?:考え|回答|見解|対応|方針)"
)
_OPINIONS = (
    r"^(?:いただいた|お寄せいただいた|寄せられた|提出された|提出)?(?:主な)?(?:ご|御)?(?:区民|市民|町民|村民|県民|住民)?"
    r"(?:等|の皆さ[んま]|から)?(?:の|から)?"
    r"(?:ご|御)?意見等?(?:・?(?:提案|質問|要望)等?)?"
    r"(?:[(の](?:概要|要旨|要約|内容|全文|原文|趣旨).{0,8}|内容|概要|要旨|等)?$"
)
_PERSON = (
    r"^(?:提出者|意見者|意見提出者|提出者名|団体名|氏名|住所|年代|性別|提出方法|受付方法|提出日|受付日|職業|属性|"
    r"居住地域?|提出者区分|受付区分|年齢)$"
)
_OTHERWISE = r"パブリック・?コメント|要望|内容|概要|要旨|意見概要"
_PARTS = (
    r"^(?:意見項目|該当箇所|該当項目|該当部分|該当個所|項目|分類|章|節|編|部|箇所|個所|計画の?(?:項目|箇所|該当箇所)|"
    r"施策|章・?節|"
    r"大項目|中項目|小項目|大分類|中分類|小分類|"
    r"テーマ|件名|題名|タイトル|論点|区分\([^)]*\)|項目名|意見分類|内容分類|"
    r"基本(?:目標|方針|施策)|施策名|条|条項|条文)(?:名|等)?$"
)

# role -> patterns over a squeezed heading, strongest first, with what a match is worth
HEADINGS: dict[Role, tuple[tuple[float, str], ...]] = {
    "no": (
        (1.0, r"^(?:no|nо|№|番号|整理番号|通番|連番|項番|意見番号|意見no|ご意見番号|通し番号|#|整理no|受付番号)$"),
        (0.6, r"^.{0,4}(?:番号|no)$"),
    ),
    "category": (
        (1.0, r"^(?:対応区分|反映区分|反映状況|反映の(?:有無|状況|可否|区分)|対応分類|対応状況|取扱い?区分|取扱い?|区分\*?)$"),
        (0.95, r"^(?:意見の?)?(?:反映|対応)(?:区分|状況|結果|の?可否|の?有無|種別|の?別)$|^対応の?区分|^修正の?(?:有無|状況|区分)$"),
        (0.7, r"^(?:反映|対応|採否|記号|判定|修正|凡例|回答区分|考え方の?区分|反映等|結果)$"),
        (0.95, r"^(?:ご|御)?意見(?:等)?の(?:取り?扱い?|反映|採否)$|^(?:対応)?類型$|^分類記号$"),
        (0.75, r"(?:への)?反映(?:状況|等)?$|の修正$"),
        (0.6, r"区分$"),
    ),
    "answer": (
        (1.0, rf"^(?:意見等?に対する)?{_WHO}の?{_THOUGHT}"),
        (1.0, _ANSWERS_TO),
        (0.95, rf"^{_WHO}(?:の|から|として)?.{{0,6}}{_THOUGHT}"),
        (0.95, rf"^.{{1,8}}(?:区|市|町|村|県|組合|協議会|委員会|局|課|会)(?:の|としての){_THOUGHT}"),
        (0.9, rf"^{_THOUGHT}(?:[・、とおよび及び(].*)?$"),
        (0.5, r"考え方|回答|見解"),
    ),
    "opinion": (
        (1.0, _OPINIONS),
        (0.95, r"^(?:ご|御)?意見.{0,10}(?:概要|要旨|要約|内容|全文)"),
        (0.8, rf"^(?:質問|ご?質疑|提案|コメント|意見項目の内容|{_OTHERWISE})(?:の?(?:概要|要旨|内容|等))?$"),
        (0.6, r"意見"),
    ),
    "place": (
        (1.0, r"^(?:ページ|頁|ぺージ|該当ページ|該当頁|掲載ページ|ページ番号|p|page|頁数|ページ数|行|該当ページ・行)$"),
    ),
    "item": (
        (1.0, _PARTS),
        (0.9, r"の件名$|^見出し$"),
        (0.8, r"(?:該当|素案|案)の?.{0,6}(?:箇所|項目|個所|部分|ページ)|に?関する(?:項目|箇所)|項目"),
        (0.6, r"分類|箇所|対象|部分|ページ|頁|[章節]$"),
    ),
    "count": (
        (1.0, r"^(?:件数|意見数|同様の?(?:意見)?(?:件数|数)|同趣旨の?(?:意見)?(?:件数|数)|人数|同意見数|数|意見件数|類似意見数|件)$"),
    ),
    "person": (
        (1.0, _PERSON),
    ),
}  # fmt: skip
_COMPILED = {
    role: tuple((worth, re.compile(pattern)) for worth, pattern in found) for role, found in HEADINGS.items()
}
_SQUEEZE = re.compile(r"[\s　.．:：【】〔〕\[\]<>＜＞《》]+")


def squeezed(text: str) -> str:
    """A heading for comparing: half width, lower case, without spaces and brackets around it."""
    return _SQUEEZE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def heading_worth(text: str, role: Role) -> float:
    """How much the words of a heading speak for a role, 0..1."""
    said = squeezed(text)
    if not said or len(said) > 30:
        return 0.0
    return max((worth for worth, pattern in _COMPILED.get(role, ()) if pattern.search(said)), default=0.0)


def heading_role(text: str) -> tuple[Role, float]:
    """The role a heading names best."""
    found: tuple[Role, float] = ("other", 0.0)
    for role in ROLES:
        worth = heading_worth(text, role)
        if worth > found[1]:
            found = (role, worth)
    return found


def is_heading_row(cells: list[str]) -> bool:
    """Words of at least an opinion column and one more column, and nothing that is a sentence."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or any("。" in cell or len(squeezed(cell)) > 30 for cell in filled):
        return False
    roles = [heading_role(cell) for cell in filled]
    named = {role for role, worth in roles if worth >= 0.5}
    return bool(named & {"opinion", "answer"}) and sum(worth >= 0.5 for _role, worth in roles) >= max(
        2, (len(filled) + 1) // 2
    )
