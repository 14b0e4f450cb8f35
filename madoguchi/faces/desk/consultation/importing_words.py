"""What the review of a document calls the fields of a reading, and how sure it was."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

FIELDS = {
    "no": _("番号"),
    "opinion": _("意見の文"),
    "answer": _("区の考え方の文"),
    "answer_shared_from": _("どの意見と同じ考え方か"),
    "category": _("区分"),
    "section_path": _("見出し"),
    "section": _("内訳の区分け"),
    "item": _("項目"),
    "item_title": _("項目の題名"),
    "item_final_no": _("項目の番号"),
    "item_draft_no": _("素案での番号"),
    "plan_item": _("計画の項目"),
    "count": _("同じ意見の数"),
    "cross_refs": _("ほかの意見への参照"),
    "title": _("表題"),
    "period": _("募集の期間"),
    "opinions_printed": _("意見の件数"),
    "persons": _("人数"),
    "organisations": _("団体の数"),
    "check": _("合計の照合"),
    "problem": _("読み取りの知らせ"),
    "unread": _("読み取っていない行"),
}


def level(confidence: float) -> Any:
    """低, 中, 高, as the list of doubts says it."""
    return _("低") if confidence < 0.5 else _("中") if confidence < 0.8 else _("高")
