"""Reading what a clerk sent."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.procedures.errors import ArrivalUnlikely
from madoguchi.engines.procedures.services import PaperIn, Wanted
from madoguchi.faces.shared.numbers import number
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster
from madoguchi.kernel.refs.receipts import normalise_receipt

from ..words import LOOK_REASONS, OTHER_REASON

MOST_DAYS_BACK = 60  # as services.start_draft has it
LOOKALIKES = str.maketrans("OoＯｏlI|", "0000111")
_NUMBER = re.compile(r"^\d{9,12}$")


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


class NotByThisChannel(Refusal):
    """The procedure is not taken in this way."""

    code = "not_by_this_channel"
    status = 422
    message = _("この手続きは、その方法では受け付けていません（受け付ける方法：%(ways)s）。")


class LetterNotRead(Refusal):
    """「送る」 was pressed without saying that the letter was read."""

    code = "letter_not_read"
    status = 422
    message = _("通知書をひらいて読み、「確かめました」に印をつけてから送ってください。")


class WithdrawalUnexplained(Refusal):
    """A case was to be withdrawn without saying who asked for it."""

    code = "withdrawal_unexplained"
    status = 422
    message = _("だれから、いつ、どのように申し出があったかを書いてください。")


def up_to_date(request: HttpRequest, case: Any) -> int:
    """The version the person acts on. Raises SomebodyWasFaster when a form was drawn from an older one."""
    if request.method in {"GET", "HEAD"}:
        return int(case.version)
    if request.POST.get("seen", "") != str(case.version):
        raise SomebodyWasFaster
    return int(case.version)


def typed_number(typed: str) -> int:
    """A count or a price as typed, in wide digits too; -1 for what is none: the engine says what it wants."""
    digits = unicodedata.normalize("NFKC", typed).strip().removesuffix("円").replace(",", "")
    found = number(digits)
    return -1 if found is None else found


def as_number(typed: str) -> str:
    """What was typed, with the letters that are taken for digits read as digits where a number was meant."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    digits = plain.translate(LOOKALIKES)
    return digits if _NUMBER.match(_bare(digits)) else typed


def is_slip(number: str) -> bool:
    """It has the shape of a receipt number, year and month and all, but its last digit does not fit."""
    bare = _bare(number)
    return bool(_NUMBER.match(bare)) and "01" <= bare[2:4] <= "12" and normalise_receipt(number) is None


def _bare(number: str) -> str:
    return re.sub(r"[\s\-‐‑‒–—−ー]", "", unicodedata.normalize("NFKC", number))


def look_reason(posted: Mapping[str, str]) -> str:
    """The words to record. Raises ChooseReason."""
    chosen = posted.get("reason", "")
    words = dict(LOOK_REASONS).get(chosen, "")
    if chosen == OTHER_REASON:
        words = posted.get("other", "").strip()
    if not words:
        raise ChooseReason
    return words


def day_typed(typed: str) -> dt.date | None:
    """A day as a date box sends it; None for what is none."""
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        return None


def arrival(posted: Mapping[str, str]) -> dt.date | None:
    """到達日 as typed; None: today. Raises ArrivalUnlikely before anything is kept."""
    typed = posted.get("arrived_on", "").strip()
    found = day_typed(typed)
    if typed and (found is None or not 0 <= (clock.today() - found).days <= MOST_DAYS_BACK):
        raise ArrivalUnlikely(most=MOST_DAYS_BACK)
    return found


def remarks(posted: Mapping[str, str], paths: list[str]) -> dict[str, Wanted]:
    """path -> what is asked, for what was ticked and for what a remark was written to. Raises RemarkMissing."""
    written = {path: posted.get(f"remark:{path}", "").strip() for path in paths}
    wanted = [path for path in paths if posted.get(f"ask:{path}") or written[path]]
    missing = [path for path in wanted if not written[path]]
    if missing:
        raise RemarkMissing(missing)
    return {path: Wanted(written[path], posted.get(f"why:{path}", "")) for path in wanted}


def answers(posted: Mapping[str, str], places: list[Any]) -> dict[str, dict[str, str]]:
    """What was typed for each place, input by input; a paper has no inputs."""
    return {
        place.path: {name: posted.get(f"{place.path}:{name}", "") for name in place.question.inputs}
        for place in places
        if place.question is not None
    }


def replies(posted: Mapping[str, str], places: list[Any]) -> dict[str, str]:
    """「このままで正しい」 with its reason, where it was ticked."""
    return {
        place.path: posted.get(f"{place.path}:why", "")
        for place in places
        if posted.get(f"{place.path}:right")
    }


def papers_in(request: HttpRequest, places: list[Any]) -> dict[str, PaperIn]:
    """A scan, or how a paper came or will come."""
    found = {}
    for place in places:
        if place.question is not None:
            continue
        upload, way = request.FILES.get(f"{place.path}:value"), request.POST.get(f"{place.path}:way", "")
        if upload is not None:
            found[place.path] = PaperIn(upload=upload, name=upload.name or "")
        elif way in {"paper", "later"}:
            found[place.path] = PaperIn(way=way)
    return found
