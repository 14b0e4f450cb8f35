"""One question a screen, on any face: which comes next, and what the screen of one needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from madoguchi.engines.forms import queries as forms
from madoguchi.engines.forms.errors import AnswerRefused, NoSuchQuestion

from .summary import error_list

NAME_PARTS = ("family", "family_kana")
MORE = ".more"


def following(sheet: Any, after: str = "") -> Any:
    """The next question that is open, looking onward from `after` first; None when all are answered."""
    paths = [asked.path for asked in sheet.questions]
    # 「ほかにいますか」「はい」 puts the new one's questions before itself.
    start = paths.index(after) + 1 if after in paths and not after.endswith(MORE) else 0
    found = next((asked for asked in sheet.questions[start:] if not asked.is_answered), None)
    return found or sheet.first_open


def shown(
    request: HttpRequest,
    sheet: Any,
    path: str,
    refusal: AnswerRefused | None = None,
    *,
    with_town: bool = False,
) -> dict[str, Any]:
    """What the screen of one question shows; after a refusal with what was typed and the sentences at their places.

    With 「住所を入れる」 what was typed stands there again, with the town of the postcode in it. Raises NoSuchQuestion.
    """
    asked = sheet.question(path)
    if asked is None:
        raise NoSuchQuestion
    context = {
        "asked": asked,
        "before": sheet.before(path),
        "suggested": suggest(sheet, asked),
        "entered": entered(sheet, asked),
        "whole": names(sheet),
        "typed": request.POST if refusal else None,
        "errors": refusal.errors if refusal else {},
        "error_list": error_list(path, refusal.errors) if refusal else [],
        "towns": asked.kind == "address",
        "removable": asked.item if may_remove(sheet, asked) else "",
    }
    if with_town and asked.kind == "address":
        context["typed"], context["town_remark"] = forms.address_with_town(request.POST)
    return context


def may_remove(sheet: Any, asked: Any) -> bool:
    """An item may go when it is not the only one."""
    key = asked.item.partition(".")[0]
    items = {other.item for other in sheet.questions if other.item.partition(".")[0] == key}
    return bool(asked.item) and len(items) > 1


def to_remove(sheet: Any, item: str) -> dict[str, Any] | None:
    """What 「消しますか」 says of one item; None when it is not there, or the only one."""
    mine = [asked for asked in sheet.questions if asked.item == item]
    if not mine or not may_remove(sheet, mine[0]):
        return None
    name: dict[str, str] = next((one.value for one in mine if one.kind == "name" and one.value), {})
    return {
        "item": item,
        "back": mine[0].path,
        "position": mine[0].position,
        "who": " ".join(filter(None, (name.get("family"), name.get("given")))),
    }


def suggest(sheet: Any, asked: Any) -> bool:
    """Put into the inputs what most probably holds: a child's family name is the applicant's. True when it did."""
    if asked.kind != "name" or not asked.item or asked.is_answered:
        return False
    own = next((one.value for one in sheet.questions if one.kind == "name" and not one.item), None)
    if not own:
        return False
    asked.inputs |= {part: own.get(part, "") for part in NAME_PARTS}
    return True


def entered(sheet: Any, asked: Any) -> list[str]:
    """For 「ほかにいますか」: the names written so far in this list."""
    if asked.kind != "list_more":
        return []
    key = asked.path.partition(".")[0]
    return [one.shown for one in sheet.questions if one.kind == "name" and one.item.startswith(f"{key}.")]


def names(sheet: Any) -> list[str]:
    """The names that stand in the questions: they are not broken at a line's end."""
    values = [one.value for one in sheet.questions if one.kind == "name" and one.value]
    return [" ".join(filter(None, (value.get("family"), value.get("given")))) for value in values]
