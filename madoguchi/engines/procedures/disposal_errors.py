"""Refusals of keeping and throwing away. Callers find them in `errors`."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class NothingToDispose(Refusal):
    code = "nothing_to_dispose"
    status = 422
    message = _(
        "廃棄を起案できる案件が選ばれていません。保存期間が満了していて、保全も起案もされていないものを選んでください。"
    )


class DisposalNeedsAnotherPerson(Refusal):
    """廃棄: who proposes does not approve."""

    code = "disposal_needs_another_person"
    status = 403
    message = _("起案した人は決裁できません。ほかの文書管理の担当者に決裁してもらってください。")


class DisposalSettled(Refusal):
    code = "disposal_settled"
    message = _("この起案は、もう決裁されているか、差し戻されています。いまの状態をお確かめください。")


class ExtensionUnclear(Refusal):
    code = "extension_unclear"
    status = 422
    message = _("いつまで延ばすか（いまの満了日よりあとの日）と、その理由を書いてください。")


class StillOpenHere(Refusal):
    """消去の請求: what is under way needs the person's data."""

    code = "still_open_here"
    message = _(
        "進んでいる手続きがあるあいだは、消せません。取り下げるか、終わるのを待ってから、もう一度お試しください。"
    )
