"""変わったところ: what a newer version of the questions changed for whoever was writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.engines.forms.questions import Sheet
from madoguchi.engines.forms.rebasing import ASIDE

from ..rules import WHEREABOUTS

_WHY: Mapping[str, Any] = {
    "options": _("選べる答えが変わりました。もう一度選んでください。"),
    "required": _("書かなくてもよい質問でしたが、いまは答えが要ります。"),
    "kind": _("答え方が変わりました。もう一度書いてください。"),
    "rules": _("書ける内容の決まりが変わりました。もう一度書いてください。"),
    "law": _("法律などの改正により、あらためて確かめていただきます。"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is different: a question with its old answer, or an act of law (then only `act` is there)."""

    what: str  # new | again | words | gone | law
    path: str = ""
    label: str = ""
    position: str = ""
    before: str = ""  # the old answer, as it was shown
    why: Any = ""
    act: str = ""
    since: dt.date | None = None  # from when the act holds, where the pack says so


def changed(opened: Any) -> list[Changed]:
    """What the writer of the opened draft has not looked at yet, in the order of the form."""
    sheet: Sheet = opened.sheet
    aside = sheet.answers.get(ASIDE) or {}
    if getattr(opened, "is_veiled", False):  # 秘匿 holds for the address that stood here before, too
        aside = {
            path: {**old, "shown": ""} if old["kind"] in WHEREABOUTS else old for path, old in aside.items()
        }
    found = []
    for change in opened.draft.changes:
        question, old = sheet.question(change["path"]), aside.get(change["path"], {})
        if change["what"] == "law":
            since = change.get("since")
            found.append(
                Changed("law", act=change["act"], since=dt.date.fromisoformat(since) if since else None)
            )
        elif question is not None:
            found.append(
                Changed(
                    change["what"],
                    path=question.path,
                    label=question.short_label or question.label,
                    position=question.position,
                    before=old.get("shown", "") if change["what"] == "again" else question.shown,
                    why=_WHY.get(change.get("why", ""), ""),
                )
            )
        elif change["what"] == "gone" and old:
            found.append(Changed("gone", label=old["label"], before=old["shown"]))
    return found


def answer_before(opened: Any, path: str) -> str:
    """前の答え: what was answered here before the question changed; "" when nothing was."""
    old = (opened.sheet.answers.get(ASIDE) or {}).get(path, {})
    return str(old.get("shown", ""))
