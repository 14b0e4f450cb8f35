"""Reading what a clerk sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal, SomebodyWasFaster

from ..words import LOOK_REASONS, OTHER_REASON


class ChooseReason(Refusal):
    """「記録して、ひらく」 was pressed without a reason."""

    code = "choose_look_reason"
    status = 422
    message = _("見る理由を1つ選んでください。ほかの理由のときは、その内容を書いてください。")


class RemarkMissing(Refusal):
    """A place was ticked, but nothing says how to put it right."""

    code = "remark_missing"
    status = 422
    message = _("選んだところには、どう直してほしいかを書いてください。ご本人が読みます。")

    def __init__(self, paths: list[str]) -> None:
        super().__init__()
        self.paths = paths


class LetterNotRead(Refusal):
    """「送る」 was pressed without saying that the letter was read."""

    code = "letter_not_read"
    status = 422
    message = _("通知書をひらいて読み、「確かめました」に印をつけてから送ってください。")


def up_to_date(request: HttpRequest, case: Any) -> int:
    """The version the person acts on. Raises SomebodyWasFaster when a form was drawn from an older one."""
    if request.method in {"GET", "HEAD"}:
        return int(case.version)
    if request.POST.get("seen", "") != str(case.version):
        raise SomebodyWasFaster
    return int(case.version)


def look_reason(posted: Mapping[str, str]) -> str:
    """The words to record. Raises ChooseReason."""
    chosen = posted.get("reason", "")
    words = dict(LOOK_REASONS).get(chosen, "")
    if chosen == OTHER_REASON:
        words = posted.get("other", "").strip()
    if not words:
        raise ChooseReason
    return words


def remarks(posted: Mapping[str, str], paths: list[str]) -> dict[str, str]:
    """path -> remark for what was ticked, and for what a remark was written to. Raises RemarkMissing."""
    written = {path: posted.get(f"remark:{path}", "").strip() for path in paths}
    wanted = [path for path in paths if posted.get(f"ask:{path}") or written[path]]
    missing = [path for path in wanted if not written[path]]
    if missing:
        raise RemarkMissing(missing)
    return {path: written[path] for path in wanted}


def answers(posted: Mapping[str, str], places: list[Any]) -> dict[str, dict[str, str]]:
    """What was typed for each place, input by input."""
    return {
        place.path: {name: posted.get(f"{place.path}:{name}", "") for name in place.question.inputs}
        for place in places
    }
