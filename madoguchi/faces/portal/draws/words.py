"""What the pages of draws say in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.engines.lottery import queries

# In the order of the verifiers; the pages and the scripts know them by these names.
STEPS = {
    "read": _("証明ファイルを読む"),
    "rules": _("規則は、申し込みの前に公表したもの"),
    "inventory": _("当たるものは、申し込みの前に公表したもの"),
    "entries": _("申し込みは、締め切ったときのもの"),
    "salt": _("塩（かくしておいた数）は、約束したもの"),
    "beacon": _("乱数は、名指ししたもので、締め切ったあとに出たもの"),
    "seed": _("種は、計算どおり"),
    "draw": _("結果は、計算どおり"),
}
# What a check works out, by the names of its report, in the words the page has for what was published.
FOUND = {
    "rules_hash": _("決まりの指紋"),
    "inventory_hash": _("当たるものの指紋"),
    "entries_hash": _("申し込みの指紋"),
    "seed": _("種"),
    "result_hash": _("結果の指紋"),
}


def of_round(found: Any, language: str) -> dict[str, Any]:
    """Title and names of what can be won; whether they are told in Japanese only."""
    title = queries.title_of(found, language)
    names = queries.titles(found, language)
    return {"title": title, "names": names, "is_japanese": language != "ja" and title == found.title}


def said_items(names: dict[str, str], items: list[str]) -> str:
    """A bundle in words."""
    return " ＋ ".join(names.get(item, item) for item in items)


def wishes(found: Any, entry: Any, language: str) -> list[dict[str, Any]]:
    """An entry's wishes in their order, each with the win it became, if any."""
    names = queries.titles(found, language)
    won = {win.rank: win for win in entry.wins.all()}
    return [
        {"rank": rank, "said": said_items(names, wish), "win": won.get(rank)}
        for rank, wish in enumerate(entry.wishes, 1)
    ]
